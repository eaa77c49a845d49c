"""A store that cannot be written to for a while: no send without a claim, and it goes on by itself."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from alerts.delivery import sender as sender_module
from alerts.delivery.channels.telegram import TelegramChannel
from alerts.delivery.sender import Sender
from storage import deliveries
from storage.database import Database
from tests.fakes.bot_api import BotApi
from tests.fakes.rows import NOW, make_change, make_event, subscribe

REFUSE = {
    "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
    "postgresql": (
        "SET default_transaction_read_only = on",
        "SET default_transaction_read_only = off",
    ),
}
"""How a connection is made one to a disk, or a server, that takes no writing; and one that does."""


class Names:
    def name(self, platform: str, _: str) -> str:
        return platform


@contextmanager
def troubled(database: Database, begin: str, end: str) -> Iterator[None]:
    """Every connection is told to refuse writing, and told better afterwards."""

    def refuse(connection: Any, *_: object) -> None:
        tell(connection, begin)

    def allow(connection: Any, *_: object) -> None:
        tell(connection, end)

    def tell(connection: Any, what: str) -> None:
        connection.cursor().execute(what)
        connection.commit()  # what is told in a transaction that fails was never told

    event.listen(database.engine, "checkout", refuse)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", refuse)
        event.listen(database.engine, "checkout", allow)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - time is the event
            await asyncio.sleep(0.02)


async def test_without_a_claim_nothing_is_sent_and_later_it_is_sent_once(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    begin, end = REFUSE[database.engine.dialect.name]
    monkeypatch.setattr(sender_module, "RETRY_SECONDS", 0.02)
    with database.write() as session:
        subscribe(session, "1")
        about = make_event(session)
        deliveries.queue(session, about, make_change(session, about), NOW)
    with BotApi() as api:
        channel = TelegramChannel(api.settings())
        made = Sender(database, {"telegram": channel}, Names(), clock=lambda: NOW)
        with troubled(database, begin, end):
            running = asyncio.create_task(made.run())
            await until(lambda: caplog.text.count("the outbox cannot be read; trying again") > 2)
            assert api.messages(1) == []
        await until(lambda: api.messages(1))
        await made.stop()
        await running
        await channel.close()
        assert len(api.messages(1)) == 1
    assert "read-only" in caplog.text.lower() or "readonly" in caplog.text.lower()


async def test_what_is_claimed_leaves_though_the_next_question_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It would else wait for the lease of a sender that died, and be told silently."""
    monkeypatch.setattr(sender_module, "RETRY_SECONDS", 0.02)
    with database.write() as session:
        subscribe(session, "1")
        about = make_event(session)
        deliveries.queue(session, about, make_change(session, about), NOW)

    def fail(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "edit_due_at <=" in statement:
            raise OperationalError(statement, {}, Exception("the server closed the connection"))

    event.listen(database.engine, "before_cursor_execute", fail)
    with BotApi() as api:
        channel = TelegramChannel(api.settings())
        made = Sender(database, {"telegram": channel}, Names(), clock=lambda: NOW)
        running = asyncio.create_task(made.run())
        await until(lambda: api.messages(1))
        await until(lambda: "the outbox cannot be read; trying again" in caplog.text)
        await made.stop()
        await running
        await channel.close()
    assert not api.messages(1)[0].silent
