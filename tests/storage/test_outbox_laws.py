"""Whatever happens in whatever order, the outbox keeps its promises: claims, crashes, answers.

A model of what readers have got is kept beside the store. Everything happens in one transaction
that is rolled back, so that an example costs milliseconds.
"""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from storage import deliveries
from storage.database import Database
from storage.models import Delivery, DeliveryStatus
from tests.fakes.rows import NOW, make_change, make_event, subscribe

CHATS = ("1", "-2")
MOST_COPIES = 3


class Outbox:
    """One sender that may die at any moment, and readers who count."""

    def __init__(self, session: Session) -> None:
        self.session = session
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
        for chat in CHATS:
            subscribe(self.session, chat)

    def do(self, step: str, number: int) -> None:
        """One thing that happens; what cannot happen now does not."""
        match step:
            case "owe":
                self.owe()
            case "wait":
                self.now += timedelta(minutes=number)
            case "claim":
                self.claim(1 + number % 4)
            case "arrives" | "is lost" if self.claimed:
                chats = sorted(self.claimed)
                self.leave(chats[number % len(chats)], arrives=step == "arrives")
            case "answer" | "unsure" | "refusal" | "surely not" if self.flying:
                chats = sorted(self.flying)
                self.hear(chats[number % len(chats)], step)
            case "die":
                self.die()
            case "round of doubt":
                self.go_badly(arrives=number > 3)
            case "round of death":
                self.go_badly(leaves=number > 5, dies=True)
        self.promises_hold()

    def owe(self) -> None:
        event = make_event(self.session)
        change = make_change(self.session, event)
        assert deliveries.queue(self.session, event, change, self.now) == len(CHATS)

    def claim(self, limit: int) -> None:
        busy = [one.address for one in (*self.claimed.values(), *self.flying.values())]
        found = deliveries.claim(self.session, self.now, limit, busy)
        assert len(found) <= limit
        for one in found:
            assert one.address not in busy, "two at once for one chat"
            busy.append(one.address)
            self.claimed[one.address.chat] = one

    def leave(self, chat: str, *, arrives: bool) -> None:
        one = deliveries.depart(self.session, self.claimed.pop(chat))
        assert one is not None
        assert one.repeated == (one.delivery_id in self.doubtful), "rings twice, or not at all"
        self.doubtful.add(one.delivery_id)
        self.left[one.delivery_id] = self.left.get(one.delivery_id, 0) + 1
        if arrives:
            self.arrived[one.delivery_id] = self.arrived.get(one.delivery_id, 0) + 1
        self.flying[chat] = one

    def hear(self, chat: str, how: str) -> None:
        """What the sender learns of a request; it never learns what is not so."""
        one = self.flying.pop(chat)
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
        deliveries.settle_retry(self.session, one, self.now + timedelta(minutes=2), "flood")

    def go_badly(self, *, leaves: bool = True, arrives: bool = True, dies: bool = False) -> None:
        """All that is due is claimed, and the sender does not learn whether it arrived."""
        self.now += timedelta(minutes=10)
        self.claim(4)
        for chat in sorted(self.claimed) if leaves else ():
            self.leave(chat, arrives=arrives)
        if dies:
            self.die()
        for chat in sorted(self.flying):
            self.hear(chat, "unsure")

    def die(self) -> None:
        self.doubtful |= {one.delivery_id for one in self.claimed.values()}
        self.claimed.clear()
        self.flying.clear()
        deliveries.recover(self.session, self.now)

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


STEPS = (
    *("owe", "wait", "wait", "claim", "claim", "claim", "arrives", "arrives", "is lost", "answer"),
    *("unsure", "unsure", "unsure", "refusal", "surely not", "surely not", "die", "die"),
    *("round of doubt", "round of doubt", "round of death", "round of death", "round of death"),
)
HAPPENINGS = st.tuples(st.sampled_from(STEPS), st.integers(1, 10))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.lists(HAPPENINGS, min_size=50, max_size=50))
def test_no_order_of_claims_answers_and_crashes_breaks_a_promise(
    database: Database, happenings: list[tuple[str, int]]
) -> None:
    with Session(database.engine, expire_on_commit=False) as session:
        outbox = Outbox(session)
        outbox.owe()
        for step, number in happenings:
            outbox.do(step, number)
        outbox.finish()
        session.rollback()
