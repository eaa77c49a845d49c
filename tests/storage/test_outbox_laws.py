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
    precondition,
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
        self.doubtful: set[int] = set()
        """Of which nobody can say that no request for them has left."""

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

    @precondition(lambda self: len(self.claimed) + len(self.flying) < len(CHATS))
    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        busy = [one.address for one in (*self.claimed.values(), *self.flying.values())]
        found = deliveries.claim(self.session, self.now, limit, busy)
        assert len(found) <= limit
        for one in found:
            assert one.address not in busy, "two at once for one chat"
            busy.append(one.address)
            self.claimed[one.address.chat] = one

    @precondition(lambda self: self.claimed)
    @rule(data=st.data(), arrives=st.booleans())
    def leaves(self, data: st.DataObject, arrives: bool) -> None:
        self.leave(data.draw(st.sampled_from(sorted(self.claimed))), arrives=arrives)

    def leave(self, chat: str, *, arrives: bool) -> None:
        if chat not in self.claimed:
            return
        one = deliveries.depart(self.session, self.claimed.pop(chat))
        assert one is not None
        assert one.repeated == (one.delivery_id in self.doubtful), "rings twice, or not at all"
        self.doubtful.add(one.delivery_id)
        self.left[one.delivery_id] = self.left.get(one.delivery_id, 0) + 1
        if arrives:
            self.arrived[one.delivery_id] = self.arrived.get(one.delivery_id, 0) + 1
        self.flying[chat] = one

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), how=st.sampled_from(["answer", "unsure", "refusal", "surely not"]))
    def hears(self, data: st.DataObject, how: str) -> None:
        self.hear(data.draw(st.sampled_from(sorted(self.flying))), how)

    def hear(self, chat: str, how: str) -> None:
        """What the sender learns of a request; it never learns what is not so."""
        one = self.flying.pop(chat, None)
        if one is None:
            return
        here = self.arrived.get(one.delivery_id, 0)
        if how == "refusal" and not here:
            deliveries.settle_dead(self.session, one, "refused")
            self.refused.add(one.delivery_id)
        elif how == "surely not" and not here:
            self._surely_not_sent(one)
        elif how == "answer" and here:
            deliveries.settle_sent(self.session, one, 7, "x", self.now)
        else:
            deliveries.settle_uncertain(self.session, one, self.now, "no answer")

    def _surely_not_sent(self, one: deliveries.Claimed) -> None:
        """It is as if the request had never been made."""
        self.left[one.delivery_id] -= 1
        if one.attempts == 1:
            self.doubtful.discard(one.delivery_id)
        deliveries.settle_retry(self.session, one, self.now + timedelta(minutes=9), "flood")

    @rule(
        ends=st.lists(
            st.sampled_from(["nothing", "unsure", "surely not", "death"]), min_size=2, max_size=8
        )
    )
    def go_badly(self, ends: list[str]) -> None:
        """Sends one after another, and of none that arrives the sender learns it."""
        for end in ends:
            self.wait(10)
            self.claim(4)
            for chat in CHATS:
                if end != "nothing":
                    self.leave(chat, arrives=end != "surely not")
                if end in ("unsure", "surely not"):
                    self.hear(chat, end)
            self.die()

    @rule()
    def die(self) -> None:
        self.doubtful |= {one.delivery_id for one in self.claimed.values()}
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
