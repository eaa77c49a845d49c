"""What readers say is wrong, kept for those who write the rules."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from storage.listings import Wanted, of_article
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
    digest = digest_of(reporter)
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


def digest_of(reporter: Address) -> str:
    """What a report keeps of who made it."""
    return hashlib.sha256(f"{reporter.channel}:{reporter.chat}".encode()).hexdigest()[:_DIGEST]


def reports(session: Session, wanted: Wanted | None = None) -> Sequence[Report]:
    """What readers said is wrong, newest first."""
    wanted = wanted or Wanted()
    newest = select(Report).order_by(col(Report.id).desc()).limit(wanted.limit)
    newest = newest.where(*_rules(wanted))
    if wanted.language is not None or wanted.source is not None:
        told = select(Article.id).where(*of_article(wanted))
        newest = newest.where(col(Report.article_id).in_(told))
    return session.exec(newest).all()


def _rules(wanted: Wanted) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if wanted.parties is not None:
        sides = (col(Report.host), col(Report.guest))
        rules.append(or_(*(side.in_(sorted(wanted.parties)) for side in sides)))
    if wanted.stage is not None:
        rules.append(col(Report.stage) == wanted.stage)
    if wanted.capability is not None:
        rules.append(col(Report.capability) == wanted.capability)
    if wanted.since is not None:
        rules.append(col(Report.at) >= wanted.since)
    if wanted.until is not None:
        rules.append(col(Report.at) < wanted.until)
    if wanted.after is not None:
        rules.append(col(Report.id) < wanted.after)
    return rules


def record(report: Report) -> dict[str, Any]:
    """A report as plain values for printing."""
    return report.model_dump() | {"event": f"E{report.event_id}", "article": report.article_id}


def _made_of(session: Session, event: Event) -> tuple[Claim, Article] | None:
    """The claim that the newest step came of, with its article."""
    return session.exec(
        select(Claim, Article)
        .join(Article, col(Article.id) == Claim.article_id)
        .join(StageChange, col(StageChange.claim_id) == Claim.id)
        .where(StageChange.event_id == event.id)
        .order_by((col(StageChange.stage) == event.stage).desc(), col(StageChange.id).desc())
    ).first()
