"""Events and edges as rows: who is beside whom, merging, parting, and what is left of either."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from config.words import ANYONE, BY_REPORT, Capability, Stage
from storage import claims, events
from storage.database import Database
from storage.deliveries import queue
from storage.events import Key
from storage.families import Families
from storage.models import Article, Claim, Delivery, DeliveryStatus, Edge, Event, StageChange
from storage.neighbourhood import Neighbourhood, Told, heard, neighbourhood, sure_of
from tests.fakes import rows
from tests.fakes.readers import platforms

NOW = datetime(2024, 9, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
FAMILIES = Families(platforms())


def edge(session: Session, host: str, guest: str, capability: str = "payment") -> Edge:
    key = Key(host, guest, Capability(capability))
    near = neighbourhood(session, FAMILIES, pairs=[(host, guest)])
    return session.get_one(Edge, events.ensure_edges(session, near, [key], FAMILIES, NOW)[key].id)


def number(row: Edge | Event | StageChange | Claim) -> int:
    assert row.id is not None
    return row.id


def beside(session: Session, *edges: Edge) -> set[str]:
    return {f"{one.host}>{one.guest}" for one in around(session, *edges)}


def around(session: Session, *edges: Edge) -> Neighbourhood:
    session.flush()
    return neighbourhood(session, FAMILIES, edges=map(number, edges))


def regroup(session: Session, *clusters: tuple[Edge, ...], now: datetime = LATER) -> None:
    near = around(session, *(edge for cluster in clusters for edge in cluster))
    wanted = [frozenset(map(number, cluster)) for cluster in clusters]
    events.regroup(session, near, wanted, FAMILIES, now)
    session.expire_all()


def heard_of(session: Session, event_id: int) -> list[Told]:
    session.flush()
    near = neighbourhood(session, FAMILIES, events={event_id})
    return heard([told for edge in near.of(event_id) for told in edge.told])


def claim(session: Session, about: Edge, article: int | Article = 1, **given: Any) -> Claim:
    """A leading claim about an edge; an article that is only a number is made first."""
    source, copy_of = given.pop("source", "outlet"), given.pop("copy_of", None)
    on = given.pop("on", None)
    if isinstance(article, int):
        article = rows.make_article(session, article, source, copy_of=copy_of, published_on=on)
    event = session.get_one(Event, about.event_id)
    found = rows.make_claim(session, event, article, host=about.host, guest=about.guest, **given)
    found.edge_id = number(about)
    session.flush()
    return found


def alert(session: Session, event_id: int, stage: str = "announced") -> StageChange:
    """A step that all subscribers are owed."""
    event = session.get_one(Event, event_id)
    change = rows.make_change(session, event, Stage(stage), alerted=True)
    queue(session, event, change, NOW)
    return change


def merge(session: Session, *edges: Edge, now: datetime = LATER) -> None:
    regroup(session, edges, now=now)


# ── families ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("host", "guest", "companies"),
    [
        ("taobao", "wechat-pay", {"alibaba", "tencent"}),
        ("wechat", "taobao", {"alibaba", "tencent"}),
        ("alibaba", "tencent", {"alibaba", "tencent"}),
        ("apple", ANYONE, {"apple"}),
        ("wechat", "wechat-pay", {"tencent"}),
        ("nowhere", "wechat-pay", {"nowhere", "tencent"}),
    ],
)
def test_a_pair_has_its_companies(host: str, guest: str, companies: set[str]):
    assert FAMILIES.companies(host, guest) == companies


def test_a_company_has_its_members_and_an_unknown_one_itself():
    assert FAMILIES.members(["tencent", "nowhere"]) == {
        "tencent", "wechat", "wechat-pay", "qq", "nowhere",
    }  # fmt: skip


# ── edges ──────────────────────────────────────────────────────────────────────────────────────


def test_an_edge_is_made_once_with_an_event_of_its_own(database: Database):
    with database.write() as session:
        first, again = edge(session, "taobao", "wechat-pay"), edge(session, "taobao", "wechat-pay")
        other = edge(session, "taobao", "wechat-pay", "links")
        assert first.id == again.id != other.id
        event = session.get_one(Event, first.event_id)
        assert (event.bucket, event.stage) == ("alibaba|tencent", Stage.RUMOUR)
        assert {one.event_id for one in around(session, first)} == {first.event_id, other.event_id}


def test_edges_of_the_same_companies_are_beside_each_other(database: Database):
    with database.write() as session:
        one = edge(session, "taobao", "wechat-pay")
        for pair in [
            ("wechat", "youku"), ("alibaba", "tencent"), ("taobao", "alipay"),
            ("wechat", ANYONE), ("wechat", "wechat-pay"), ("jd", "alipay"),
        ]:  # fmt: skip
            edge(session, *pair)
        assert beside(session, one) == {"taobao>wechat-pay", "wechat>youku", "alibaba>tencent"}


def test_an_opening_to_anyone_is_beside_those_of_the_same_company(database: Database):
    with database.write() as session:
        one = edge(session, "wechat", ANYONE, "links")
        edge(session, "qq", ANYONE)
        edge(session, "wechat", "taobao")
        assert beside(session, one) == {"wechat>anyone", "qq>anyone"}


def test_what_one_article_leads_with_is_beside_each_other_to_the_end(database: Database):
    with database.write() as session:
        first, middle = edge(session, "jd", "wechat-pay"), edge(session, "jd", "alipay")
        last, other = edge(session, "taobao", "alipay"), edge(session, "taobao", "qq")
        one, two = rows.make_article(session, 1, "one"), rows.make_article(session, 2, "two")
        for about, article in ((first, one), (middle, one), (middle, two), (last, two)):
            claim(session, about, article)
        claim(session, other, one, leading=False)
        joint = around(session, last).joint
        assert joint == {(number(first), number(middle)), (number(middle), number(last))}
        assert beside(session, last) == {"jd>wechat-pay", "jd>alipay", "taobao>alipay"}


def test_edges_of_one_event_are_beside_each_other_whatever_their_companies(database: Database):
    with database.write() as session:
        one, two = edge(session, "jd", "wechat-pay"), edge(session, "taobao", "alipay")
        assert beside(session, one) == {"jd>wechat-pay"}
        merge(session, one, two)
        assert beside(session, one) == {"jd>wechat-pay", "taobao>alipay"}


def test_news_of_an_edge_lie_between_the_days_of_its_leading_claims(database: Database):
    with database.write() as session:
        one = edge(session, "taobao", "wechat-pay")
        claim(session, one, 1, on=date(2024, 9, 4))
        claim(session, one, 2, date_from=date(2024, 9, 1), date_to=date(2024, 9, 2))
        claim(session, one, 3, on=date(2021, 9, 17), leading=False)
        (found,) = around(session, one)
        assert (found.first_news, found.last_news) == (date(2024, 9, 2), date(2024, 9, 4))


def test_an_edge_without_claims_goes(database: Database):
    with database.write() as session:
        kept, gone = edge(session, "taobao", "wechat-pay"), edge(session, "jd", "alipay")
        claim(session, kept)
        event = gone.event_id
        events.drop_empty_edges(session, [number(kept), number(gone)])
        assert session.exec(select(Edge.id)).all() == [kept.id]
        events.drop_empty_events(session, events.living(session, {kept.event_id, event}))
        assert session.exec(select(Event.id)).all() == [kept.event_id]


def test_what_an_article_said_is_forgotten_and_what_was_told_is_not(database: Database):
    with database.write() as session:
        one = edge(session, "taobao", "wechat-pay")
        said = claim(session, one)
        change = rows.make_change(
            session, session.get_one(Event, one.event_id), claim_id=said.id, alerted=True
        )
        assert [edge.id for edge in claims.forget(session, said.article_id)] == [one.id]
        session.refresh(change)
        assert (change.claim_id, change.alerted) == (None, True)
        assert session.exec(select(Claim)).all() == []
        assert claims.forget(session, said.article_id) == []


# ── merging ────────────────────────────────────────────────────────────────────────────────────


def two(session: Session) -> tuple[Edge, Edge]:
    rows.subscribe(session)
    return edge(session, "taobao", "wechat-pay"), edge(session, "jd", "wechat-pay")


def steps_of(session: Session, event_id: int) -> list[tuple[Stage, bool]]:
    session.expire_all()
    return [(c.stage, c.alerted) for c in events.stage_changes(session, [event_id])[event_id]]


def test_the_oldest_event_lives_on_with_everything(database: Database):
    with database.write() as session:
        one, other = two(session)
        said = claim(session, other)
        old = other.event_id
        alert(session, old)
        merge(session, other, one)
        session.expire_all()
        assert other.event_id == said.event_id == one.event_id
        assert session.get_one(Event, old).merged_into == one.event_id
        assert [e.id for e in events.living(session, {one.event_id, old})] == [one.event_id]
        assert steps_of(session, one.event_id) == [(Stage.ANNOUNCED, True)]
        assert session.exec(select(Delivery.event_id)).all() == [one.event_id]


def test_an_event_of_this_very_moment_leaves_no_trace(database: Database):
    with database.write() as session:
        one, other = two(session)
        old = other.event_id
        merge(session, one, other, now=NOW)
        assert session.get(Event, old) is None


def test_what_was_merged_before_follows(database: Database):
    with database.write() as session:
        one, other = two(session)
        third = edge(session, "tmall", "wechat-pay")
        second, last = other.event_id, third.event_id
        merge(session, other, third)
        merge(session, one, other, third)
        session.expire_all()
        assert {session.get_one(Event, old).merged_into for old in (second, last)} == {
            one.event_id
        }


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_the_same_step_of_both_is_kept_once_and_as_told(
    database: Database, first: bool, second: bool, left: bool
):
    with database.write() as session:
        one, other = two(session)
        for about, told in ((one, first), (other, second)):
            event = session.get_one(Event, about.event_id)
            rows.make_change(session, event, alerted=told)
        merge(session, one, other)
        assert steps_of(session, one.event_id) == [(Stage.ANNOUNCED, left)]


@pytest.mark.parametrize("status", list(DeliveryStatus))
def test_who_is_still_owed_both_is_told_once(database: Database, status: DeliveryStatus):
    with database.write() as session:
        one, other = two(session)
        alert(session, one.event_id)
        repeated = alert(session, other.event_id)
        row = session.exec(select(Delivery).where(Delivery.stage_change_id == repeated.id)).one()
        row.status = status
        session.flush()
        merge(session, one, other)
        left = session.exec(select(Delivery)).all()
        assert len(left) == (1 if status is DeliveryStatus.PENDING else 2)
        assert {one_left.event_id for one_left in left} == {one.event_id}


# ── parting ────────────────────────────────────────────────────────────────────────────────────


def clusters(session: Session) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for one in session.exec(select(Edge)):
        found.setdefault(one.event_id, set()).add(one.host)
    return {frozenset(hosts) for hosts in found.values()}


def test_clusters_that_exchange_edges_stay_apart(database: Database):
    with database.write() as session:
        a, b, c, d = (edge(session, h, "wechat-pay") for h in ("taobao", "taote", "jd", "youku"))
        merge(session, a, b)
        merge(session, c, d)
        first, second = a.event_id, c.event_id
        regroup(session, (b, d), (a, c))
        assert clusters(session) == {frozenset({"taobao", "jd"}), frozenset({"taote", "youku"})}
        assert {a.event_id, c.event_id} == {first}
        assert {b.event_id, d.event_id} == {second}


def test_what_does_not_belong_gets_an_event_of_its_own(database: Database):
    with database.write() as session:
        one, other = two(session)
        merge(session, one, other)
        kept = one.event_id
        said = claim(session, other)
        regroup(session, (one,), (other,))
        assert one.event_id == kept != other.event_id == said.event_id
        event = session.get_one(Event, other.event_id)
        assert (event.host, event.bucket, event.first_seen) == ("jd", "jd-group|tencent", LATER)


def test_the_same_clusters_again_change_nothing(database: Database):
    with database.write() as session:
        one, other = two(session)
        merge(session, one, other)
        before = session.exec(select(Edge.id, Edge.event_id)).all()
        merge(session, one, other)
        assert session.exec(select(Edge.id, Edge.event_id)).all() == before


# ── an event's own row ─────────────────────────────────────────────────────────────────────────


def test_the_edge_with_most_claims_leads(database: Database):
    with database.write() as session:
        one, other = two(session)
        merge(session, one, other)
        claim(session, one, 1)
        claim(session, other, 2)
        claim(session, other, 3)
        event, edges = session.get_one(Event, one.event_id), list(around(session, one))
        events.refresh(event, edges, Stage.LIVE, FAMILIES, LATER)
        assert (event.host, event.stage, event.last_seen) == ("jd", Stage.LIVE, LATER)
        assert event.bucket == "alibaba|jd-group|tencent"
        events.refresh(event, edges, None, FAMILIES, None)
        assert (event.stage, event.last_seen) == (Stage.LIVE, LATER)


@pytest.mark.parametrize(
    ("first", "last", "how", "expected"),
    [
        (1, 1, "stated", 2.5),
        (1, 2, "stated", None),
        (None, 2, "stated", None),
        (None, None, None, None),
        (1, 1, BY_REPORT, None),
    ],
)
def test_only_a_claim_that_names_its_very_day_is_sure_of_it(first, last, how, expected):
    begin, end = (date(2024, 9, day) if day else None for day in (first, last))
    assert sure_of(2.5, begin, end, how) == expected


def test_the_claims_of_reprints_count_where_there_are_no_others(database: Database):
    with database.write() as session:
        one = edge(session, "taobao", "wechat-pay")
        original = rows.make_article(session, 99, "first")
        copy = claim(session, one, 1, copy_of=original.id, source="reprint")
        assert [told.claim_id for told in heard_of(session, one.event_id)] == [copy.id]
        own = claim(session, one, original)
        assert [told.claim_id for told in heard_of(session, one.event_id)] == [own.id]
        later = claim(session, one, 2, copy_of=original.id, source="reprint", stage=Stage.TEST)
        found = heard_of(session, one.event_id)
        assert {told.claim_id for told in found} == {own.id, later.id}


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ({"date_to": date(2024, 9, 2), "on": date(2024, 9, 3)}, date(2024, 9, 2)),
        ({"on": date(2024, 9, 3)}, date(2024, 9, 3)),
        ({}, NOW.date()),
    ],
)
def test_a_claim_speaks_of_its_date_else_of_its_articles(
    database: Database, given: dict[str, Any], day: date
):
    with database.write() as session:
        one = edge(session, "taobao", "wechat-pay")
        claim(session, one, **given)
        (found,) = heard_of(session, one.event_id)
        assert found.day == day
