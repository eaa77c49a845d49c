"""The questions behind the listings: articles, claims, events and the evidence for steps.

Newest first, a page at a time: the next page begins after a key, so that no reader stays open.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, text, tuple_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from config.errors import NotFoundError, UnknownSourceError
from config.words import Capability, Stage
from storage.chunks import CHUNK, chunks
from storage.models import Article, Claim, Edge, Event, Mention, Source
from storage.steps import Evidence


@dataclass(frozen=True)
class Wanted:
    """What is asked for; None lets everything pass. `after` is the id of the last row seen.

    `parties` are platform ids: one that was asked for and those that it owns. `ids` are those of
    the rows themselves.
    """

    parties: frozenset[str] | None = None
    stage: Stage | None = None
    capability: Capability | None = None
    language: str | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50
    after: int | None = None
    ids: frozenset[int] | None = None


_MENTIONED = text(
    "WITH RECURSIVE known(platform) AS ("
    " SELECT min(platform) FROM mention UNION ALL"
    " SELECT (SELECT min(platform) FROM mention WHERE platform > known.platform)"
    " FROM known WHERE known.platform IS NOT NULL"
    ") SELECT platform FROM known WHERE platform IS NOT NULL"
)
"""Every platform that is mentioned, by jumps over the index: DISTINCT would read all of it."""


def parties(session: Session, platform: str, owner: Callable[[str], str]) -> frozenset[str]:
    """A platform and, of those that the store knows, all that it owns."""
    known = set(session.execute(_MENTIONED).scalars())
    for host, guest in session.exec(select(Edge.host, Edge.guest).distinct()):
        known |= {host, guest}
    return frozenset({platform, *(one for one in known if owner(one) == platform)})


def check_source(session: Session, slug: str | None) -> None:
    """Raises UnknownSourceError for a slug that no source has."""
    if slug is None or session.get(Source, slug) is not None:
        return
    raise UnknownSourceError(slug, session.exec(select(Source.slug)))


def events(session: Session, wanted: Wanted) -> Sequence[Event]:
    """Events, the most recently told first; those merged into another are left out."""
    statement = (
        select(Event)
        .where(col(Event.merged_into).is_(None))
        .where(*between(Event.last_seen, wanted))
        .order_by(col(Event.last_seen).desc(), col(Event.id).desc())
        .limit(wanted.limit)
    )
    if wanted.stage is not None:
        statement = statement.where(Event.stage == wanted.stage)
    if wanted.parties is not None or wanted.capability is not None:
        held = exists().where(col(Edge.event_id) == col(Event.id), *of_edge(wanted))
        statement = statement.where(held)
    if wanted.language is not None or wanted.source is not None:
        told = col(Claim.article_id).in_(select(Article.id).where(*of_article(wanted)))
        edge = col(Claim.edge_id) == col(Edge.id)
        statement = statement.where(
            exists().where(col(Edge.event_id) == col(Event.id), edge, told)
        )
    if wanted.ids is not None:
        statement = statement.where(col(Event.id).in_(wanted.ids))
    if wanted.after is not None:
        last = event(session, wanted.after)
        key = tuple_(col(Event.last_seen), col(Event.id))
        statement = statement.where(key < tuple_(last.last_seen, last.id))
    return session.exec(statement).all()


def event(session: Session, number: int) -> Event:
    """One event by its number. Raises NotFoundError with the nearest numbers."""
    found = session.get(Event, number)
    if found is not None:
        return found
    nearest = select(Event.id).order_by(func.abs(col(Event.id) - number), col(Event.id)).limit(3)
    near = [f"E{one}" for one in session.exec(nearest)]
    hint = f"Near it are {', '.join(near)}." if near else "The store holds no events yet."
    raise NotFoundError(f"no event E{number}. {hint}")


def known(session: Session, kind: type[Article | Claim], asked: Iterable[int]) -> set[int]:
    """Those of the ids that rows of a kind have."""
    return {
        number
        for some in chunks(asked)
        for number in session.exec(select(kind.id).where(col(kind.id).in_(some)))
        if number is not None
    }


def articles(session: Session, wanted: Wanted) -> Sequence[Article]:
    """Articles without their text, the last stored first."""
    statement = (
        select(Article)
        .options(defer(Article.text))  # type: ignore[arg-type]
        .where(*told_between(wanted), *of_article(wanted))
        .order_by(col(Article.id).desc())
        .limit(wanted.limit)
    )
    if wanted.ids is not None:
        statement = statement.where(col(Article.id).in_(wanted.ids))
    if wanted.after is not None:
        statement = statement.where(col(Article.id) < wanted.after)
    if wanted.parties is not None:
        mention = exists().where(
            col(Mention.article_id) == col(Article.id), col(Mention.platform).in_(wanted.parties)
        )
        statement = statement.where(mention)
    if wanted.stage is not None:
        statement = statement.where(
            exists().where(
                col(Claim.article_id) == col(Article.id), col(Claim.stage) == wanted.stage
            )
        )
    return session.exec(statement).all()


def articles_by_id(session: Session, numbers: Iterable[int]) -> dict[int, Article]:
    """Articles without their text, by id."""
    found: dict[int, Article] = {}
    for some in chunks(numbers):
        statement = (
            select(Article)
            .options(defer(Article.text))  # type: ignore[arg-type]
            .where(col(Article.id).in_(some))
        )
        found.update({article.id or 0: article for article in session.exec(statement)})
    return found


def mentions(session: Session, found: Sequence[Article]) -> dict[int, list[str]]:
    """The platforms that each article names, the most often named first."""
    named: dict[int, list[str]] = defaultdict(list)
    rows = session.exec(
        select(Mention)
        .where(col(Mention.article_id).in_([article.id for article in found]))
        .order_by(col(Mention.count).desc(), col(Mention.first))
    )
    for mention in rows:
        named[mention.article_id].append(mention.platform)
    return named


def claims(
    session: Session,
    wanted: Wanted,
    *,
    of_event: int | None = None,
    of_edges: Collection[int] | None = None,
    paged: bool = False,
) -> list[Evidence]:
    """Claims with all that belongs to them; of one event, or of some edges, when they are given.

    All of them in the order of their ids, or one page with the newest first.
    """
    statement = (
        select(Claim, Edge, Article, Source)
        .join(Edge, col(Edge.id) == Claim.edge_id)
        .join(Article, col(Article.id) == Claim.article_id)
        .join(Source, col(Source.slug) == Article.source_slug)
        .options(defer(Article.text))  # type: ignore[arg-type]
        .where(*told_between(wanted), *of_article(wanted), *of_edge(wanted))
        .order_by(col(Claim.id).desc() if paged else col(Claim.id))
    )
    if of_event is not None:
        statement = statement.where(Edge.event_id == of_event)
    if of_edges is not None:
        statement = statement.where(col(Claim.edge_id).in_(of_edges))
    if wanted.stage is not None:
        statement = statement.where(Claim.stage == wanted.stage)
    if wanted.ids is not None:
        statement = statement.where(col(Claim.id).in_(wanted.ids))
    if paged:
        statement = statement.limit(wanted.limit)
        if wanted.after is not None:
            statement = statement.where(col(Claim.id) < wanted.after)
    found = session.exec(statement).all()
    first = origins(session, (article for _, _, article, _ in found))
    return [
        Evidence(claim, edge, article, source, first[article.id or 0])
        for claim, edge, article, source in found
    ]


_Text = tuple[str, int | None]
"""The source of a text, and which article it copies."""


def origins(session: Session, found: Iterable[Article]) -> dict[int, str]:
    """For each article the source that published its text first, copies followed to the end."""
    known: dict[int, _Text] = {
        article.id or 0: (article.source_slug, article.copy_of) for article in found
    }
    asked = list(known)
    while missing := {copied for _, copied in known.values() if copied} - known.keys():
        rows = select(Article.id, Article.source_slug, Article.copy_of)
        some = list(missing)[:CHUNK]
        for number, slug, copied in session.exec(rows.where(col(Article.id).in_(some))):
            known[number or 0] = slug, copied
    return {number: known[_root(number, known)][0] for number in asked}


def _root(number: int, known: Mapping[int, _Text]) -> int:
    seen = {number}
    while (copied := known[number][1]) and copied not in seen:
        seen.add(copied)
        number = copied
    return number


def told_at() -> ColumnElement[Any]:
    """When an article was published, or fetched where that is not known."""
    return func.coalesce(col(Article.published_at), col(Article.fetched_at))


def told_between(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of the time at which an article was published."""
    return between(told_at(), wanted)


def between(moment: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of a moment."""
    rules = []
    if wanted.since is not None:
        rules.append(moment >= wanted.since)
    if wanted.until is not None:
        rules.append(moment < wanted.until)
    return rules


def of_article(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of an article's language and source."""
    rules = []
    if wanted.language is not None:
        exact = col(Article.language) == wanted.language
        rules.append(or_(exact, col(Article.language).startswith(f"{wanted.language}-")))
    if wanted.source is not None:
        rules.append(col(Article.source_slug) == wanted.source)
    return rules


def of_edge(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of an opening's platforms and capability."""
    rules = []
    if wanted.parties is not None:
        hosts, guests = col(Edge.host), col(Edge.guest)
        rules.append(or_(hosts.in_(wanted.parties), guests.in_(wanted.parties)))
    if wanted.capability is not None:
        rules.append(col(Edge.capability) == wanted.capability)
    return rules
