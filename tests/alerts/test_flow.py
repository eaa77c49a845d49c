"""Following articles with a reader that says what the test wants: what is kept, told, and when."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select, update

from alerts.flow import Follower
from config.words import ANYONE, Stage
from storage.articles import due_articles
from storage.database import Database
from storage.deliveries import queue, touch_coverage
from storage.models import Article, Claim, Delivery, DeliveryStatus, Edge, Event, StageChange
from tests.fakes import rows
from tests.fakes.readers import TellingReader, add_article, dump, opening

NOW = datetime(2024, 9, 30, 12, tzinfo=UTC)
MAX_AGE_DAYS = 60


class Newsroom:
    """A store with one reader of alerts, and a follower over it."""

    def __init__(self, database: Database, subscribers: int = 1) -> None:
        self.database = database
        self.reader = TellingReader()
        self.now = NOW
        self.follower = Follower(self.reader.as_reader, MAX_AGE_DAYS, queue, touch_coverage)
        with database.write() as session:
            for number in range(subscribers):
                rows.subscribe(session, str(number + 1))

    def publish(self, title: str, *claims, day: str | None = "2024-09-04", **given) -> int:
        """Store an article that makes these claims, and follow it; gives its id."""
        self.reader.tell(title, *claims)
        with self.database.write() as session:
            article = add_article(session, title, day, **given)
            number = article.id or 0
        self.follow(number)
        return number

    def follow(self, number: int) -> list[tuple[Stage, int]]:
        """Follow an article; the steps that somebody is owed, with their events."""
        with self.database.write() as session:
            article = session.get_one(Article, number)
            followed = self.follower.follow(session, article, self.now)
            return [(change.stage, change.event_id) for change in followed.changes]

    def dump(self, *leave_out: str) -> dict[str, list[tuple[object, ...]]]:
        with self.database.read() as session:
            return dump(session, leave_out)

    def all(self, model: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(model).order_by(model.id)))

    def alerts(self) -> list[Stage]:
        """The stages that the first subscriber was owed, in order."""
        with self.database.read() as session:
            found = session.exec(
                select(StageChange.stage)
                .join(Delivery, col(Delivery.stage_change_id) == StageChange.id)
                .where(Delivery.subscription_id == 1)
                .order_by(col(Delivery.id))
            )
            return [Stage(stage) for stage in found]

    def events(self) -> dict[frozenset[tuple[str, str]], Stage]:
        """The stage of every event that claims speak of, by the openings that it holds."""
        with self.database.read() as session:
            held: dict[int, set[tuple[str, str]]] = {}
            for claim in session.exec(select(Claim)):
                held.setdefault(claim.event_id, set()).add((claim.host, claim.guest))
            return {
                frozenset(edges): session.get_one(Event, number).stage
                for number, edges in held.items()
            }

    def send_all(self) -> None:
        """What the sender does: every delivery has reached its chat."""
        with self.database.write() as session:
            for delivery in session.exec(select(Delivery)):
                delivery.status = DeliveryStatus.SENT
                delivery.message_id = 100 + (delivery.id or 0)
                session.add(delivery)


@pytest.fixture
def newsroom(database: Database) -> Newsroom:
    return Newsroom(database)


@pytest.fixture
def quick(database: Database) -> Newsroom:
    """On SQLite alone, where the database makes no difference."""
    return Newsroom(database)


# ── what comes of one article ──────────────────────────────────────────────────────────────────


def test_a_new_opening_is_an_event_a_step_and_a_delivery(newsroom: Newsroom):
    newsroom.publish("one", opening(day="2024-09-04"))
    (event,), (change,), (delivery,) = map(newsroom.all, (Event, StageChange, Delivery))
    assert (event.host, event.guest, event.stage) == ("taobao", "wechat-pay", Stage.ANNOUNCED)
    assert (change.event_id, change.stage, change.alerted) == (event.id, Stage.ANNOUNCED, True)
    assert (delivery.event_id, delivery.stage_change_id) == (event.id, change.id)


def test_an_article_knows_what_was_made_of_it(quick: Newsroom):
    quick.publish("one", opening(), opening("jd", "alipay", leading=False))
    (article,) = quick.all(Article)
    assert article.followed_at == NOW
    assert article.relevant is True
    assert article.reasons == ["told"]
    assert quick.dump()["mention"] == [
        ("1", platform, "1", str(place))
        for platform, place in [("alipay", 3), ("jd", 2), ("taobao", 0), ("wechat-pay", 1)]
    ]


def test_an_article_about_something_else_leaves_no_event(quick: Newsroom):
    quick.publish("weather")
    assert quick.all(Event) == []
    (article,) = quick.all(Article)
    assert article.relevant is False


def test_background_fills_the_timeline_silently(newsroom: Newsroom):
    newsroom.publish("history", opening(stage="live", day="2021-09-17", leading=False))
    (event,) = newsroom.all(Event)
    assert event.stage is Stage.LIVE
    assert newsroom.all(StageChange) == []
    assert newsroom.alerts() == []


def test_openings_that_one_article_leads_with_are_one_event_and_one_alert(newsroom: Newsroom):
    newsroom.publish("both", opening(), opening("tmall"), opening("jd", "wechat-pay"))
    assert len(newsroom.events()) == 1
    assert newsroom.alerts() == [Stage.ANNOUNCED]


# ── once per event, once per stage ─────────────────────────────────────────────────────────────


def test_more_coverage_tells_nobody(newsroom: Newsroom):
    newsroom.publish("one", opening(day="2024-09-04"))
    newsroom.publish("two", opening(day="2024-09-04"), day="2024-09-05")
    newsroom.publish("rumour", opening(stage="rumour", day="2024-09-03"), day="2024-09-03")
    assert newsroom.alerts() == [Stage.ANNOUNCED]
    assert len(newsroom.all(Event)) == 1


def test_every_stage_is_told_once(newsroom: Newsroom):
    for stage, day in [
        ("test", "2024-08-20"),
        ("test", "2024-08-21"),
        ("announced", "2024-09-04"),
        ("test", "2024-09-05"),
        ("announced", "2024-09-06"),
        ("live", "2024-09-27"),
        ("announced", "2024-09-28"),
    ]:
        newsroom.publish(f"{stage} {day}", opening(stage=stage, day=day), day=day)
    assert newsroom.alerts() == [Stage.TEST, Stage.ANNOUNCED, Stage.LIVE]
    (event,) = newsroom.all(Event)
    assert event.stage is Stage.LIVE


def test_a_withdrawal_and_a_reopening_are_told(newsroom: Newsroom):
    for stage, day in [
        ("announced", "2024-09-04"),
        ("withdrawn", "2024-09-10"),
        ("withdrawn", "2024-09-11"),
        ("announced", "2024-09-20"),
        ("live", "2024-09-27"),
    ]:
        newsroom.publish(f"{stage} {day}", opening(stage=stage, day=day), day=day)
    assert newsroom.alerts() == [Stage.ANNOUNCED, Stage.WITHDRAWN, Stage.ANNOUNCED, Stage.LIVE]


def on_the_same_day(newsroom: Newsroom, *read: tuple[str, float]) -> list[Stage]:
    """Reports that name one day, each as it was read and how surely; gives what was told."""
    for number, (stage, sure) in enumerate(read):
        claim = opening(stage=stage, day="2024-09-10", sure=sure)
        newsroom.publish(f"report {number}", claim, day=f"2024-09-{10 + number}")
    return newsroom.alerts()


def test_a_lone_weak_reading_of_a_day_is_coverage(newsroom: Newsroom):
    told = on_the_same_day(newsroom, ("announced", 5.0), ("live", 1.0), ("announced", 2.0))
    assert told == [Stage.ANNOUNCED]
    assert newsroom.all(Event)[0].stage is Stage.ANNOUNCED
    newsroom.send_all()
    on_the_same_day(newsroom, ("live", 2.0))
    assert newsroom.all(Delivery)[0].edit_due_at is not None


def test_a_surer_reading_of_a_day_moves_on(newsroom: Newsroom):
    """Also where an old report that nobody was told of said so before, less surely."""
    told = on_the_same_day(newsroom, ("announced", 3.0), ("live", 2.0), ("live", 6.0))
    assert told == [Stage.ANNOUNCED, Stage.LIVE]
    assert newsroom.all(Event)[0].stage is Stage.LIVE


def test_a_withdrawal_is_told_and_a_weak_word_of_the_same_day_reopens_nothing(newsroom: Newsroom):
    newsroom.publish("before", opening(stage="live", day="2024-09-04"), day="2024-09-04")
    told = on_the_same_day(newsroom, ("withdrawn", 2.0), ("live", 1.0))
    assert told == [Stage.LIVE, Stage.WITHDRAWN]
    newsroom.publish("back", opening(stage="live", day="2024-09-27"), day="2024-09-27")
    assert newsroom.alerts() == [*told, Stage.LIVE]


def test_a_comeback_that_was_told_too_early_rings_no_second_time(quick: Newsroom):
    """What was told stays told: its message says what became of it, and what follows rings."""
    quick.publish("open", opening(stage="live", day="2024-09-01"), day="2024-09-01")
    quick.publish("shut", opening(stage="withdrawn", day="2024-09-10"), day="2024-09-10")
    quick.publish("misread", opening(stage="live", day="2024-09-12", sure=1.0), day="2024-09-12")
    told = [Stage.LIVE, Stage.WITHDRAWN, Stage.LIVE]
    assert quick.alerts() == told
    for stage, day in (("withdrawn", "2024-09-12"), ("live", "2024-09-20")):
        quick.send_all()
        with quick.database.write() as session:
            session.exec(update(Delivery).values(edit_due_at=None))
        quick.publish(f"{stage} indeed", opening(stage=stage, day=day, sure=5.0), day=day)
        assert quick.all(Event)[0].stage is Stage(stage)
        assert quick.alerts() == told
        assert quick.all(Delivery)[-1].edit_due_at is not None
    quick.publish("shut again", opening(stage="withdrawn", day="2024-09-25"), day="2024-09-25")
    assert quick.alerts() == [*told, Stage.WITHDRAWN]


def test_a_step_found_out_late_is_recorded_and_not_told(newsroom: Newsroom):
    newsroom.publish("live", opening(stage="live", day="2024-09-27"), day="2024-09-27")
    newsroom.publish("test", opening(stage="test", day="2024-08-20"), day="2024-09-28")
    assert newsroom.alerts() == [Stage.LIVE]
    assert {c.stage for c in newsroom.all(StageChange)} == {Stage.TEST, Stage.LIVE}


def test_all_subscribers_are_owed_and_each_only_once(database: Database):
    newsroom = Newsroom(database, subscribers=3)
    newsroom.publish("one", opening())
    newsroom.publish("two", opening(), day="2024-09-05")
    assert sorted(d.subscription_id for d in newsroom.all(Delivery)) == [1, 2, 3]


def test_coverage_makes_the_sent_message_due_for_an_edit(newsroom: Newsroom):
    newsroom.publish("one", opening())
    newsroom.send_all()
    newsroom.publish("two", opening(), day="2024-09-05")
    (delivery,) = newsroom.all(Delivery)
    assert delivery.edit_due_at is not None
    assert delivery.edit_due_at > NOW


def test_a_mention_in_passing_edits_no_message(newsroom: Newsroom):
    newsroom.publish("one", opening())
    newsroom.send_all()
    newsroom.publish("two", opening("jd", "alipay"), opening(leading=False), day="2024-09-05")
    assert [d.edit_due_at for d in newsroom.all(Delivery) if d.status is DeliveryStatus.SENT] == [
        None
    ]


# ── silence ────────────────────────────────────────────────────────────────────────────────────


def test_old_articles_fill_the_timeline_without_an_alert(newsroom: Newsroom):
    newsroom.publish("old", opening(), day="2024-07-01")
    assert [c.stage for c in newsroom.all(StageChange)] == [Stage.ANNOUNCED]
    assert newsroom.alerts() == []


def test_the_limit_of_age_itself_is_still_news(quick: Newsroom):
    edge = (NOW - timedelta(days=MAX_AGE_DAYS)).date().isoformat()
    quick.publish("at the limit", opening(), day=edge)
    assert quick.alerts() == [Stage.ANNOUNCED]


def test_what_follows_an_old_article_is_news(quick: Newsroom):
    quick.publish("old", opening(), day="2024-07-01")
    quick.publish("again", opening(day="2024-07-01"), day="2024-09-10")
    assert quick.alerts() == []
    quick.publish("live", opening(stage="live"), day="2024-09-27")
    assert quick.alerts() == [Stage.LIVE]


def test_an_article_without_a_date_counts_as_new(quick: Newsroom):
    quick.publish("undated", opening(), day=None)
    assert quick.alerts() == [Stage.ANNOUNCED]


def test_a_copy_tells_nobody(newsroom: Newsroom):
    first = newsroom.publish("original", opening())
    newsroom.publish("copy", opening(), day="2024-09-05", source="other", copy_of=first)
    assert newsroom.alerts() == [Stage.ANNOUNCED]
    assert len(newsroom.all(Claim)) == 2


@pytest.mark.parametrize("day", ["2024-09-03", "2024-09-04"])
def test_a_copy_that_is_followed_first_does_not_silence_its_original(newsroom: Newsroom, day: str):
    """Articles are followed in the order of their dates, and a reprint may state an earlier one."""
    newsroom.reader.tell("original", opening())
    newsroom.reader.tell("copy", opening())
    with newsroom.database.write() as session:
        original = add_article(session, "original").id or 0
        copy = add_article(session, "copy", day, source="other", copy_of=original).id or 0
    assert newsroom.follow(copy) == []
    assert newsroom.follow(original) == [(Stage.ANNOUNCED, 1)]
    assert newsroom.alerts() == [Stage.ANNOUNCED]


def test_a_copy_that_goes_further_than_its_original_is_told(newsroom: Newsroom):
    """Outlets take their article on a test and write into it that everybody has it now."""
    first = newsroom.publish("test", opening(stage="test"))
    newsroom.publish("live", opening(stage="live"), day="2024-09-27", copy_of=first)
    assert newsroom.alerts() == [Stage.TEST, Stage.LIVE]


# ── again, and all or nothing ──────────────────────────────────────────────────────────────────


def publish_a_story(newsroom: Newsroom) -> list[int]:
    return [
        newsroom.publish("test", opening(stage="test", day="2024-08-20"), day="2024-08-21"),
        newsroom.publish("same day", opening(stage="test", day="2024-08-20"), day="2024-08-21"),
        newsroom.publish(
            "both", opening(), opening("tmall"), opening(stage="test", leading=False)
        ),
        newsroom.publish("vague", opening("alibaba", "tencent"), day="2024-09-05"),
        newsroom.publish("other", opening("jd", "alipay", "live"), day="2024-09-06"),
        newsroom.publish("back", opening("jd", "alipay", "withdrawn"), day="2024-09-08"),
    ]


def test_following_twice_changes_no_row(newsroom: Newsroom):
    articles = publish_a_story(newsroom)
    before = newsroom.dump()
    for number in [*articles, *reversed(articles)]:
        assert newsroom.follow(number) == []
    # The claims are made anew; which of equal ones a step points to may differ, its words not.
    anew = newsroom.dump("claim.id", "stagechange.claim_id")
    assert len(anew.pop("claimwords")) == len(
        before.pop("claimwords")
    )  # they name the claims' ids
    assert anew == {
        **before,
        "claim": without(before["claim"], 0),
        "stagechange": without(before["stagechange"], 5),
    }
    assert all(c.claim_id for c in newsroom.all(StageChange))


def without(table: list[tuple[object, ...]], column: int) -> list[tuple[object, ...]]:
    return sorted((*row[:column], *row[column + 1 :]) for row in table)


def test_following_again_later_is_no_news_of_an_event(newsroom: Newsroom):
    (article, *_) = publish_a_story(newsroom)
    before = [(e.id, e.first_seen, e.last_seen) for e in newsroom.all(Event)]
    newsroom.now += timedelta(days=3)
    newsroom.follow(article)
    assert [(e.id, e.first_seen, e.last_seen) for e in newsroom.all(Event)] == before


def test_news_of_one_pair_is_no_news_of_another_pair_of_the_same_companies(newsroom: Newsroom):
    newsroom.publish("pay", opening())
    newsroom.now += timedelta(days=3)
    newsroom.publish("links", opening("wechat", "youku", capability="links"), day="2024-09-07")
    pay, links = newsroom.all(Event)
    assert (pay.last_seen, links.last_seen) == (NOW, NOW + timedelta(days=3))


def test_a_queue_that_fails_leaves_the_article_due_and_nothing_else(newsroom: Newsroom):
    def failing(session: Session, event: Event, change: StageChange, now: datetime) -> int:
        queue(session, event, change, now)
        raise RuntimeError("the outbox is full")

    newsroom.publish("earlier", opening(stage="test", day="2024-08-20"))
    newsroom.reader.tell("one", opening(), opening("tmall"))
    with newsroom.database.write() as session:
        number = add_article(session, "one").id or 0
    before = newsroom.dump()
    newsroom.follower = Follower(newsroom.reader.as_reader, MAX_AGE_DAYS, failing, touch_coverage)
    with pytest.raises(RuntimeError, match="full"):
        newsroom.follow(number)
    assert newsroom.dump() == before
    with newsroom.database.read() as session:
        assert due_articles(session, 9) == [number]


# ── other rules, other readings ────────────────────────────────────────────────────────────────


def test_after_a_change_of_rules_claims_move_and_nobody_is_told_again(newsroom: Newsroom):
    number = newsroom.publish("one", opening("jd", "alipay"))
    newsroom.reader.tell("one", opening("taobao", "wechat-pay", "live"))
    assert newsroom.follow(number) == []
    assert newsroom.alerts() == [Stage.ANNOUNCED]
    assert newsroom.events() == {frozenset({("taobao", "wechat-pay")}): Stage.LIVE}
    assert [(e.host, e.guest) for e in newsroom.all(Edge)] == [("taobao", "wechat-pay")]


def test_news_after_a_change_of_rules_is_told(newsroom: Newsroom):
    number = newsroom.publish("one", opening("jd", "alipay"))
    newsroom.reader.tell("one", opening())
    newsroom.follow(number)
    newsroom.publish("two", opening(), day="2024-09-05")
    assert newsroom.alerts() == [Stage.ANNOUNCED]
    newsroom.publish("three", opening(stage="live"), day="2024-09-27")
    assert newsroom.alerts() == [Stage.ANNOUNCED, Stage.LIVE]


def test_an_event_loses_what_only_a_forgotten_claim_said(newsroom: Newsroom):
    newsroom.publish("one", opening(stage="test", day="2024-08-20"), day="2024-08-20")
    number = newsroom.publish("tmall", opening("tmall", stage="live", day="2024-09-04"))
    assert newsroom.all(Event)[0].stage is Stage.LIVE
    newsroom.reader.tell("tmall")
    newsroom.follow(number)
    (event, *_) = newsroom.all(Event)
    assert (event.stage, event.host) == (Stage.TEST, "taobao")


def test_an_event_that_nobody_was_told_of_goes_with_its_last_claim(newsroom: Newsroom):
    number = newsroom.publish("history", opening(leading=False))
    newsroom.reader.tell("history")
    newsroom.follow(number)
    assert newsroom.all(Event) == []
    assert newsroom.all(Edge) == []


def test_an_event_that_somebody_was_told_of_stays_for_what_was_sent(newsroom: Newsroom):
    number = newsroom.publish("one", opening())
    newsroom.reader.tell("one")
    newsroom.follow(number)
    assert len(newsroom.all(Event)) == 1
    assert newsroom.alerts() == [Stage.ANNOUNCED]


def test_a_page_that_was_edited_tells_what_is_new_in_it(newsroom: Newsroom):
    number = newsroom.publish("one", opening())
    newsroom.reader.tell("one", opening(stage="live", day="2024-09-27"))
    with newsroom.database.write() as session:
        session.get_one(Article, number).followed_at = None  # as storing a revision does
    newsroom.follow(number)
    assert newsroom.alerts() == [Stage.ANNOUNCED, Stage.LIVE]


# ── events that turn out to be one, or not ─────────────────────────────────────────────────────


def two_events(newsroom: Newsroom) -> None:
    newsroom.publish("taobao", opening())
    newsroom.publish("taote", opening("taote"), day="2024-09-05")
    assert len(newsroom.events()) == 2


def test_events_that_merge_take_their_deliveries_along(newsroom: Newsroom):
    two_events(newsroom)
    newsroom.send_all()
    newsroom.publish("both", opening(), opening("taote"), day="2024-09-06")
    assert len(newsroom.events()) == 1
    first, second = newsroom.all(Event)
    assert (first.merged_into, second.merged_into) == (None, first.id)
    assert {d.event_id for d in newsroom.all(Delivery)} == {first.id}
    assert newsroom.alerts() == [Stage.ANNOUNCED, Stage.ANNOUNCED]
    newsroom.publish("live", opening("taote", stage="live"), day="2024-09-27")
    assert newsroom.alerts() == [Stage.ANNOUNCED, Stage.ANNOUNCED, Stage.LIVE]


def test_a_merge_before_anything_was_sent_tells_once(newsroom: Newsroom):
    two_events(newsroom)
    newsroom.publish("both", opening(), opening("taote"), day="2024-09-06")
    assert newsroom.alerts() == [Stage.ANNOUNCED]


def test_what_was_told_of_a_merged_event_is_not_told_of_the_one_it_lives_on_in(
    newsroom: Newsroom,
):
    newsroom.publish("old", opening(), day="2024-07-30")
    newsroom.publish("taote", opening("taote"), day="2024-08-05")
    assert newsroom.alerts() == [Stage.ANNOUNCED]
    newsroom.publish("both", opening(day="2024-07-29"), opening("taote"), day="2024-08-06")
    assert len(newsroom.events()) == 1
    assert newsroom.alerts() == [Stage.ANNOUNCED]
    assert [c.alerted for c in newsroom.all(StageChange) if c.event_id == 1] == [True]


def test_what_was_merged_wrongly_is_parted_again(newsroom: Newsroom):
    two_events(newsroom)
    number = newsroom.publish("both", opening(), opening("taote"), day="2024-09-06")
    assert len(newsroom.events()) == 1
    newsroom.reader.tell("both", opening())
    assert newsroom.follow(number) == []
    assert newsroom.events() == {
        frozenset({("taobao", "wechat-pay")}): Stage.ANNOUNCED,
        frozenset({("taote", "wechat-pay")}): Stage.ANNOUNCED,
    }


def test_events_that_exchange_openings_stay_two(newsroom: Newsroom):
    """Two events of two openings each, which the rules then pair the other way round."""
    first = newsroom.publish("ab", opening("taobao"), opening("taote"))
    second = newsroom.publish("cd", opening("jd"), opening("youku"), day="2024-09-05")
    assert len(newsroom.events()) == 2
    newsroom.reader.tell("ab", opening("taobao"), opening("jd"))
    newsroom.reader.tell("cd", opening("taote"), opening("youku"))
    newsroom.follow(first)
    newsroom.follow(second)
    assert {frozenset(h for h, _ in edges) for edges in newsroom.events()} == {
        frozenset({"taobao", "jd"}),
        frozenset({"taote", "youku"}),
    }


def test_those_who_follow_any_company_of_an_event_are_told(database: Database):
    newsroom = Newsroom(database, subscribers=0)
    with database.write() as session:
        rows.subscribe(session, "1", platform="tencent")
        rows.subscribe(session, "2", platform="ant-group")
        rows.subscribe(session, "3", platform="apple")
    newsroom.publish("both", opening("jd", "wechat-pay"), opening("jd", "alipay"))
    assert sorted(d.subscription_id for d in newsroom.all(Delivery)) == [1, 2]


# ── the order of arrival ───────────────────────────────────────────────────────────────────────

STORY = (
    ("rumour", "2024-08-30", (opening(stage="rumour"),)),
    ("announced", "2024-09-04", (opening(), opening("tmall"))),
    ("old", "2024-07-02", (opening(stage="rumour", day="2024-07-01", sure=6.0),)),
    ("misread", "2024-07-03", (opening(stage="test", day="2024-07-01", sure=1.0),)),
    ("vague", "2024-09-05", (opening("alibaba", "tencent"),)),
    ("jd", "2024-09-20", (opening("jd", "wechat-pay", "live"), opening("jd", "alipay", "live"))),
    (
        "anyone",
        "2024-09-21",
        (opening("jd", ANYONE, "test"), opening(stage="test", leading=False)),
    ),
    ("back", "2024-09-25", (opening("jd", "tencent", "withdrawn"),)),
)


def outcome(session: Session) -> dict[frozenset[tuple[str, str, str]], object]:
    """The claims of every event by their words, with its stage and its steps."""
    grouped: dict[int, set[tuple[str, str, str]]] = {}
    for claim, title in session.exec(
        select(Claim, Article.title).join(Article, col(Article.id) == Claim.article_id)
    ):
        grouped.setdefault(claim.event_id, set()).add((title, claim.host, claim.guest))
    return {
        frozenset(group): (
            session.get_one(Event, number).stage,
            sorted(
                (change.stage, change.cycle, str(change.previous))
                for change in session.exec(
                    select(StageChange).where(StageChange.event_id == number)
                )
            ),
        )
        for number, group in grouped.items()
    }


@pytest.fixture(scope="module")
def settle(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., dict[frozenset[tuple[str, str, str]], object]]]:
    """What comes of the story when it arrives in some order; rolled back every time."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("orders") / "story.db")
    database = Database(f"sqlite:///{file}")
    reader = TellingReader()
    follower = Follower(reader.as_reader, MAX_AGE_DAYS, queue, touch_coverage)

    @cache
    def outcome_of(*order: int) -> dict[frozenset[tuple[str, str, str]], object]:
        with database.read() as session:
            for title, day, claims in (STORY[index] for index in order):
                reader.tell(title, *claims)
                follower.follow(session, add_article(session, title, day), NOW)
            session.flush()
            return outcome(session)

    yield outcome_of
    database.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.permutations(range(len(STORY))))
def test_the_order_of_arrival_is_nothing(settle, order: list[int]):
    assert settle(*order) == settle(*range(len(STORY)))


def test_the_story_is_of_three_events(settle):
    """An opening to anyone is one of its own: its companies are not those of any pair."""
    assert len(settle(*range(len(STORY)))) == 3
