"""Who may do what with the bot: every command by everybody who writes or presses, over real HTTP.

The commands are the registered ones: what has no line in the table fails. What a line allows is
done and must change the store; all else is tried too, written and pressed, and must change nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session

from alerts.delivery import answers
from alerts.delivery.inbound import ANONYMOUS_ADMIN
from alerts.delivery.words import words_for
from config.words import Capability
from storage import deliveries
from storage.database import Database
from tests.fakes import rows
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_methods import owner
from tests.fakes.readers import dump
from tests.fakes.talk import Talk, listening

EVERYBODY, RULERS, OPERATORS = "everybody", "who rules the chat", "operators"


@dataclass(frozen=True)
class Line:
    """What a command reads, what it changes, and who may."""

    reads: str | None = None
    changes: str | None = None
    who: str = RULERS
    """Who may change something, and turn messages by a button that reads."""
    read_by: str = EVERYBODY


TABLE = {
    "latest": Line("latest", who=EVERYBODY),
    "event": Line("event 1", who=EVERYBODY),
    "search": Line("search taobao", who=EVERYBODY),
    "matrix": Line("matrix teleport", who=EVERYBODY),
    "timeline": Line("timeline nobody", who=EVERYBODY),
    "sources": Line("sources 1", who=EVERYBODY),
    "shared": Line("shared 0123456789abcdef", who=EVERYBODY),
    "help": Line("help", who=EVERYBODY),
    "start": Line("start", "start en payment daily"),
    "follow": Line("follow", "follow all"),
    "mute": Line(None, "mute 1"),
    "unmute": Line(None, "unmute 1"),
    "digest": Line("digest", "digest weekly"),
    "settings": Line("settings", "settings zone Asia/Tokyo"),
    "wrong": Line(None, "wrong 1", who=EVERYBODY),
    "status": Line("status", "status retry 1", who=OPERATORS, read_by=OPERATORS),
    "following": Line("following", "following remove all"),
    "forget": Line("forget", "forget everything"),
}
"""In an order in which each change finds something to change."""


@dataclass(frozen=True)
class Role:
    """Somebody in a chat, and the rights that they have there."""

    chat: int
    user: int
    rights: frozenset[str]
    message: dict[str, Any] = field(default_factory=dict)
    """What their messages say of who wrote them, where that is no person; such press no buttons."""


def written_by(chat: int) -> dict[str, Any]:
    """The group itself, or a channel, as who writes."""
    stand_in = {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group"}
    return {"sender_chat": {"id": chat, "type": "supergroup"}, "from": stand_in}


ADMINISTRATOR, OPERATOR = 7, 77
NOBODY: frozenset[str] = frozenset()
ANYBODY = frozenset({EVERYBODY})
RULING = frozenset({EVERYBODY, RULERS})
OPERATING = frozenset({EVERYBODY, OPERATORS})
ROLES = {
    "a person in private": Role(5, 5, RULING),
    "a member of a group": Role(-101, 6, ANYBODY),
    "its administrator": Role(-102, ADMINISTRATOR, RULING),
    "an administrator as the group": Role(-103, 0, RULING, written_by(-103)),
    "a channel in a group": Role(-104, 0, ANYBODY, written_by(-9)),
    "an operator in private": Role(OPERATOR, OPERATOR, RULING | OPERATING),
    "an operator as a member": Role(-105, OPERATOR, OPERATING),
    "a stranger in private": Role(8, 8, NOBODY),
    "an administrator among strangers": Role(-106, ADMINISTRATOR, NOBODY),
}
ADMITTED = tuple(one.chat for one in ROLES.values() if one.rights)


def test_every_command_that_is_registered_has_its_line():
    assert set(TABLE) == {*answers._HANDLERS, *answers.COMMANDS}


def refusal(role: Role, needed: str, *, pressed: bool) -> str | None:
    """What they are told who may not: silence is "", and None says that they may."""
    words = words_for("en")
    if not role.rights:
        return words("bot-closed") if pressed or role.chat > 0 else ""
    if needed in role.rights:
        return None
    if needed == RULERS:
        return words("bot-only-admins")
    if role.chat > 0:
        return words("bot-operators")
    return words("bot-unknown") if pressed else ""


REFUSALS = tuple(
    words_for("en")(key)
    for key in ("bot-closed", "bot-only-admins", "bot-operators", "bot-unknown")
)


def check(found: Sequence[str], expected: Sequence[str | None]) -> None:
    """Those who may are not refused, and those who may not are told so, in the same order."""
    assert len(found) == len(expected)
    for told, refused in zip(found, expected, strict=True):
        if refused is None:
            assert not told.startswith(REFUSALS)
        else:
            assert told == refused


def furnish(session: Session, chat: int) -> None:
    """Something to change: a chat that follows everything, an event, and an alert that failed."""
    rows.subscribe(session, str(chat), capability=Capability.LINKS)
    event = rows.make_event(session, capability=Capability.LINKS)
    rows.make_claim(session, event, rows.make_article(session, 1, "36kr"))
    deliveries.queue(session, event, rows.make_change(session, event), rows.NOW)
    (claimed,) = deliveries.claim(session, rows.NOW, 1)
    deliveries.settle_dead(session, claimed, "refused")


def kept(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All that the store holds but for the inbox and signs of life."""
    with database.read() as session:
        return {k: v for k, v in dump(session).items() if k not in ("update", "heartbeat")}


class Somebody:
    """A role that writes and presses."""

    def __init__(self, api: BotApi, role: Role) -> None:
        self._api = api
        self._role = role
        self._talk = Talk(api, role.chat, role.user)

    async def write(self, texts: Sequence[str]) -> list[str]:
        """Write all of these; what was answered."""
        role, before = self._role, len(self._api.messages(self._role.chat))
        for text in texts:
            self._api.push_message(f"/{text}", chat=role.chat, user=role.user, **role.message)
        await self._talk.settled()
        return [one.text for one in self._api.messages(role.chat)[before:]]

    async def press(self, says: Sequence[str]) -> list[str]:
        """Press buttons that say these, as no button of ours need; what was shown for each."""
        before = len(self._api.answered)
        for number, data in enumerate(says):
            self._api.push_update({"callback_query": self._query(number, data)})
        await self._talk.settled()
        return [one.get("text", "") for one in self._api.answered[before:]]

    def _query(self, number: int, data: str) -> dict[str, Any]:
        kind = "private" if self._role.chat > 0 else "supergroup"
        chat = {"id": self._role.chat, "type": kind}
        author = {"id": self._role.user, "is_bot": False, "language_code": "en"}
        message = {"message_id": 1, "date": 1, "chat": chat}
        return {"id": f"press-{number}", "from": author, "message": message, "data": data}


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(
    role: Role, api: BotApi, sqlite_database: Database, wall
):
    with sqlite_database.write() as session:
        furnish(session, role.chat)
    for chat in (-102, -103, -106):
        api.administrators[chat] = [owner(ADMINISTRATOR)]
    before = kept(sqlite_database)
    reads = [(one.reads, one.read_by) for one in TABLE.values() if one.reads]
    changes = [(one.changes, one.who) for one in TABLE.values() if one.changes]
    barred = [(said, who) for said, who in changes if who not in role.rights]
    turns = [(one.reads, one.who) for one in TABLE.values() if one.reads]
    async with listening(
        api, sqlite_database, wall, monotonic=partial(next, count(0.0, 10.0)),
        operators=(OPERATOR,), allowed_chats=ADMITTED,
    ):  # fmt: skip
        somebody = Somebody(api, role)
        tried = [*reads, *barred]
        told = [refusal(role, needed, pressed=False) for _, needed in tried]
        heard = [one for one in told if one != ""]
        check(await somebody.write([said for said, _ in tried]), heard)
        if not role.message:
            tried = [*turns, *barred]
            told = [refusal(role, needed, pressed=True) for _, needed in tried]
            check(await somebody.press([said for said, _ in tried]), told)
        assert kept(sqlite_database) == before
        for said, who in changes:
            if who in role.rights:
                (answer, *_) = await somebody.write([said])
                after = kept(sqlite_database)
                assert after != before, said
                assert not answer.startswith(REFUSALS)
                before = after
