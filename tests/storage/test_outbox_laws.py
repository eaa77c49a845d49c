"""Whatever happens in whatever order, the outbox keeps its promises: claims, crashes, answers.

A model of what readers have got is kept beside the store. Everything happens in one transaction
that is rolled back, so that an example costs milliseconds.
"""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from alerts.delivery.sender import LEASE
from storage import deliveries
from storage.database import Database
from storage.models import Delivery, DeliveryStatus
from storage.subscriptions import TELEGRAM, Address
from storage.turns import HELD
from tests.fakes.rows import NOW, make_change, make_event, subscribe

MOST_COPIES = 3


class Outbox:
    """One sender that may die at any moment, and readers who count."""

    chats: tuple[str, ...] = ("1", "-2")
    moment = timedelta(minutes=1)

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
        for chat in self.chats:
            subscribe(self.session, chat)

    def do(self, step: str, number: int) -> None:
        """One thing that happens; what cannot happen now does not."""
        match step:
            case "owe":
                self.owe()
            case "wait":
                self.pass_time(self.moment * number)
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
        assert deliveries.queue(self.session, event, change, self.now) == len(self.chats)

    def pass_time(self, span: timedelta) -> None:
        self.now += span

    def busy(self) -> list[Address]:
        return [one.address for one in (*self.claimed.values(), *self.flying.values())]

    def claim(self, limit: int) -> None:
        busy = self.busy()
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
        self.pass_time(timedelta(minutes=10))
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
            self.pass_time(timedelta(hours=2))
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


class Cluster(Outbox):
    """Three senders over one outbox. None is at one message for longer than its chat is held."""

    chats = ("1", "-2", "3", "4")
    senders = 3
    moment = timedelta(seconds=15)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.sender = 0
        """Who does the next thing."""
        self.holder: dict[str, int] = {}
        self.held: dict[str, datetime] = {}
        """By chat: since when it is its holder's, also after the holder's death."""

    def do(self, step: str, number: int) -> None:
        self.sender = number % self.senders
        super().do(step, number)

    def pass_time(self, span: timedelta) -> None:
        """A message is not waited for so long: its sender counts as dead. All look around."""
        super().pass_time(span)
        under_way = [*self.claimed, *self.flying]
        late = {self.holder[one] for one in under_way if self.held[one] <= self.now - HELD}
        for sender in late:
            self.bury(sender)
        deliveries.recover(self.session, self.now, LEASE)

    def busy(self) -> list[Address]:
        held = {chat for chat, since in self.held.items() if since > self.now - HELD}
        return [Address(TELEGRAM, chat) for chat in sorted(held)]

    def claim(self, limit: int) -> None:
        before = set(self.claimed)
        super().claim(limit)
        for chat in set(self.claimed) - before:
            self.holder[chat], self.held[chat] = self.sender, self.now

    def hear(self, chat: str, how: str) -> None:
        super().hear(chat, how)
        del self.held[chat]

    def die(self) -> None:
        self.bury(self.sender)

    def bury(self, sender: int) -> None:
        """What it was at stays as it is, until the others find that it took too long."""
        for chat in [chat for chat, one in self.holder.items() if one == sender]:
            if (one := self.claimed.pop(chat, None)) is not None:
                self.doubtful.add(one.delivery_id)
            self.flying.pop(chat, None)
            del self.holder[chat]


STEPS = (
    *("owe", "wait", "wait", "claim", "claim", "claim", "arrives", "arrives", "is lost", "answer"),
    *("unsure", "unsure", "unsure", "refusal", "surely not", "surely not", "die", "die"),
    *("round of doubt", "round of doubt", "round of death", "round of death", "round of death"),
)
HAPPENINGS = st.tuples(st.sampled_from(STEPS), st.integers(1, 10))


def endure(outbox: Outbox, happenings: list[tuple[str, int]]) -> None:
    outbox.owe()
    for step, number in happenings:
        outbox.do(step, number)
    outbox.finish()
    outbox.session.rollback()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.lists(HAPPENINGS, min_size=50, max_size=50))
def test_no_order_of_claims_answers_and_crashes_breaks_a_promise(
    database: Database, happenings: list[tuple[str, int]]
) -> None:
    with Session(database.engine, expire_on_commit=False) as session:
        endure(Outbox(session), happenings)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.lists(HAPPENINGS, min_size=50, max_size=50))
def test_three_senders_that_die_one_by_one_break_none_either(
    database: Database, happenings: list[tuple[str, int]]
) -> None:
    with Session(database.engine, expire_on_commit=False) as session:
        endure(Cluster(session), happenings)
