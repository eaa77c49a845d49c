"""Why articles are on an event and why its openings are one: rows for `rules explain`."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlmodel import Session, col, select

from alerts.grouping import reasons
from alerts.grouping.partition import EdgeFact
from alerts.stages import counted, facts_of
from config.platforms import Platforms
from config.words import Stage
from storage import listings
from storage.bounds import Bounds
from storage.families import Families
from storage.models import Article, Claim
from storage.neighbourhood import neighbourhood

Row = dict[str, Any]


def claims(session: Session, number: int, platforms: Platforms) -> list[Row]:
    """What each article says of the event, leading claims first, with the words that decided.

    A stage that surer reports of the same day contradict says what it counts as.
    """
    near = neighbourhood(session, Families(platforms), events={number})
    counts_as = counted(near.of(number))
    evidence = listings.claims(session, listings.Wanted(), of_event=number)
    ordered = sorted(evidence, key=lambda e: (not e.claim.leading, e.claim.id))
    return [
        {
            "article": one.article.id,
            "source": one.source.slug,
            "language": one.article.language,
            "published": one.article.published_on,
            "title": one.article.title,
            "opening": f"{one.edge.host} > {one.edge.guest} {one.edge.capability}",
            "kind": _kind(leading=one.claim.leading, background=one.claim.background),
            "stage": one.claim.stage,
            "date": str(Bounds(one.claim.date_from, one.claim.date_to))
            if one.claim.date_from or one.claim.date_to
            else None,
            "date_how": one.claim.date_how,
            "because": "; ".join(_because(one.claim, counts_as)),
            "quote": one.claim.quote,
            "url": one.article.url,
            "claim": one.claim.id,
            "edge": one.edge.id,
        }
        for one in ordered
    ]


def _because(claim: Claim, counts_as: Mapping[int, Stage]) -> Iterator[str]:
    yield from claim.reasons
    stage = counts_as.get(claim.id or 0, claim.stage)
    if stage is not claim.stage:
        yield f"counts as {stage}: of the same day that is told more surely"


def _kind(*, leading: bool, background: bool) -> str:
    return "leading" if leading else "background" if background else "further"


def verdicts(session: Session, articles: Collection[int]) -> list[Row]:
    """What made each article relevant or not."""
    found = session.exec(select(Article).where(col(Article.id).in_(articles)))
    return [
        {
            "article": article.id,
            "relevant": article.relevant,
            "copy_of": article.copy_of,
            "because": "; ".join(article.reasons),
        }
        for article in sorted(found, key=lambda article: article.id or 0)
    ]


def ties(session: Session, number: int, platforms: Platforms) -> list[Row]:
    """Every two openings of the event that something ties to each other, and what that is."""
    near = neighbourhood(session, Families(platforms), events={number})
    facts = facts_of(near.of(number))
    return [
        {"one": _named(tie.one), "two": _named(tie.two), "because": tie.because}
        for tie in reasons.ties(facts, near.joint, platforms)
    ]


def _named(edge: EdgeFact) -> str:
    return f"{edge.host} > {edge.guest} {edge.capability}"
