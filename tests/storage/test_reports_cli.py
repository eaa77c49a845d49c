"""What readers called wrong, as those who write the rules see it."""

import pytest

from config.words import Stage
from storage import reports
from storage.models import Event
from storage.subscriptions import Address
from tests.storage.shelf import NOW
from tests.storage.test_cli import answer, ask

pytestmark = pytest.mark.usefixtures("reads_english")


@pytest.fixture
def reported(tmp_path):
    """Two chats find event 17 wrong, and one of them its next stage too."""
    from tests.storage.shelf import filled

    shelf = filled(tmp_path)
    with shelf.database().write() as session:
        for chat in ("5", "-100"):
            assert reports.report(session, 17, Address("telegram", chat), NOW)
        session.get_one(Event, 17).stage = Stage.LIVE
        assert reports.report(session, 17, Address("telegram", "5"), NOW)
    return shelf


def test_reports_are_listed_newest_first_with_what_they_were_made_of(reported):
    live, second, first = answer(reported, "reports")
    assert [one["stage"] for one in (live, second, first)] == ["live", "announced", "announced"]
    assert (first["event"], first["host"], first["guest"]) == ("E17", "taobao", "wechat-pay")
    assert first["reporter"] == live["reporter"] != second["reporter"]
    assert "-100" not in str(second)
    assert first["quote"]
    assert first["url"].startswith("https://")
    assert isinstance(first["reasons"], list)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("--stage live", 1),
        ("--platform alibaba", 3),
        ("--platform 天猫", 0),
        ("--capability links", 0),
        ("--since 1d", 3),
        ("--until 2024-09-29", 0),
        ("--lang zh", 3),
        ("--lang ja", 0),
        ("--source nikkei", 0),
        ("--limit 1 --after 3", 1),
    ],
)
def test_reports_are_asked_for_as_everything_is(reported, asked, found):
    assert len(answer(reported, "reports", *asked.split())) == found


def test_a_mistake_is_told(reported):
    assert ask(reported, "reports", "--platform", "nobody").exit_code == 1
    assert ask(reported, "reports", "--after", "x").exit_code == 2
    assert ask(reported, "reports", "--until", "2020", "--fail-empty").exit_code == 3
    table = ask(reported, "reports", "-o", "table").stdout
    assert "2024-09-30" in table
