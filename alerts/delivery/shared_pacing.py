"""Keeping Telegram's limits together with other senders: turns in the database.

Everything is evenly spaced: 30 a second become one every 34 ms, and 20 a minute in a group one
every 3 s. So no window can hold too many, whoever sent them. Turns are booked ahead, so that none
is lost while there is something to send.
"""

import asyncio
import logging
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from alerts.delivery.pacing import Claims, Pace, Rates
from storage import turns
from storage.database import Database
from storage.deliveries import TELEGRAM, Address

MARGIN = 1.025
"""How much wider turns lie than the limit asks: requests of several processes overtake each other."""

log = logging.getLogger(__name__)


class SharedPace(Pace):
    """A pace that holds over all senders on one PostgreSQL."""

    def __init__(self, database: Database, rates: Rates | None = None) -> None:
        super().__init__(rates)
        self._database = database

    def claims(self) -> Claims:
        """Claim only in chats that no other sender is at, and that are free for it."""
        send, edit = super().claims()
        return Claims(
            partial(turns.claim_in_turn, claim=send, kinds=(turns.CHAT,)),
            partial(turns.claim_in_turn, claim=edit, kinds=(turns.CHAT, turns.EDIT)),
        )

    async def begin(self, address: Address, *, edit: bool = False) -> None:
        """Wait for our turn at the Bot API, after waiting for our own room."""
        await super().begin(address, edit=edit)
        if address.channel == TELEGRAM:
            apart = self.rates.overall_seconds * MARGIN / self.rates.overall
            wait = await self._database.run(turns.take, turns.BOT_API, TELEGRAM, apart)
            await asyncio.sleep(wait)

    async def end(self, address: Address, *, edit: bool = False) -> None:
        """Leave the chat to whoever is next in it, when its limits allow the next request."""
        await super().end(address, edit=edit)
        telegram, key = address.channel == TELEGRAM, turns.key_of(address)
        group = self.rates.group_seconds / self.rates.group if address.is_group else 0.0
        rest = max(self.rates.chat_seconds, group) if telegram else 0.0
        try:
            await self._database.run(turns.put_off, turns.CHAT, key, rest)
            if edit and telegram:
                between = self.rates.edit_seconds
                await self._database.run(turns.put_off, turns.EDIT, key, between)
        except SQLAlchemyError:
            log.exception("a chat could not be let go; others come to it a little later")
