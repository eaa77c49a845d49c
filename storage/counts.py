"""How much the store holds of what: articles, claims and events by source, language and so on."""

from typing import Any

from sqlalchemy import Integer, cast, select
from sqlmodel import Session, col, func

from storage.listings import Wanted, of_article, told_at, told_between
from storage.models import Article, Claim, Edge
from storage.options import By


def counted(session: Session, by: By, wanted: Wanted) -> list[dict[str, Any]]:
    """A row for every source, language, stage or capability, the most articles first.

    For a stage or a capability only articles with a claim of it count; `sources` are the outlets
    that published them, copies included.
    """
    rows = _by_claim(session, by, wanted)
    if by in {By.SOURCE, By.LANG}:
        for name, articles in _by_article(session, by, wanted).items():
            rows[name] = {**_NONE, **rows.get(name, {}), **articles}
    found = [{by.value: name, **row} for name, row in rows.items()]
    return sorted(found, key=lambda row: (-row["articles"], str(row[by.value])))


_NONE = {"claims": 0, "events": 0}


def _by_article(session: Session, by: By, wanted: Wanted) -> dict[str, dict[str, Any]]:
    key: Any = Article.source_slug if by is By.SOURCE else Article.language
    statement = (
        select(
            key,
            func.count(),
            func.sum(cast(func.coalesce(Article.relevant, False), Integer)),
            func.count(col(Article.copy_of)),
            func.count(func.distinct(Article.source_slug)),
            func.max(told_at()),
        )
        .where(*told_between(wanted), *of_article(wanted))
        .group_by(key)
    )
    names = ("articles", "relevant", "copies", "sources", "latest")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(statement)}


def _by_claim(session: Session, by: By, wanted: Wanted) -> dict[str, dict[str, Any]]:
    keys: dict[By, Any] = {
        By.SOURCE: Article.source_slug,
        By.LANG: Article.language,
        By.STAGE: Claim.stage,
        By.CAPABILITY: Edge.capability,
    }
    key = keys[by]
    statement = (
        select(
            key,
            func.count(func.distinct(Article.id)),
            func.count(func.distinct(Claim.id)),
            func.count(func.distinct(Edge.event_id)),
            func.count(func.distinct(Article.source_slug)),
            func.max(told_at()),
        )
        .join(Claim, col(Claim.article_id) == Article.id)
        .join(Edge, col(Edge.id) == Claim.edge_id)
        .where(*told_between(wanted), *of_article(wanted))
        .group_by(key)
    )
    names = ("articles", "claims", "events", "sources", "latest")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(statement)}
