"""Whatever happens in whatever order, the outbox keeps its promises: claims, crashes, answers.

A model of what readers have got is kept beside the store. Everything happens in one transaction
that is rolled back, so that an example costs milliseconds.
"""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, col, select

from storage import deliveries
from storage.database import Database
from storage.models import Delivery, DeliveryStatus
from tests.fakes.rows import NOW, make_change, make_event, subscribe

CHATS = ("1", "-2")
MOST_COPIES = 3


class Outbox(RuleBasedStateMachine):
    """One sender that may die at any moment, and readers who count."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.session = Session(database.engine, expire_on_commit=False)
        self.now = NOW
        self.claimed: dict[str, deliveries.Claimed] = {}
        """By chat: claimed, and not left yet."""
        self.flying: dict[str, deliveries.Claimed] = {}
        """By chat: left, without an answer yet."""
        self.arrived: dict[int, int] = {}
        self.left: dict[int, int] = {}
        self.refused: set[int] = set()

    @initialize()
    def chats(self) -> None:
        for chat in CHATS:
            subscribe(self.session, chat)

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.session.rollback()
            self.session.close()

    @rule()
    def owe(self) -> None:
        event = make_event(self.session)
        assert deliveries.queue(
            self.session, event, make_change(self.session, event), self.now
        ) == len(CHATS)

    @rule(minutes=st.integers(1, 10))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        busy = [one.address for one in (*self.claimed.values(), *self.flying.values())]
        found = deliveries.claim(self.session, self.now, limit, busy)
        assert len(found) <= limit
        for one in found:
            assert one.address not in busy, "two at once for one chat"
            busy.append(one.address)
            self.claimed[one.address.chat] = one

    @rule(chat=st.sampled_from(CHATS), arrives=st.booleans())
    def leave(self, chat: str, arrives: bool) -> None:
        if chat not in self.claimed:
            return
        one = deliveries.depart(self.session, self.claimed.pop(chat))
        assert one is not None
        self.left[one.delivery_id] = self.left.get(one.delivery_id, 0) + 1
        if arrives:
            if self.arrived.get(one.delivery_id):
                assert one.repeated, "a repeat that rings"
            self.arrived[one.delivery_id] = self.arrived.get(one.delivery_id, 0) + 1
        self.flying[chat] = one

    @rule(chat=st.sampled_from(CHATS), how=st.sampled_from(["answer", "unsure", "refusal"]))
    def hear(self, chat: str, how: str) -> None:
        one = self.flying.pop(chat, None)
        if one is None:
            return
        if how == "refusal" and not self.arrived.get(one.delivery_id):
            deliveries.settle_dead(self.session, one, "refused")
            self.refused.add(one.delivery_id)
        elif how == "answer" and self.arrived.get(one.delivery_id):
            deliveries.settle_sent(self.session, one, 7, "x", self.now)
        else:
            deliveries.settle_uncertain(self.session, one, self.now, "no answer")

    @rule(chat=st.sampled_from(CHATS), minutes=st.integers(0, 60))
    def surely_not_sent(self, chat: str, minutes: int) -> None:
        one = self.flying.get(chat)
        if one is None or self.arrived.get(one.delivery_id):
            return
        del self.flying[chat]
        self.left[one.delivery_id] -= 1
        until = self.now + timedelta(minutes=minutes)
        deliveries.settle_retry(self.session, one, until, "flood")

    @rule(ends=st.lists(st.sampled_from(["nothing", "unsure", "death"]), min_size=2, max_size=8))
    def go_badly(self, ends: list[str]) -> None:
        """Sends that arrive, one after another, and of none of them the sender learns it."""
        for end in ends:
            self.wait(10)
            self.claim(4)
            for chat in CHATS:
                if end != "nothing":
                    self.leave(chat, arrives=True)
                if end == "unsure":
                    self.hear(chat, "unsure")
            self.die()

    @rule()
    def die(self) -> None:
        self.claimed.clear()
        self.flying.clear()
        deliveries.recover(self.session, self.now)

    @invariant()
    def promises_hold(self) -> None:
        self.session.expire_all()
        for row in self.session.exec(select(Delivery)):
            copies = self.arrived.get(row.id or 0, 0)
            assert copies <= MOST_COPIES
            if row.status is DeliveryStatus.SENT:
                assert copies
            if row.status is DeliveryStatus.DEAD and row.id not in self.refused:
                assert self.left.get(row.id or 0, 0) >= MOST_COPIES - 1, "given up too early"

    def finish(self) -> None:
        """Nothing is lost: in a world without faults all that is left goes out, once more each."""
        self.die()
        for _ in range(1_000):
            self.now += timedelta(hours=2)
            found = deliveries.claim(self.session, self.now, 10)
            if not found:
                break
            for one in found:
                leaving = deliveries.depart(self.session, one)
                assert leaving is not None
                self.arrived[one.delivery_id] = self.arrived.get(one.delivery_id, 0) + 1
                deliveries.settle_sent(self.session, leaving, 7, "x", self.now)
        self.session.expire_all()
        rows: Any = self.session.exec(select(Delivery).order_by(col(Delivery.id))).all()
        assert {row.status for row in rows} <= {DeliveryStatus.SENT, DeliveryStatus.DEAD}
        self.promises_hold()


def test_no_order_of_claims_answers_and_crashes_breaks_a_promise(database: Database) -> None:
    class Here(Outbox):
        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(Here, settings=settings(max_examples=12, stateful_step_count=25))
