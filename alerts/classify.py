"""Classifying articles from a file: for people who write rules, and for measuring them.

The articles run through the same reading and grouping as crawled ones, in order of arrival, in a
temporary store that is gone afterwards.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from sqlmodel import Session, SQLModel, col, select

from alerts.flow import Follower
from alerts.tagging.reading import Reader
from config.errors import InteropwatchError
from config.words import ANYONE, Stage
from storage.articles import text_digest
from storage.database import Database
from storage.models import Article, Claim, Source

Detect = Callable[[str], str]
"""Tells the language of a text."""

_SOURCE = "input"


def _encodable(text: str) -> str:
    """Halves of characters can be written in JSON, and nowhere else."""
    return text.encode("utf-8", "ignore").decode("utf-8")


Text = Annotated[str, AfterValidator(_encodable)]


class Line(BaseModel):
    """One article as it comes in; other keys are ignored."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: Text
    url: str | None = None
    title: Text = ""
    text: Text
    published: date | None = None
    lang: str | None = None


def classify(
    lines: Iterable[str], reader: Reader, detect: Detect, name: str = "-"
) -> Iterator[dict[str, Any]]:
    """One prediction per line of JSON, made from that line and the ones before it.

    Raises InteropwatchError for a line that is no article, with the line's number.
    """
    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'classify.db'}")
        try:
            SQLModel.metadata.create_all(database.engine)
            with database.write() as session:
                session.add(Source(slug=_SOURCE, name=_SOURCE, homepage="-"))
            follower = Follower(reader, 36_500, queue=lambda *_: 0, touch=lambda *_: None)
            arrived = datetime.now(UTC)
            for number, text in enumerate(lines, 1):
                if text.strip():
                    line = _parse(text, name, number)
                    if line.published:  # an undated article arrives when the one before it did
                        arrived = datetime.combine(line.published, time(), UTC)
                    with database.write() as session:
                        yield _predict(session, line, number, follower, detect, arrived)
        finally:
            database.close()


def _parse(text: str, name: str, number: int) -> Line:
    try:
        found = json.loads(text.rstrip())
        if isinstance(found, dict):
            return Line.model_validate(found)
        what = f"found {found!r:.40}"
    except json.JSONDecodeError as error:
        what = f"{error.msg} at column {error.colno}"
    except RecursionError:
        what = "nested too deeply"
    except ValidationError as error:
        what = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    raise InteropwatchError(
        f"{name}:{number}: {what}. A line is one JSON object with id, text and, "
        "if known, url, title, published (YYYY-MM-DD) and lang."
    )


def _predict(
    session: Session,
    line: Line,
    number: int,
    follower: Follower,
    detect: Detect,
    arrived: datetime,
) -> dict[str, Any]:
    language = line.lang or detect(f"{line.title}\n{line.text}")
    article = Article(
        url=f"input:{number}",
        source_slug=_SOURCE,
        language=language,
        title=line.title,
        text=line.text,
        published_at=arrived if line.published else None,
        published_on=line.published,
        fetched_at=arrived,
        text_digest=text_digest(line.text),
    )
    session.add(article)
    session.flush()
    followed = follower.follow(session, article, arrived)
    claims = session.exec(
        select(Claim).where(Claim.article_id == article.id, Claim.leading).order_by(col(Claim.id))
    ).all()
    verdict = _verdict(claims, followed.event_id, followed.stage)
    return {"id": line.id, **verdict, "lang": language}


def _verdict(claims: Iterable[Claim], event_id: int | None, stage: Stage | None) -> dict[str, Any]:
    """What an article says; its stage is that of the step which it is a report of."""
    leading = list(claims)
    first = leading[0] if leading else None
    exact = first is not None and first.date_from is not None and first.date_from == first.date_to
    pairs = [[c.host, c.guest] for c in leading if ANYONE not in (c.host, c.guest)]
    return {
        "relevant": first is not None,
        "event": f"E{event_id}" if first else None,
        "platforms": sorted({p for c in leading for p in (c.host, c.guest)} - {ANYONE}),
        "pairs": pairs,
        "capability": first.capability.value if first else None,
        "stage": stage.value if stage else None,
        "event_date": first.date_from.isoformat() if first and exact and first.date_from else None,
        "quote": first.quote if first else None,
    }
