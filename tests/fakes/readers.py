"""A reader that says what a test wants, and articles made for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count
from typing import cast

from sqlmodel import Session, SQLModel, select

from alerts.tagging.claims import ClaimFound
from alerts.tagging.gazetteer import Mention
from alerts.tagging.reading import Reader, Reading
from config.platforms import Platform, Platforms
from config.words import Capability, Stage
from storage.models import Article, Source

COMPANIES = {
    "alibaba": ("taobao", "tmall", "taote", "youku"),
    "tencent": ("wechat", "wechat-pay", "qq"),
    "ant-group": ("alipay",),
    "jd-group": ("jd",),
    "apple": ("apple-pay",),
}


def platforms() -> Platforms:
    """A few companies and their services; Tmall acts as one surface with Taobao."""
    entries: list[dict[str, object]] = [
        {"id": company, "kind": "company", "names": {"en": [company]}} for company in COMPANIES
    ]
    entries += [
        {"id": service, "kind": "service", "owner": company, "names": {"en": [service]}}
        for company, services in COMPANIES.items()
        for service in services
    ]
    for entry in entries:
        if entry["id"] == "tmall":
            entry["with"] = "taobao"
    return Platforms(Platform.model_validate(entry) for entry in entries)


def opening(
    host: str = "taobao",
    guest: str = "wechat-pay",
    stage: str = "announced",
    day: str | None = None,
    *,
    sure: float = 3.0,
    capability: str = "payment",
    leading: bool = True,
) -> ClaimFound:
    """One claim as a reading states it; background if it does not lead."""
    happened = date.fromisoformat(day) if day else None
    return ClaimFound(
        host=host,
        guest=guest,
        capability=Capability(capability),
        mode=None,
        stage=Stage(stage),
        sure=sure,
        first=happened,
        last=happened,
        how="stated" if happened else None,
        planned_first=None,
        planned_last=None,
        background=not leading,
        leading=leading,
        quote=f"{host} opens to {guest}",
        start=0,
        end=5,
        reasons=("told",),
    )


@dataclass
class TellingReader:
    """Reads in an article what `says` holds under its title; fails for what is in `poison`."""

    platforms: Platforms = field(default_factory=platforms)
    says: dict[str, tuple[ClaimFound, ...]] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)

    def tell(self, title: str, *claims: ClaimFound) -> str:
        """From now on the article of this title says so; gives the title back."""
        self.says[title] = claims
        return title

    def read(self, title: str, text: str, language: str, published: date | None) -> Reading:
        """What the article of this title says."""
        if title in self.poison:
            raise RuntimeError(f"cannot read {title}")
        claims = self.says.get(title, ())
        sides = dict.fromkeys(p for c in claims for p in (c.host, c.guest))
        mentions = tuple(Mention(p, n, n + 1, p) for n, p in enumerate(sides))
        leads = any(claim.leading for claim in claims)
        return Reading(leads, float(leads), claims, mentions, ("told",))

    @property
    def as_reader(self) -> Reader:
        """The same, where the type of the real one is asked for."""
        return cast("Reader", self)


_NUMBERS = count(1)


def add_article(
    session: Session, title: str, day: str | None = "2024-09-04", **given: object
) -> Article:
    """An article of that title, published that day at noon (UTC) and fetched an hour later."""
    source = str(given.pop("source", "outlet"))
    if session.get(Source, source) is None:
        session.add(Source(slug=source, name=source, homepage="https://outlet.test"))
        session.flush()
    on = date.fromisoformat(day) if day else None
    at = datetime.combine(on, time(12), UTC) if on else None
    values: dict[str, object] = {
        "url": f"https://{source}.test/{next(_NUMBERS)}",
        "source_slug": source,
        "language": "en",
        "title": title,
        "text": title,
        "published_at": at,
        "published_on": on,
        "fetched_at": at.replace(hour=13) if at else datetime(2024, 9, 4, 13, tzinfo=UTC),
        "text_digest": title,
    }
    article = Article(**(values | given))  # type: ignore[arg-type]
    session.add(article)
    session.flush()
    return article


def dump(session: Session, leave_out: Iterable[str] = ()) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table as plain values; `leave_out` are columns, as `table.column`."""
    hidden = set(leave_out)
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in SQLModel.metadata.sorted_tables:
        columns = [c for c in table.columns if f"{table.name}.{c.name}" not in hidden]
        rows = session.execute(select(*columns)).all()
        found[table.name] = sorted(tuple(map(str, row)) for row in rows)
    return found
