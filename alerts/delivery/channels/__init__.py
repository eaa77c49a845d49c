"""A way out: one file per channel behind this interface, and the ways in which a send can end."""

from dataclasses import dataclass
from typing import Protocol

from alerts.delivery.messages import Message


@dataclass(frozen=True)
class Sent:
    """It is there; `message_id` finds it again for edits and replies."""

    message_id: int


@dataclass(frozen=True)
class NotSent:
    """It surely did not arrive; try again. `retry_after` (seconds) is the server's own wish."""

    reason: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Uncertain:
    """Nobody knows whether it arrived: the request left and no clear answer came."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """This message will never be accepted there; other messages may be."""

    reason: str


@dataclass(frozen=True)
class Gone:
    """This chat (or topic) does not let us in: blocked, deleted, closed, no right to post."""

    reason: str


@dataclass(frozen=True)
class Migrated:
    """The chat has a new address; nothing was sent."""

    new_chat: str


@dataclass(frozen=True)
class Halted:
    """The channel cannot send anything to anybody, for instance because its token is refused."""

    reason: str


Outcome = Sent | NotSent | Uncertain | Refused | Gone | Migrated | Halted


class Channel(Protocol):
    """Sends messages and edits them; makes exactly one request and says how it ended.

    It never raises for what the other side does, never waits and never repeats a request on its
    own, except for one plain-text attempt when the other side refused the markup.
    """

    async def open(self) -> None:
        """Get ready, once, before anything is sent; what fails then is tried again with a send."""
        ...

    async def send(
        self, address: str, topic: int, message: Message, reply_to: int | None, *, silent: bool
    ) -> Outcome:
        """Send a message to a chat, as a reply if the message replied to still exists."""
        ...

    async def edit(self, address: str, message_id: int, message: Message) -> Outcome:
        """Put another text in place of a message's; unchanged text counts as sent."""
        ...

    async def close(self) -> None:
        """Let go of connections; nothing is sent afterwards."""
        ...
