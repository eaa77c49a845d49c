"""What articles say: their mentions and claims, written together and taken back together."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session

from storage.columns import tables_of
from storage.models import Claim, Edge, Mention, StageChange
from storage.neighbourhood import EdgeNews
from storage.search_index import forget_claims

_CLAIM, _EDGE, _MENTION, _CHANGE = tables_of(Claim, Edge, Mention, StageChange)

_BEFORE = (
    select(_EDGE.c.id, _EDGE.c.event_id, _EDGE.c.host, _EDGE.c.guest, _EDGE.c.capability)
    .join(_CLAIM, _CLAIM.c.edge_id == _EDGE.c.id)
    .where(_CLAIM.c.article_id == bindparam("article"))
    .distinct()
)
_CLAIMS_OF = select(_CLAIM.c.id).where(_CLAIM.c.article_id == bindparam("article"))
_POINTING = update(_CHANGE).where(_CHANGE.c.claim_id.in_(_CLAIMS_OF)).values(claim_id=None)
_CLAIMED = delete(_CLAIM).where(_CLAIM.c.article_id == bindparam("article"))
_MENTIONED = delete(_MENTION).where(_MENTION.c.article_id == bindparam("article"))
_ADD_CLAIMS = insert(_CLAIM).returning(_CLAIM.c.id, sort_by_parameter_order=True)
_ADD_MENTIONS = insert(_MENTION)


def forget(session: Session, article_id: int) -> list[EdgeNews]:
    """Take back all that an article said; gives the edges that it spoke of, as they are held."""
    connection, article = session.connection(), {"article": article_id}
    before = [EdgeNews(*row) for row in connection.execute(_BEFORE, article)]
    if before:
        forget_claims(session, article_id)
        connection.execute(_POINTING, article)
        connection.execute(_CLAIMED, article)
    connection.execute(_MENTIONED, article)
    return before


def add_mentions(
    session: Session, article_id: int, counted: Mapping[str, tuple[int, int]]
) -> None:
    """Note how often an article names each platform, and where first."""
    rows = [
        {"article_id": article_id, "platform": platform, "count": count, "first": first}
        for platform, (count, first) in counted.items()
    ]
    if rows:
        session.connection().execute(_ADD_MENTIONS, rows)


def add_claims(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write claims, each given by its columns; gives their ids in the same order."""
    if not rows:
        return []
    return list(session.connection().execute(_ADD_CLAIMS, list(rows)).scalars())
