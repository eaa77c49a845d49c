"""What readers say is wrong, kept for those who write the rules."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage.models import Article, Claim, Event, Report, StageChange
from storage.subscriptions import Address

_DIGEST = 16


def report(session: Session, event_id: int, reporter: Address, now: datetime) -> bool:
    """Note that a reader finds an event's alert wrong, with what it was made of.

    One report counts for each stage and chat; False when it was there already, or when there is
    no such event.
    """
    event = session.get(Event, event_id)
    while event is not None and event.merged_into is not None:
        event = session.get(Event, event.merged_into)
    if event is None:
        return False
    digest = hashlib.sha256(f"{reporter.channel}:{reporter.chat}".encode()).hexdigest()[:_DIGEST]
    known = select(Report.id).where(
        Report.event_id == event.id, Report.stage == event.stage, Report.reporter == digest
    )
    if session.exec(known).first() is not None:
        return False
    found = _made_of(session, event)
    session.add(
        Report(
            event_id=event.id or 0,
            stage=event.stage,
            reporter=digest,
            host=event.host,
            guest=event.guest,
            capability=event.capability,
            article_id=found[1].id if found else None,
            url=found[1].url if found else None,
            quote=found[0].quote if found else "",
            reasons=list(found[0].reasons) if found else [],
            at=now,
        )
    )
    session.flush()
    return True


def reports(session: Session, limit: int = 50) -> Sequence[Report]:
    """What readers said is wrong, newest first."""
    newest = select(Report).order_by(col(Report.at).desc(), col(Report.id).desc())
    return session.exec(newest.limit(limit)).all()


def _made_of(session: Session, event: Event) -> tuple[Claim, Article] | None:
    """The claim that the newest step came of, with its article."""
    return session.exec(
        select(Claim, Article)
        .join(Article, col(Article.id) == Claim.article_id)
        .join(StageChange, col(StageChange.claim_id) == Claim.id)
        .where(StageChange.event_id == event.id)
        .order_by((col(StageChange.stage) == event.stage).desc(), col(StageChange.id).desc())
    ).first()
