"""What people write to the bot, and the buttons that they press, read from raw updates."""

import re
from dataclasses import dataclass
from typing import Any

from alerts.delivery.buttons import TICK
from alerts.delivery.words import nearest_language

ANONYMOUS_ADMIN = 1087968824
"""Telegram's stand-in for an administrator who writes as the group itself."""


@dataclass(frozen=True)
class Press:
    """A press on a button under one of the bot's messages."""

    id: str
    """What is to be answered, so that the reader's client stops waiting."""
    message: int
    apart: bool
    """True where the message with the button is to stay as it is."""
    ticked: tuple[str, ...]
    """What the ticked buttons of that message say: Telegram keeps them, no client can."""


@dataclass(frozen=True)
class Asked:
    """A message to the bot, or a press. Who it is by is a number; names change hands."""

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
    page: int = 0
    """Of a list, counted from 0."""
    press: Press | None = None
    owner: int | None = None
    """Who is told when the chat does not let us in: who set it up, or else its creator."""

    @property
    def in_place(self) -> bool:
        """Whether the answer is to stand where the message with the pressed button stands."""
        return self.press is not None and not self.press.apart


def read_message(update: dict[str, Any], username: str) -> Asked | None:
    """The message of an update, or None when it is nothing to answer.

    Commands for other bots, other bots' messages and service messages are nothing to answer. What
    stands in a channel was written by one of its administrators.
    """
    message = update.get("message") or update.get("channel_post")
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        return None
    if message.get("is_automatic_forward"):  # from a channel, where it was read already
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
        topic=_topic(message),
        sender=int((as_chat or author or chat)["id"]),
        user=user,
        private=chat.get("type") == "private",
        language=nearest_language(author.get("language_code")),
        command=command,
        argument=_argument(message["text"], command),
    )


_SAID = re.compile(r"(?P<apart>\+)?(?:(?P<page>[0-9]{1,3}) )?(?P<name>[a-z]+)(?: (?P<rest>.+))?")


def read_press(update: dict[str, Any]) -> Asked | None:
    """The press of an update, or None when it is none.

    It counts for the chat and topic of the message with the button, whatever it says. Where the
    button says nothing that is understood, or Telegram does not know any more where it was, there
    is no command.
    """
    query = update.get("callback_query")
    if not isinstance(query, dict):
        return None
    author = query["from"]
    message = query.get("message") or {}
    known = bool(message.get("date"))  # 0 of a message that is too old to be seen
    said = _SAID.fullmatch(str(query.get("data", ""))) if known else None
    chat = message.get("chat") or {"id": author["id"], "type": "private"}
    return Asked(
        chat=int(chat["id"]),
        topic=_topic(message),
        sender=int(author["id"]),
        user=int(author["id"]),
        private=chat.get("type") == "private",
        language=nearest_language(author.get("language_code")),
        command=said["name"] if said else None,
        argument=(said["rest"] or "") if said else "",
        page=int(said["page"] or 0) if said else 0,
        press=Press(
            id=str(query["id"]),
            message=int(message.get("message_id") or 0),
            apart=bool(said and said["apart"]),
            ticked=_ticked(message),
        ),
    )


def _ticked(message: dict[str, Any]) -> tuple[str, ...]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return tuple(
        str(one.get("callback_data", ""))
        for row in rows
        for one in row
        if str(one.get("text", "")).startswith(TICK)
    )


def _topic(message: dict[str, Any]) -> int:
    return int(message.get("message_thread_id") or 0) if message.get("is_topic_message") else 0


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


def moved(update: dict[str, Any]) -> tuple[int, int] | None:
    """The group and the supergroup that it has become, if that is what the update says."""
    message = update.get("message")
    if not isinstance(message, dict) or not message.get("migrate_to_chat_id"):
        return None
    return int(message["chat"]["id"]), int(message["migrate_to_chat_id"])
