"""kill -9 at any moment, sixty times: nothing is lost, nothing doubled but one message a kill.

`bench/kills.py` does the same five hundred times.
"""

from random import Random

import pytest

from tests.fakes.killing import CHATS, STEPS, Ordeal, Outcome, suffer

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("kills")]

KILLS = 60
SEED = 20240904


@pytest.fixture(scope="module")
def suffered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ordeal, Outcome]:
    return suffer(tmp_path_factory.mktemp("killed"), KILLS, SEED)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, float]:
    with Ordeal(tmp_path_factory.mktemp("undisturbed"), Random(SEED)) as ordeal:
        last = ordeal.site.world.rounds[-1].number
        ordeal.publish(last)
        _, seconds = ordeal.finish(last)
        return ordeal.outcome(), seconds


def test_kills_come_in_every_step(suffered: tuple[Ordeal, Outcome]) -> None:
    ordeal, _ = suffered
    assert ordeal.kills == KILLS
    assert set(ordeal.steps) == set(STEPS), ordeal.steps
    assert sum(ordeal.steps.values()) > KILLS / 2


def test_every_article_is_there_once(
    suffered: tuple[Ordeal, Outcome], undisturbed: tuple[Outcome, float]
) -> None:
    articles = suffered[1].articles
    assert articles == undisturbed[0].articles
    assert len(articles) == len(set(articles)) >= 20


def test_events_and_steps_are_those_of_an_undisturbed_run(
    suffered: tuple[Ordeal, Outcome], undisturbed: tuple[Outcome, float]
) -> None:
    assert suffered[1].events == undisturbed[0].events
    assert suffered[1].steps == undisturbed[0].steps


def test_every_owed_alert_arrived(suffered: tuple[Ordeal, Outcome]) -> None:
    ordeal, _ = suffered
    (owed,) = ordeal.ask("SELECT count(*) FROM stagechange WHERE alerted")[0]
    assert [len(ordeal.told(chat)) for chat in CHATS] == [owed] * len(CHATS)
    left = ordeal.ask("SELECT DISTINCT status FROM delivery WHERE status <> 'sent'")
    assert left in ([], [("dead",)])  # dead is what arrived three times without an answer


def test_a_kill_repeats_at_most_one_message_a_chat_and_silently(
    suffered: tuple[Ordeal, Outcome],
) -> None:
    ordeal, _ = suffered
    assert ordeal.most_repeats <= 1
    for chat in CHATS:
        rung = [message.text for message in ordeal.api.messages(chat) if not message.silent]
        assert len(rung) == len(set(rung))


def test_the_store_is_whole(suffered: tuple[Ordeal, Outcome]) -> None:
    assert suffered[0].ask("PRAGMA integrity_check") == [("ok",)]
    assert suffered[0].ask("PRAGMA foreign_key_check") == []


def test_it_ends_in_time_when_it_is_asked_to(undisturbed: tuple[Outcome, float]) -> None:
    assert undisturbed[1] < 10
