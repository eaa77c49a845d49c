"""What subscriptions want: added, changed, taken back, passed on; on both kinds of database."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from sqlmodel import Session, col, select

from config.errors import NotFoundError
from config.settings import Chat
from config.words import Rhythm, Stage
from storage import deliveries, interests
from storage.database import Database
from storage.interests import ConfiguredError, TooManyError, Wanted
from storage.models import Delivery, Interest, Subscription
from storage.subscriptions import Address
from tests.fakes.rows import NOW, make_article, make_change, make_claim, make_event

CHAT = Address("telegram", "5")
TAOBAO = Wanted(platform="taobao")
PAIR = Wanted(platform="taobao", other="wechat-pay", least_sources=2, least_stage=Stage.TEST)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.read() as session:
        yield session


@pytest.fixture
def mine(session: Session) -> Subscription:
    return interests.subscribe(session, CHAT, language="ja", owner="5")


def values(session: Session, subscription: Subscription) -> list[Wanted]:
    return [interests.wanted(row) for row in interests.interests_of(session, subscription)]


def test_a_chat_and_each_of_its_topics_are_subscribed_once(session, mine):
    assert interests.subscribe(session, CHAT, language="en", owner="9") is mine
    assert (mine.language, mine.owner, mine.configured) == ("ja", "5", False)
    topic = interests.subscribe(session, CHAT, 7, language="en")
    assert topic.id != mine.id
    assert interests.subscription_at(session, CHAT, 7) is topic
    assert interests.subscription_at(session, Address("telegram", "6")) is None


def test_wanting_a_thing_twice_is_wanting_it_once(session, mine):
    interests.add(session, mine, [TAOBAO, PAIR, TAOBAO], NOW)
    (row, _) = interests.interests_of(session, mine)
    interests.pause_interest(session, mine, row.id or 0, NOW, paused=True)
    later = NOW + timedelta(days=1)
    assert interests.add(session, mine, [TAOBAO], later) == [row]
    assert (row.paused, row.since) == (False, later)
    assert values(session, mine) == [TAOBAO, PAIR]


def test_nobody_wants_without_end(session, mine):
    many = [Wanted(platform=f"p{n}") for n in range(interests.MOST_INTERESTS)]
    interests.add(session, mine, many, NOW)
    with pytest.raises(TooManyError, match="60"):
        interests.add(session, mine, [TAOBAO], NOW)
    assert len(values(session, mine)) == 60
    assert len(interests.add(session, mine, many[:3], NOW)) == 3


@pytest.mark.parametrize(
    "senseless", [{"least_sources": 0}, {"least_stage": Stage.WITHDRAWN}], ids=str
)
def test_what_means_nothing_is_refused(session, mine, senseless):
    (row,) = interests.add(session, mine, [TAOBAO], NOW)
    with pytest.raises(ValueError, match=r"one source at least|no least stage"):
        interests.edit(session, mine, row.id or 0, NOW, **senseless)
    assert values(session, mine) == [TAOBAO]


def test_editing_and_ending(session, mine):
    one, two = interests.add(session, mine, [TAOBAO, PAIR], NOW)
    later = NOW + timedelta(hours=1)
    edited = interests.edit(session, mine, two.id or 0, later, least_sources=1)
    assert (edited.id, edited.least_sources, edited.since) == (two.id, 1, later)
    same = interests.edit(session, mine, two.id or 0, later, other="", least_stage=Stage.RUMOUR)
    assert same.id == one.id
    assert values(session, mine) == [TAOBAO]
    interests.remove(session, mine, one.id or 0)
    assert values(session, mine) == []


def test_nobody_touches_what_is_somebody_elses(session, mine):
    (row,) = interests.add(session, mine, [TAOBAO], NOW)
    other = interests.subscribe(session, Address("telegram", "6"), language="en")
    for touch in (
        lambda: interests.remove(session, other, row.id or 0),
        lambda: interests.edit(session, other, row.id or 0, NOW, platform="line"),
        lambda: interests.pause_interest(session, other, row.id or 0, NOW, paused=True),
        lambda: interests.remove(session, mine, 999),
    ):
        with pytest.raises(NotFoundError):
            touch()
    assert values(session, mine) == [TAOBAO]


def test_every_change_can_be_taken_back_and_made_again(session, mine):
    assert not interests.undo(session, mine, NOW)
    held = interests.add(session, mine, [TAOBAO], NOW)  # as a caller may, over all steps
    steps = [
        lambda: interests.add(session, mine, [PAIR], NOW),
        lambda: interests.remove(session, mine, rows()[0].id or 0),
        lambda: interests.edit(session, mine, rows()[0].id or 0, NOW, capability="payment"),
        lambda: interests.pause_interest(session, mine, rows()[0].id or 0, NOW, paused=True),
        lambda: interests.remove_all(session, mine),
        lambda: interests.change(
            session, mine, NOW, zone="Asia/Tokyo", quiet_from=time(22), quiet_to=time(7)
        ),
        lambda: interests.change(session, mine, NOW, rhythm=Rhythm.WEEKLY, digest_at=time(18)),
        lambda: interests.change(session, mine, NOW, paused=True, language="ko"),
    ]

    def rows() -> list[Interest]:
        return interests.interests_of(session, mine)

    def state() -> object:
        session.flush()
        session.expire_all()
        settings = {name: getattr(mine, name) for name in interests._SETTINGS}
        return settings, [(interests.wanted(row), row.paused, row.since) for row in rows()]

    for step in steps:
        before = state()
        step()
        after = state()
        assert before != after
        assert interests.undo(session, mine, NOW)
        assert state() == before
        assert interests.undo(session, mine, NOW)
        assert state() == after
        assert interests.undo(session, mine, NOW)
    assert held


@pytest.mark.parametrize(
    "settings",
    [
        {"zone": "Berlin"},
        {"quiet_from": time(22)},
        {"digest_weekday": 7},
        {"rhythm": "hourly"},
        {"address": "6"},
    ],
    ids=str,
)
def test_settings_that_mean_nothing_are_refused(session, mine, settings):
    with pytest.raises(ValueError, match=r"not a|quiet hours|hourly"):
        interests.change(session, mine, NOW, **settings)


def owe(session: Session) -> None:
    event = make_event(session)
    deliveries.queue(session, event, make_change(session, event), NOW)


def waiting(session: Session) -> list[tuple[datetime, int]]:
    session.expire_all()
    rows = session.exec(select(Delivery).order_by(col(Delivery.id)))
    return [(row.due_at, row.part) for row in rows]


def test_what_is_owed_waits_for_its_time_and_moves_with_the_settings(session, mine):
    interests.add(session, mine, [TAOBAO], NOW)
    interests.change(session, mine, NOW, quiet_from=time(11), quiet_to=time(14))
    owe(session)
    assert waiting(session) == [(NOW.replace(hour=14), 1)]
    interests.change(session, mine, NOW, rhythm=Rhythm.DAILY, digest_at=time(18))
    assert waiting(session) == [(NOW.replace(hour=18), 1)]
    interests.change(session, mine, NOW, rhythm=Rhythm.IMMEDIATE, quiet_from=None, quiet_to=None)
    assert waiting(session) == [(NOW, 0)]
    interests.undo(session, mine, NOW)
    assert waiting(session) == [(NOW.replace(hour=18), 1)]


def test_what_telegram_made_wait_keeps_its_time(session, mine):
    interests.add(session, mine, [TAOBAO], NOW)
    owe(session)
    (claimed,) = deliveries.claim(session, NOW, 1)
    until = NOW + timedelta(hours=12)
    deliveries.settle_retry(session, claimed, until, "flood")
    interests.change(session, mine, NOW, rhythm=Rhythm.DAILY)
    assert waiting(session) == [(until, 0)]


def test_while_its_readers_rest_nothing_is_owed_and_nothing_goes_out(session, mine):
    interests.add(session, mine, [TAOBAO], NOW)
    owe(session)
    interests.change(session, mine, NOW, paused=True)
    owe(session)
    assert len(waiting(session)) == 1
    assert deliveries.claim(session, NOW, 1) == []
    interests.change(session, mine, NOW, paused=False)
    assert len(deliveries.claim(session, NOW, 1)) == 1


def test_two_interests_that_fit_owe_one_alert(session, mine):
    interests.add(session, mine, [TAOBAO, Wanted(capability="payment"), Wanted()], NOW)
    owe(session)
    assert len(waiting(session)) == 1


class TestMoreEvidence:
    """Who asked for more than there was is told when it is there, once."""

    def change(self, session: Session, *wanted: Wanted) -> int:
        mine = interests.subscribe(session, CHAT, language="en")
        interests.add(session, mine, wanted, NOW)
        self.event = make_event(session)
        self.told(session, 1, "kr36", "zh-Hans")
        change = make_change(session, self.event, alerted=True)
        return deliveries.queue(session, self.event, change, NOW)

    def told(self, session: Session, number: int, source: str, language: str, **given) -> None:
        article = make_article(session, number, source, language=language, **given)
        make_claim(session, self.event, article)

    def touch(self, session: Session) -> int:
        return deliveries.touch(session, self.event.id or 0, NOW + timedelta(days=20))

    def test_a_second_outlet(self, session):
        assert self.change(session, Wanted(least_sources=2)) == 0
        self.told(session, 2, "sina", "zh-Hans", copy_of=1)
        assert self.touch(session) == 0
        self.told(session, 3, "scmp", "en")
        assert self.touch(session) == 1
        assert self.touch(session) == 0

    def test_a_language(self, session):
        assert self.change(session, Wanted(language="ja"), Wanted(language="ko")) == 0
        self.told(session, 3, "nikkei", "ja")
        assert self.touch(session) == 1

    def test_who_came_later_or_asked_for_no_more_is_told_nothing_old(self, session):
        assert self.change(session, Wanted(platform="line")) == 0
        late = interests.subscribe(session, Address("telegram", "6"), language="en")
        after = NOW + timedelta(days=1)
        interests.add(session, late, [Wanted(least_sources=2), TAOBAO], after)
        self.told(session, 3, "scmp", "en")
        assert self.touch(session) == 0

    def test_a_step_that_was_never_told_is_not_told_now(self, session):
        self.change(session, Wanted(least_sources=2))
        for number in (2, 3):
            event = self.event = make_event(session, host=f"h{number}")
            make_change(session, event)
            self.told(session, number * 10, "kr36", "en")
            self.told(session, number * 10 + 1, "scmp", "en")
        assert self.touch(session) == 0


def test_a_code_passes_interests_on_and_nothing_else(session, mine):
    assert interests.share(session, mine, NOW) is None
    interests.add(session, mine, [TAOBAO, PAIR], NOW)
    code = interests.share(session, mine, NOW)
    assert code
    assert len(f"sub_{code}") <= 64
    friend = interests.subscribe(session, Address("telegram", "6"), language="en")
    interests.add(session, friend, interests.shared(session, code), NOW)
    assert set(values(session, friend)) == {TAOBAO, PAIR}
    assert interests.share(session, friend, NOW + timedelta(days=1)) == code
    interests.remove_all(session, mine)
    assert set(interests.shared(session, code)) == {TAOBAO, PAIR}
    with pytest.raises(NotFoundError):
        interests.shared(session, "0" * 16)


def test_what_the_configuration_wants_only_the_configuration_ends(session):
    chats = [Chat(chat=5, platforms=("taobao", "line"), least_stage=Stage.TEST)]
    deliveries.sync_chats(session, chats, NOW, console=False)
    mine = interests.subscription_at(session, CHAT)
    assert mine
    row = interests.interests_of(session, mine)[0]
    for touch in (
        lambda: interests.remove(session, mine, row.id or 0),
        lambda: interests.edit(session, mine, row.id or 0, NOW, capability="payment"),
        lambda: interests.pause_interest(session, mine, row.id or 0, NOW, paused=True),
    ):
        with pytest.raises(ConfiguredError):
            touch()
    interests.add(session, mine, [PAIR], NOW)
    assert interests.remove_all(session, mine) == 1
    interests.undo(session, mine, NOW)
    ids = {one.platform + one.other: one.id for one in interests.interests_of(session, mine)}
    later = NOW + timedelta(days=1)
    chats = [Chat(chat=5, platforms=("taobao",), least_stage=Stage.TEST)]
    deliveries.sync_chats(session, chats, later, console=False)
    kept = interests.interests_of(session, mine)
    assert [(one.other, one.since) for one in kept] == [("", NOW), ("wechat-pay", NOW)]
    assert kept[0].id == ids["taobao"]


def test_chats_that_subscribed_by_themselves_outlive_the_configuration(session, mine):
    interests.add(session, mine, [TAOBAO], NOW)
    idle = interests.subscribe(session, Address("telegram", "6"), language="en")
    deliveries.sync_chats(session, [Chat(chat=7)], NOW, console=False)
    assert (mine.active, idle.active) == (True, False)
    deliveries.sync_chats(session, [], NOW, console=True)
    assert not mine.active
    deliveries.sync_chats(session, [], NOW, console=False)
    assert mine.active
    assert interests.subscribe(session, Address("telegram", "6"), language="en").active


def test_a_chat_keeps_the_language_that_it_chose_unless_the_configuration_names_one(session):
    deliveries.sync_chats(session, [Chat(chat=5)], NOW, console=False)
    mine = interests.subscription_at(session, CHAT)
    assert mine
    interests.change(session, mine, NOW, language="ko")
    deliveries.sync_chats(session, [Chat(chat=5)], NOW, console=False)
    assert mine.language == "ko"
    deliveries.sync_chats(session, [Chat(chat=5, language="ja")], NOW, console=False)
    assert mine.language == "ja"


def test_the_configuration_says_when_as_far_as_it_says_anything(session, mine):
    interests.change(session, mine, NOW, zone="Asia/Seoul", rhythm=Rhythm.WEEKLY)
    chat = Chat(chat=5, zone="Asia/Tokyo", quiet_from=time(22), quiet_to=time(7), least_sources=2)
    deliveries.sync_chats(session, [chat], NOW, console=False)
    assert (mine.zone, mine.quiet_to, mine.rhythm) == ("Asia/Tokyo", time(7), Rhythm.WEEKLY)
    assert values(session, mine) == [Wanted(least_sources=2)]


def test_a_group_that_moves_takes_its_interests_along(session):
    old = interests.subscribe(session, Address("telegram", "-5"), language="en")
    interests.add(session, old, [TAOBAO], NOW)
    new = interests.subscribe(session, Address("telegram", "-1005"), language="en")
    deliveries.migrate(session, Address("telegram", "-5"), "-1005")
    session.expire_all()
    assert values(session, new) == [TAOBAO]
    assert (values(session, old), old.active) == ([], False)


def test_the_first_operator_owns_what_the_configuration_names(session, mine):
    chats = [Chat(chat=5), Chat(chat=-100)]
    deliveries.sync_chats(session, chats, NOW, console=False, operators=[9, 10])
    group = interests.subscription_at(session, Address("telegram", "-100"))
    assert group
    assert (mine.owner, group.owner) == ("5", "9")


def test_undoing_gives_back_the_numbers_too(database: Database) -> None:
    with database.write() as session:
        row = interests.subscribe(session, Address("telegram", "5"), language="en")
        first, second = interests.add(
            session, row, [Wanted(platform="taobao"), Wanted(platform="tmall")], NOW
        )
        numbers = [first.id, second.id]
        interests.remove(session, row, first.id or 0)
        other = interests.subscribe(session, Address("telegram", "6"), language="en")
        interests.add(session, other, [Wanted()], NOW)
        assert interests.undo(session, row, NOW)
        back = interests.interests_of(session, row)
        assert [one.platform for one in back] == ["taobao", "tmall"]
        assert [one.id for one in back] == numbers
        interests.remove(session, row, second.id or 0)
        taken = interests.add(session, other, [Wanted(platform="taobao")], NOW)[0]
        assert interests.undo(session, row, NOW)
        assert {one.platform for one in interests.interests_of(session, row)} == {
            "taobao",
            "tmall",
        }
        assert taken.subscription_id == other.id
