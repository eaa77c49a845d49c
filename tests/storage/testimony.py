"""Rows for the tests of storage, built with as little said as a test needs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import count

from config.words import Capability, Stage
from storage.models import Article, Claim, Edge, Source
from storage.steps import Evidence

_ids: Iterator[int] = count(1)

Days = str | tuple[str | None, str | None] | None
"""A day, a pair of days (either may be open), or nothing."""


def days(said: Days) -> tuple[date | None, date | None]:
    first, last = (said, said) if isinstance(said, str) or said is None else said
    return (
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last) if last else None,
    )


def month(text: str) -> tuple[str, str]:
    ends = {"02": "28", "03": "31", "04": "30", "05": "31", "09": "30", "10": "31", "11": "30"}
    return f"{text}-01", f"{text}-{ends[text[5:]]}"


def evidence(
    dated: Days = None,
    *,
    host: str = "taobao",
    guest: str = "wechat-pay",
    capability: Capability = Capability.PAYMENT,
    stage: Stage = Stage.TEST,
    mode: str | None = None,
    source: str = "outlet",
    origin: str | None = None,
    published: str | None = "2024-09-04",
    planned: Days = None,
    background: bool = False,
    event: int = 1,
    language: str = "zh-Hans",
    quote: str = "",
) -> Evidence:
    """One claim with its article and outlet, each a row of its own."""
    number = next(_ids)
    on = date.fromisoformat(published) if published else None
    at = datetime.combine(on, time(4), UTC) if on else None
    edge = Edge(id=event, event_id=event, host=host, guest=guest, capability=capability)
    article = Article(
        id=number,
        url=f"https://{source}.example/{number}",
        source_slug=source,
        language=language,
        title=f"title {number}",
        text="text",
        published_at=at,
        published_on=on,
        fetched_at=datetime(2024, 9, 7, tzinfo=UTC),
        text_digest=str(number),
    )
    first, last = days(dated)
    soon, latest = days(planned)
    claim = Claim(
        id=number,
        article_id=number,
        event_id=event,
        edge_id=event,
        host=host,
        guest=guest,
        capability=capability,
        mode=mode,
        stage=stage,
        date_from=first,
        date_to=last,
        planned_from=soon,
        planned_to=latest,
        background=background,
        quote=quote or f"quote {number}",
        start=0,
        end=7,
    )
    outlet = Source(slug=source, name=source.title(), homepage=f"https://{source}.example/")
    return Evidence(claim, edge, article, outlet, origin or source)
