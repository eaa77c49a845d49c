"""What people write to the bot, read from raw updates; and how much of it is answered."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from alerts.delivery.words import nearest_language

ANONYMOUS_ADMIN = 1087968824
"""Telegram's stand-in for an administrator who writes as the group itself."""


@dataclass(frozen=True)
class Asked:
    """A message to the bot. Who wrote it is a number; names change hands."""

    chat: int
    topic: int
    sender: int
    """The user, or the chat in whose name was written."""
    user: int | None
    """Set only where one person surely wrote it: what an operator's right hangs on."""
    private: bool
    language: str
    command: str | None
    """Without its slash, in lower case; None for any other text."""
    argument: str = ""
    """What follows the command; the whole text where there is none."""


def read_message(update: dict[str, Any], username: str) -> Asked | None:
    """The message of an update, or None when it is nothing to answer.

    Commands for other bots, other bots' messages and service messages are nothing to answer.
    """
    message = update.get("message")
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        return None
    author = message.get("from") or {}
    as_chat = message.get("sender_chat")
    if author.get("is_bot") and not as_chat:
        return None
    command = _command(message["text"], username)
    if command == "":
        return None
    chat = message["chat"]
    user = None if as_chat or author.get("id") == ANONYMOUS_ADMIN else author.get("id")
    return Asked(
        chat=int(chat["id"]),
        topic=int(message.get("message_thread_id") or 0) if message.get("is_topic_message") else 0,
        sender=int((as_chat or author or chat)["id"]),
        user=user,
        private=chat.get("type") == "private",
        language=nearest_language(author.get("language_code")),
        command=command,
        argument=_argument(message["text"], command),
    )


def _command(text: str, username: str) -> str | None:
    """The command's name; None for other text, "" for a command to another bot."""
    if not text.startswith("/"):
        return None
    name, _, bot = text.split(maxsplit=1)[0][1:].partition("@")
    if bot and bot.lower() != username.lower():
        return ""
    return name.lower()


def _argument(text: str, command: str | None) -> str:
    if command is None:
        return text.strip()
    return " ".join(text.split(maxsplit=1)[1:]).strip()


def let_in_again(update: dict[str, Any]) -> int | None:
    """The chat that unblocked the bot or took it back in, if that is what the update says."""
    change = update.get("my_chat_member")
    if not isinstance(change, dict):
        return None
    status = (change.get("new_chat_member") or {}).get("status")
    return int(change["chat"]["id"]) if status in ("member", "administrator") else None


Verdict = Literal["answer", "notice", "silence"]


class Crowd:
    """Limits what is answered: per sender, per chat and over all, in a sliding minute."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        sender: int = 20,
        chat: int = 30,
        overall: int = 300,
    ) -> None:
        self._now = monotonic
        self._limits = {"sender": sender, "chat": chat, "overall": overall}
        self._seen: defaultdict[tuple[str, int], deque[float]] = defaultdict(deque)
        self._warned: dict[int, float] = {}

    def judge(self, asked: Asked) -> Verdict:
        """Answer it; or give one notice a minute to who asks too much, and then be silent."""
        now = self._now()
        keys = [("sender", asked.sender), ("chat", asked.chat), ("overall", 0)]
        for key in keys:
            times = self._seen[key]
            while times and times[0] <= now - 60:
                times.popleft()
        if all(len(self._seen[key]) < self._limits[key[0]] for key in keys):
            for key in keys:
                self._seen[key].append(now)
            self._tidy()
            return "answer"
        if now - self._warned.get(asked.sender, -60.0) < 60:
            return "silence"
        self._warned[asked.sender] = now
        return "notice"

    def _tidy(self) -> None:
        """Forget who has been quiet, so that strangers cannot fill the memory."""
        if len(self._seen) <= 10_000:
            return
        now = self._now()
        self._seen = defaultdict(
            deque,
            {key: times for key, times in self._seen.items() if times and times[-1] > now - 60},
        )
        self._warned = {one: at for one, at in self._warned.items() if now - at < 60}
