"""`rules explain`, `rules test --article` and `db retag` as they are called from a shell."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
import typer
from sqlmodel import select
from typer.testing import CliRunner, Result

from alerts import history
from alerts.cli import app as rule_commands
from alerts.flow import Follower
from alerts.grouping.partition import EdgeFact
from alerts.grouping.reasons import because
from alerts.history_cli import app as history_commands
from config.platforms import Platforms
from config.settings import Settings
from config.words import ANYONE, Capability
from storage.database import Database
from storage.edits import touch_coverage
from storage.models import Delivery, Event
from storage.owed import queue
from tests.fakes import rows
from tests.fakes.readers import TellingReader, add_article, opening, platforms

NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)

shell = typer.Typer()
shell.add_typer(rule_commands)
shell.add_typer(history_commands, name="db")


@dataclass
class House:
    """What stands in for the composition root."""

    kept: Database
    reader: TellingReader = field(default_factory=TellingReader)
    settings: Settings = field(default_factory=Settings)

    @property
    def platforms(self) -> Platforms:
        return self.reader.platforms

    def database(self) -> Database:
        return self.kept

    def clock(self) -> datetime:
        return NOW

    def publish(self, title: str, *claims: Any, day: str = "2024-09-04", **more: Any) -> int:
        self.reader.tell(title, *claims)
        follower = Follower(self.reader.as_reader, 30, queue, touch_coverage)
        with self.kept.write() as session:
            article = add_article(session, title, day, **more)
            follower.follow(session, article, NOW)
            return article.id or 0

    def ask(self, *words: str) -> Result:
        return CliRunner().invoke(shell, list(words), obj=self)

    def answer(self, *words: str) -> Any:
        result = self.ask(*words, "-o", "json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> House:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return House(database)


def test_an_event_is_explained(house: House):
    number = house.publish(
        "both", opening("taobao", "wechat-pay", day="2024-09-04"), opening("taobao", "alipay")
    )
    house.publish("past", opening("taobao", "alipay", "live", "2021-09-17", leading=False))
    found = house.answer("rules", "explain", "E1")
    assert (found["id"], found["host"]) == ("E1", "taobao")
    first, *_, last = found["claims"]
    assert {
        "article": number, "source": "outlet", "language": "en", "title": "both",
        "published": "2024-09-04", "opening": "taobao > wechat-pay payment", "kind": "leading",
        "stage": "announced", "date": "2024-09-04", "date_how": "stated", "because": "told",
    }.items() <= first.items()  # fmt: skip
    assert (last["kind"], last["date"], last["article"]) == ("background", "2021-09-17", 2)
    assert found["articles"] == [
        {"article": 1, "relevant": True, "copy_of": None, "because": "told"},
        {"article": 2, "relevant": False, "copy_of": None, "because": "told"},
    ]
    assert found["together"] == [
        {
            "one": "taobao > wechat-pay payment",
            "two": "taobao > alipay payment",
            "because": "one article leads with both, and their news is at most 14 days apart",
        }
    ]


def test_a_stage_that_is_told_more_surely_by_others_says_so(house: House):
    house.publish("sure", opening(stage="live", day="2024-09-04", sure=6.0))
    house.publish("misread", opening(stage="test", day="2024-09-04", sure=2.0))
    found = house.answer("rules", "explain", "E1")
    assert found["stage"] == "live"
    assert [(claim["stage"], claim["because"]) for claim in found["claims"]] == [
        ("live", "told"),
        ("test", "told; counts as live: of the same day that is told more surely"),
    ]


def test_a_merged_event_is_followed(house: House):
    house.publish("one", opening())
    with house.kept.write() as session:
        merged = rows.make_event(session, merged_into=1)
    result = house.ask("rules", "explain", str(merged.id))
    assert f"E{merged.id} was merged into E1" in result.stderr
    assert result.stdout.splitlines()[1].startswith("1\toutlet\ten\t2024-09-04\tone\t")


def test_an_event_that_does_not_exist_is_said_plainly(house: House):
    result = house.ask("rules", "explain", "E9")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no event E9" in result.stderr
    assert house.ask("rules", "explain", "nine").exit_code == 2


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (("taobao", "alipay", "payment"), ("tmall", "alipay", "payment"), "the same surface: tmall acts as taobao"),
        (("taobao", "alipay", "payment"), ("taobao", "alipay", "links"), "payment and links of the same parties, and the news is at most 30 days apart"),
        (("taobao", "wechat", "ads"), ("taobao", "wechat", "links"), "ads and links of the same parties, and the news is at most 800 days apart"),
        (("tmall", "alipay", "payment"), ("taobao", "alipay", "links"), "payment and links of the same parties (tmall acts as taobao), and the news is at most 30 days apart"),
        (("taobao", "alipay", "payment"), ("alipay", "taobao", "payment"), "the same parties the other way round, and the news is at most 30 days apart"),
        (("taobao", "tencent", "payment"), ("taobao", "wechat-pay", "payment"), "tencent may stand for its wechat-pay, and the news is at most 60 days apart"),
        (("taobao", ANYONE, "payment"), ("taobao", "wechat-pay", "payment"), "one of them does not name both parties, and the news is at most 60 days apart"),
        (("taobao", "alipay", "payment"), ("youku", "alipay", "payment"), None),
    ],
)  # fmt: skip
def test_why_two_openings_are_one_event(one, two, expected):
    day = datetime(2024, 9, 4, tzinfo=UTC).date()
    first, second = (
        EdgeFact(number, host, guest, Capability(capability), day, day)
        for number, (host, guest, capability) in enumerate((one, two))
    )
    assert because(first, second, (), platforms()) == expected
    assert because(second, first, (), platforms()) == expected


def test_a_stored_article_is_read_anew(house: House):
    house.publish("one", opening("jd", "alipay", "live", "2024-09-03"))
    result = house.ask("rules", "test", "--article", "1")
    assert result.exit_code == 0, result.output
    assert "leading   jd > alipay payment live 2024-09-03..2024-09-03 (stated)" in result.stdout
    assert result.stdout.endswith("relevant  yes\n")


def test_what_is_given_goes_before_what_is_stored(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.publish("one", opening("jd", "alipay", "live", "2024-09-03"))
    asked: list[tuple[Any, ...]] = []
    read = house.reader.read

    def asking(*given: Any) -> Any:
        asked.append(given)
        return read(*given)

    monkeypatch.setattr(house.reader, "read", asking)
    given = ("--title", "Other", "--published", "2020-01-02", "--lang", "ko")
    assert house.ask("rules", "test", "--article", "1", *given).stdout.startswith("language  ko\n")
    assert house.ask("rules", "test", "--article", "1").exit_code == 0
    told = [(title, language, day) for title, _, language, day in asked]
    assert told == [("Other", "ko", date(2020, 1, 2)), ("one", "en", date(2024, 9, 4))]


def test_an_article_that_is_not_there_is_said_plainly(house: House):
    house.publish("one")
    result = house.ask("rules", "test", "--article", "7")
    assert "no article 7. Near it are 1." in str(result.exception)
    assert house.ask("rules", "test", "--article", "7", "--text", "x").exit_code == 2


def test_retag_counts_what_changes_and_shows_it_with_diff(house: House):
    house.publish("one", opening())
    house.reader.tell("one", opening("jd", "alipay"))
    counted = house.ask("db", "retag", "--dry-run")
    assert counted.stdout == "what\tcount\nclaim+\t1\nclaim-\t1\ngone\t1\nopened\t1\n"
    assert counted.stderr == (
        "1 articles read, 1 would be recorded anew; 1 claim+, 1 claim-, 1 gone, 1 opened; "
        "0 alerts would be queued\n"
    )
    shown = house.answer("db", "retag", "--dry-run", "--diff")
    assert [(row["what"], row["article"], row["event"], row["host"]) for row in shown] == [
        ("claim+", 1, None, "jd"),
        ("claim-", 1, None, "taobao"),
        ("gone", None, "E1", "taobao"),
        ("opened", None, "E2", "jd"),
    ]
    assert house.ask("db", "retag", "--diff").stdout.count("\n") == 5
    again = house.ask("db", "retag")
    assert "0 recorded anew; nothing that a reader would notice; 0 alerts queued" in again.stderr


def test_retag_alerts_only_when_told_to(house: House):
    with house.kept.write() as session:
        rows.subscribe(session, "1")
    house.publish("one", opening(stage="rumour"))
    house.reader.tell("one", opening(stage="live"))
    assert "1 alerts would be queued" in house.ask("db", "retag", "--dry-run", "--alert").stderr
    assert "1 alerts queued" in house.ask("db", "retag", "--alert").stderr
    with house.kept.read() as session:
        assert len(session.exec(select(Delivery)).all()) == 2


def test_retag_since_is_about_publication(house: House):
    house.publish("old", day="2024-01-01")
    house.publish("new")
    for title in ("old", "new"):
        house.reader.tell(title, opening())
    assert house.ask("db", "retag", "--since", "30d").stderr.startswith("1 articles read, 1 ")
    with house.kept.read() as session:
        assert len(session.exec(select(Event)).all()) == 1


def test_an_interrupted_retag_says_that_it_can_be_finished(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(history, "retag", interrupt)
    result = house.ask("db", "retag")
    assert result.exit_code == 1
    assert "running it again does the rest" in result.stderr


def test_the_entry_point_mounts_both():
    from typer.main import get_command

    from interopwatch import app

    commands: Any = get_command(app)
    assert "retag" in commands.commands["db"].commands
    assert {"check", "test", "explain"} <= commands.commands["rules"].commands.keys()
