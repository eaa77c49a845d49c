"""Search: the articles and events that have all the words, with the place where they stand.

Articles with the words in their title come first, then the others; among each, what was stored or
revised last. Events between the platforms that were named come first, then the others; among
each, what was told last. Both databases give the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from storage.chunks import chunks
from storage.listings import Wanted
from storage.models import Article, ArticleWords, Claim, Event
from storage.search_entries import Hit, matching_articles, matching_claims
from storage.search_query import Query, Term
from storage.search_snippets import Snippet, snippet
from storage.search_words import clean, folded

AT_ONCE = 50
"""Texts that are in memory at once while they are looked at."""


@dataclass(frozen=True)
class FoundArticle:
    """An article with the part of it that shows why it was found."""

    article: Article
    in_title: bool
    snippet: Snippet


@dataclass(frozen=True)
class FoundEvent:
    """An event with the quote (or the title) that shows why it was found, and its article."""

    event: Event
    named: int
    """How many of the platforms that were looked for take part in it."""
    snippet: Snippet
    article_id: int


def search_articles(session: Session, query: Query, wanted: Wanted) -> list[FoundArticle]:
    """At most `wanted.limit` articles with all the words, the best first.

    Raises NotFoundError when `wanted.after` is not the id of an article.
    """
    tiers: list[tuple[bool, int | None]] = [(True, None), (False, None)]
    if wanted.after is not None:
        title, entry = _place_of(session, wanted.after)
        tiers = [(True, entry), tiers[1]] if _has(query, title) else [(False, entry)]
    found: list[FoundArticle] = []
    for in_title, before in tiers:
        numbers = matching_articles(session, query, wanted, before, title=in_title)
        for some in _at_once(numbers, min(wanted.limit, AT_ONCE)):
            rows = session.exec(select(Article).where(col(Article.id).in_(some))).all()
            by_id = {row.id: row for row in rows}
            read = (_read(by_id[number], query, in_title=in_title) for number in some)
            found += [one for one in read if one is not None]
            if len(found) >= wanted.limit:
                return found[: wanted.limit]
    return found


def _place_of(session: Session, number: int) -> tuple[str, int]:
    """The title of an article and its entry in the index."""
    row = session.exec(
        select(Article.title, ArticleWords.id)
        .join(ArticleWords, col(ArticleWords.article_id) == Article.id)
        .where(Article.id == number)
    ).first()
    if row is None:
        raise NotFoundError(f"there is no article {number} to go on after")
    return folded(clean(row[0])), row[1] or 0


def _at_once(numbers: Iterator[int], most: int) -> Iterator[list[int]]:
    while some := list(islice(numbers, most)):
        yield some


def _read(article: Article, query: Query, *, in_title: bool) -> FoundArticle | None:
    """The article if it really has the words, and has them all in its title or not, as asked."""
    title = folded(clean(article.title))
    if _has(query, title) != in_title:
        return None
    body = folded(clean(article.text))
    if not in_title and not _has(query, title, body):
        return None
    if any(term.expression.search(text) for term in query.excluded for text in (title, body)):
        return None
    shown = snippet(article.text, query.expressions)
    return FoundArticle(
        article, in_title, shown if shown.marks else snippet(article.title, query.expressions)
    )


def _has(query: Query, *texts: str) -> bool:
    return all(any(term.expression.search(one) for one in texts) for term in query.terms)


def search_events(session: Session, query: Query, wanted: Wanted) -> list[FoundEvent]:
    """At most `wanted.limit` events of which one claim has all the words, the best first.

    What counts is its quote, the title of its article, and the platforms that it is about, by
    all their names. Raises NotFoundError when `wanted.after` is not the id of a found event.
    """
    hits: dict[int, list[Hit]] = {}
    for hit in matching_claims(session, query, wanted):
        hits.setdefault(hit.event_id, []).append(hit)
    found: list[FoundEvent] = []
    for ranked in _ranked(session, query, wanted, hits):
        found += _shown(session, query, ranked, hits)
        if len(found) >= wanted.limit:
            return found[: wanted.limit]
    return found


Ranked = tuple[Event, int]
"""An event with the number of named platforms that take part in it."""


def _ranked(
    session: Session, query: Query, wanted: Wanted, hits: dict[int, list[Hit]]
) -> Iterator[list[Ranked]]:
    """The events behind the hits, the best first, a few at a time."""
    events: list[Event] = []
    for numbers in chunks(hits):
        some = col(Event.id).in_(numbers)
        events += session.exec(select(Event).where(some, col(Event.merged_into).is_(None)))
    ranked = [(event, _named(query, hits[event.id or 0])) for event in events]
    ranked.sort(key=lambda one: (one[1], one[0].last_seen, one[0].id), reverse=True)
    if wanted.after is not None:
        places = [event.id for event, _ in ranked]
        if wanted.after not in places:
            raise NotFoundError(f"E{wanted.after} is not among the events found, to go on after")
        ranked = ranked[places.index(wanted.after) + 1 :]
    start, size = 0, 0
    for end, (event, _) in enumerate(ranked, start=1):
        size += len(hits[event.id or 0])
        if size >= AT_ONCE or end == len(ranked):
            yield ranked[start:end]
            start, size = end, 0


def _named(query: Query, hits: Iterable[Hit]) -> int:
    parties = {party for hit in hits for party in hit.parties}
    return sum(not term.platforms.isdisjoint(parties) for term in query.terms)


def _shown(
    session: Session, query: Query, ranked: list[Ranked], hits: dict[int, list[Hit]]
) -> Iterator[FoundEvent]:
    """Those events of which a claim really has the words, each with the newest such claim."""
    claims = [hit.claim_id for event, _ in ranked for hit in hits[event.id or 0]]
    said: dict[int, tuple[Claim, str]] = {}
    for some in chunks(claims):
        rows = session.exec(
            select(Claim, Article.title)
            .join(Article, col(Article.id) == Claim.article_id)
            .where(col(Claim.id).in_(some))
        )
        said.update({claim.id or 0: (claim, title) for claim, title in rows})
    for event, named in ranked:
        for hit in hits[event.id or 0]:
            claim, title = said[hit.claim_id]
            if _says(query, claim, title):
                shown = snippet(claim.quote, query.expressions)
                if not shown.marks:
                    in_title = snippet(title, query.expressions)
                    shown = in_title if in_title.marks else shown
                yield FoundEvent(event, named, shown, claim.article_id)
                break


def _says(query: Query, claim: Claim, title: str) -> bool:
    texts = [folded(clean(title)), folded(clean(claim.quote))]
    parties = {claim.host, claim.guest}

    def has(term: Term) -> bool:
        about = not term.platforms.isdisjoint(parties)
        return about or any(term.expression.search(text) for text in texts)

    return all(has(term) for term in query.terms) and not any(map(has, query.excluded))
