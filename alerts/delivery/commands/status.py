"""/status: how the bot is doing, and trying again what failed. Only operators get here."""

import re
from html import escape

from sqlmodel import col, func, select

from alerts.delivery.buttons import button, grid
from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.text import cut, tame
from config.errors import NotFoundError
from storage import deliveries
from storage.deliveries import DeliveryRow
from storage.heartbeats import stale
from storage.models import Subscription
from storage.notices import in_words, open_notices

SHOWN = 5
"""Of the alerts that failed, the newest; and of the sources in trouble, the oldest."""

_REASON = 200
_RETRY = re.compile(r"retry\s+#?([0-9]{1,9})", re.IGNORECASE)


def status(question: Question) -> Reply:
    """How the bot is doing; with `retry 12` behind it, owe a failed alert once more."""
    written = question.asked.argument.strip()
    if not written:
        return _told(question)
    found = _RETRY.fullmatch(written)
    if found is None:
        return say(question, "status-how")
    try:
        deliveries.retry(question.session, int(found[1]), question.now)
    except NotFoundError:
        return say(question, "status-no-failed", number=found[1])
    return _told(question)


def _told(question: Question) -> Reply:
    words, session = question.words, question.session
    counts = deliveries.count_by_status(session)
    paused = session.exec(
        select(func.count())
        .select_from(Subscription)
        .where(col(Subscription.active).is_(True), col(Subscription.paused_reason).is_not(None))
    ).one()
    lines = [
        words(
            "bot-status",
            waiting=counts["pending"] + counts["sending"] + counts["uncertain"],
            sent=counts["sent"],
            failed=counts["dead"],
            paused=paused,
        ),
        *_late(question),
    ]
    failed = deliveries.failed(session, SHOWN)
    parts = [*_failed(question, failed), *_sources(question)]
    if trouble := question.knowledge.trouble():
        parts.append(f"\n{words('bot-configuration', problem=tame(trouble))}")
    again = (button(f"↻ {one.id}", f"status retry {one.id}") for one in failed)
    html = fitted(escape("\n".join(lines)), map(escape, parts), words)
    return Reply(html, buttons=grid(again, SHOWN))


def _late(question: Question) -> list[str]:
    """What should have been done by now."""
    words, now = question.words, question.now
    oldest = deliveries.oldest_due(question.session, now)
    late = stale(question.session, now)
    found = []
    if oldest is not None:
        found.append(words("status-oldest", minutes=int((now - oldest).total_seconds() // 60)))
    if late:
        found.append(f"⚠️ {words('status-silent', loops=tame(', '.join(late)))}")
    return found


def _failed(question: Question, rows: list[DeliveryRow]) -> list[str]:
    if not rows:
        return []
    lines = [f"\n{question.words('status-failed')}"]
    for row in rows:
        reason = tame(cut(row.error or "", _REASON))
        lines.append(f"{row.id}. {row.event} → {row.channel} {tame(row.address)}: {reason}")
    return ["\n".join(lines)]


def _sources(question: Question) -> list[str]:
    found = open_notices(question.session)
    if not found:
        return []
    lines = [f"\n{question.words('status-sources', count=len(found))}"]
    lines += [f"• {tame(cut(in_words(*one), _REASON))}" for one in found[:SHOWN]]
    return ["\n".join(lines)]
