"""Telling the owner of a chat, in private, that it does not let us in any more."""

import logging
from collections.abc import Mapping
from html import escape

from alerts.delivery.channels import Channel, Gone, Refused, Sent
from alerts.delivery.messages import Message, assemble
from alerts.delivery.pacing import Pace
from alerts.delivery.text import tame
from alerts.delivery.words import words_for
from storage import pauses
from storage.database import Database
from storage.deliveries import OWED_FOR
from storage.pauses import Pause

log = logging.getLogger(__name__)


async def tell_owners(
    database: Database, channels: Mapping[str, Channel], open_channels: list[str], pace: Pace
) -> None:
    """Tell every owner of what they have not heard; what does not arrive now is told later."""
    for pause in await database.ask(pauses.untold, open_channels):
        if pause.owner in pace.busy() or pace.room() <= 0:
            continue
        pace.spend(pause.owner)
        outcome = await channels[pause.owner.channel].send(
            pause.owner.chat, 0, render_pause(pause), None, silent=False
        )
        pace.answered(pause.owner)
        log.warning("subscription %d is paused, its owner: %s", pause.subscription_id, outcome)
        if isinstance(outcome, Sent | Gone | Refused):
            await database.run(pauses.mark_told, pause)


def render_pause(pause: Pause) -> Message:
    """What the owner reads: which chat, why, what is kept, and what to do."""
    words = words_for(pause.language)
    place = pause.address.chat
    if pause.topic:
        place = words("owner-topic", chat=place, topic=str(pause.topic))
    lines = (
        words("owner-paused", place=place),
        tame(pause.reason),
        words("owner-kept", count=pause.owed, days=OWED_FOR.days),
    )
    return assemble("\n".join(escape(line) for line in lines), silent=False)
