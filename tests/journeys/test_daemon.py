"""The daemon as a process: outlets and Telegram on loopback, signals, kill -9, broken files.

Every run is made once and asked many questions, because a start takes seconds; the groups keep
the questions to one run in one process of pytest-xdist (with --dist loadgroup).
"""

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner

import interopwatch
from config.settings import Settings
from crawler.demo.setting import demo_sources
from crawler.demo.site import NewsSite
from tests.fakes.bot_api import BotApi, Kind
from tests.fakes.bot_methods import SentMessage
from tests.fakes.leaks import CANARY, leaks
from tests.fakes.processes import Process, call, rows, write_config

pytestmark = pytest.mark.journey

CHAT = 5
SENT = "SELECT message_id FROM delivery WHERE status = 'sent'"
UNSETTLED = "SELECT id, status, error FROM delivery WHERE status != 'sent'"
READ = (
    "SELECT (SELECT count(*) FROM article)"
    " + (SELECT count(*) FROM rejection WHERE reason = 'off-topic')"
)
FAULTS: tuple[tuple[Kind, str], ...] = (
    ("server_error", "getMe"), ("garbage", "getUpdates"), ("conflict", "getUpdates"),
    ("flood", "sendMessage"),
)  # fmt: skip
"""What goes wrong with requests in whose address the token stands; none sends anything twice."""

UNFOLLOWED = "SELECT id FROM article WHERE followed_at IS NULL"


@dataclass
class World:
    """The outlets, the Bot API and a folder for one daemon."""

    folder: Path
    site: NewsSite
    api: BotApi
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, site: NewsSite, api: BotApi) -> "World":
        telegram = {"base_url": api.base_url, "chats": [{"chat": CHAT}]}
        config = write_config(folder / "config", demo_sources(site), telegram=telegram)
        (folder / "token").write_text(f"{api.token}\n", encoding="utf-8")
        url = f"sqlite:///{folder / 'watch.db'}"
        return cls(folder, site, api, {"config_dir": config, "database_url": url})

    def start(self, **more: object) -> Process:
        token = {"telegram_token_file": self.folder / "token"}
        told = {"log_level": "DEBUG"}  # all that it does, so that a secret which it tells is found
        return Process("run", folder=self.folder, **{**self.settings, **told, **token, **more})

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self.folder / "watch.db", query)

    def messages(self) -> list[SentMessage]:
        return self.api.messages(CHAT)

    def settled(self, round_number: int) -> bool:
        """All that is visible was stored or skipped, followed and told."""
        visible = len(self.site.world.visible(round_number))
        return (
            self.rows(READ) == [(visible,)]
            and not self.rows(UNFOLLOWED)
            and not self.rows(UNSETTLED)
        )

    def polls(self) -> int:
        """How often the feed that was asked for least was asked for."""
        paths = [request.path for request in self.site.requests]
        return min(paths.count(outlet.feed_path) for outlet in self.site.world.outlets)


@dataclass
class Run:
    """What a daemon did in one life, in the order in which it was looked at."""

    first: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    listening: list[object] = field(default_factory=list)
    health: tuple[int, str] = (-1, "")
    code: int = -1
    seconds: float = 0.0
    world: World | None = None
    said: str = ""
    printed: str = ""
    handed_on: str = ""


def texts(world: World) -> list[str]:
    return [message.text for message in world.messages()]


def listening(process: Process) -> list[object]:
    """Open ports of a process and of all that it started."""
    parent = psutil.Process(process.popen.pid)
    return [
        (one.pid, connection.laddr)
        for one in (parent, *parent.children(recursive=True))
        for connection in one.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Rounds of news appear while the daemon runs; SIGTERM comes while a message is on its way."""
    folder = tmp_path_factory.mktemp("telegram")
    found = Run()
    with NewsSite() as site, BotApi() as api:
        found.world = world = World.make(folder, site, api)
        site.publish(2)
        for kind, method in FAULTS:
            api.fault(kind, method=method)
        with world.start() as daemon:
            daemon.until(lambda: world.settled(2), "telling of two rounds")
            found.first = texts(world)
            polls = world.polls()
            daemon.until(lambda: world.polls() >= polls + 2, "another two polls")
            daemon.until(lambda: not any(one.times for one in api.faults), "all faults")
            found.again = texts(world)
            found.listening = listening(daemon)
            asked = call("health", cwd=folder, **world.settings)
            found.health = (asked.returncode, asked.stdout.strip() or asked.stderr)
            api.answer_seconds = 1.5
            sends = len(api.calls("sendMessage"))
            site.publish(3)
            daemon.until(lambda: len(api.calls("sendMessage")) > sends, "a message on its way")
            found.code, found.seconds = daemon.end(signal.SIGTERM)
            found.later = texts(world)
            found.said, found.printed = daemon.said, daemon.printed
        found.handed_on = hand_on(world)
        yield found


def hand_on(world: World) -> str:
    """Commands copy the store and give away what is in it, with the token at hand; what they say."""
    telegram = {"token": world.api.token, "base_url": world.api.base_url}
    given = {"database_url": world.settings["database_url"], "telegram": telegram}
    said = ""
    for words in (
        ["db", "backup", str(world.folder / "copy.db")],
        ["export", "--format", "html", "--to", str(world.folder / "pages")],
        ["deliveries", "-o", "json"],
        ["doctor"],
    ):
        installation = interopwatch.Installation(settings=Settings.model_validate(given))
        done = CliRunner().invoke(interopwatch.app, words, obj=installation)
        said += done.output
    return said


def world_of(run: Run) -> World:
    assert run.world is not None
    return run.world


@pytest.mark.xdist_group("watched")
def test_alerts_arrive_as_messages(run: Run):
    assert len(run.first) >= 2
    assert any("WeChat Pay" in text for text in run.first)
    assert len(set(run.first)) == len(run.first)


@pytest.mark.xdist_group("watched")
def test_unchanged_feeds_tell_nothing_more(run: Run):
    assert run.again == run.first


@pytest.mark.xdist_group("watched")
def test_unchanged_feeds_cost_next_to_nothing(run: Run):
    """Conditional requests: those that can are answered with 304, and no page is asked for twice."""
    requests = world_of(run).site.requests
    assert 304 in {request.status for request in requests}
    pages = [request.path for request in requests if "/articles/" in request.path]
    assert len(pages) == len(set(pages))


@pytest.mark.xdist_group("watched")
def test_news_of_a_later_round_is_told_too(run: Run):
    assert len(run.later) > len(run.first)


@pytest.mark.xdist_group("watched")
def test_nothing_listens(run: Run):
    assert run.listening == []


@pytest.mark.xdist_group("watched")
def test_a_daemon_at_work_is_healthy(run: Run):
    assert run.health == (0, "healthy")


@pytest.mark.xdist_group("watched")
def test_sigterm_ends_it_in_time_and_in_order(run: Run):
    assert run.code == 0
    assert run.seconds < 10


@pytest.mark.xdist_group("watched")
def test_what_was_on_its_way_at_sigterm_is_known_to_have_arrived(run: Run):
    world = world_of(run)
    known = {number for (number,) in world.rows(SENT)}
    assert known == {message.message_id for message in world.messages()}
    left = [status for _, status, _ in world.rows(UNSETTLED)]
    assert set(left) <= {"pending"}
    assert world.rows("SELECT id FROM crawlrun WHERE status = 'running'") == []


@pytest.mark.xdist_group("watched")
def test_the_token_is_nowhere(run: Run):
    """Not in the log at DEBUG through faults, nor in the store, copies, exports, or what is shown."""
    world = world_of(run)
    assert '"DEBUG"' in run.said
    assert "@interopwatch_bot" in run.handed_on
    assert (world.folder / "copy.db").exists()
    assert (world.folder / "pages" / "index.html").exists()
    assert leaks(world.folder) == []
    assert CANARY not in run.handed_on


@pytest.mark.xdist_group("watched")
def test_lines_say_which_run_feed_or_event_they_are_about(run: Run):
    lines = [json.loads(line) for line in run.said.splitlines()]
    refused = [one for one in lines if one["logger"] == "alerts.delivery.handover"]
    followed = [one for one in lines if one["logger"] == "alerts.follow_loop"]
    assert any("retry_after=1" in one["message"] for one in refused)
    assert {one["event"] for one in refused} <= {one["event"] for one in followed}
    assert all({"delivery", "event"} <= one.keys() for one in refused)
    assert all({"run", "feed"} <= one.keys() for one in lines if one["logger"] == "crawler.runs")


@pytest.mark.xdist_group("watched")
def test_with_a_token_alerts_do_not_go_to_the_console(run: Run):
    assert run.printed == ""


# ── kill -9 ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Killed while its first message is on its way, and started again."""
    folder = tmp_path_factory.mktemp("killed")
    found = Run()
    with NewsSite() as site, BotApi(answer_seconds=0.5) as api:
        found.world = world = World.make(folder, site, api)
        site.publish(2)
        with world.start() as daemon:
            daemon.until(lambda: world.messages(), "a first message")
            daemon.kill()
        found.first = texts(world)
        api.answer_seconds = 0.0
        with world.start() as daemon:
            daemon.until(lambda: world.settled(2), "telling of everything")
            found.code, found.seconds = daemon.end(signal.SIGINT)
        found.later = texts(world)
        yield found


@pytest.mark.xdist_group("killed")
def test_after_a_kill_nothing_is_missing(killed: Run):
    world = world_of(killed)
    assert world.settled(2)
    assert len(set(killed.later)) >= 2
    owed = world.rows("SELECT count(*) FROM stagechange WHERE alerted")
    assert owed == world.rows("SELECT count(*) FROM delivery WHERE status = 'sent'")
    arrived = {message.message_id for message in world.messages()}
    assert {number for (number,) in world.rows(SENT)} <= arrived


@pytest.mark.xdist_group("killed")
def test_after_a_kill_at_most_one_message_is_repeated_and_silently(killed: Run):
    repeats = len(killed.later) - len(set(killed.later))
    assert repeats <= 1
    sends = world_of(killed).api.calls("sendMessage")
    silent = [send for send in sends if send.params.get("disable_notification")]
    assert len(silent) >= repeats


@pytest.mark.xdist_group("killed")
def test_after_a_kill_the_store_is_whole(killed: Run):
    world = world_of(killed)
    assert world.rows("PRAGMA integrity_check") == [("ok",)]
    assert world.rows("SELECT id FROM crawlrun WHERE status = 'running'") == []


@pytest.mark.xdist_group("killed")
def test_sigint_ends_it_in_time_and_in_order(killed: Run):
    assert killed.code == 0
    assert killed.seconds < 10


# ── without a token, and without a chance ──────────────────────────────────────────────────────


def test_without_a_token_it_says_so_and_alerts_go_to_the_console(tmp_path: Path):
    with NewsSite() as site, BotApi() as api:
        world = World.make(tmp_path, site, api)
        site.publish(2)
        with world.start(telegram_token_file="") as daemon:
            daemon.until(lambda: world.settled(2) and world.polls() > 1, "telling")
            assert daemon.end(signal.SIGINT)[0] == 0
            assert "no Telegram token (INTEROPWATCH_TELEGRAM_TOKEN)" in daemon.said
            assert "alerts go to the console" in daemon.said
            assert daemon.printed.count("WeChat Pay") >= 2
        assert api.requests == []


def test_a_stop_while_it_starts_ends_it_too(tmp_path: Path):
    """In a container it is process 1, to which a signal without a handler means nothing."""
    with NewsSite() as site, BotApi() as api:
        world = World.make(tmp_path, site, api)
        with world.start(telegram_token_file="") as daemon:
            daemon.until(lambda: "no Telegram token" in daemon.said, "its first words")
            code, seconds = daemon.end(signal.SIGTERM)
        assert code == 0, daemon.said
        assert seconds < 10


@pytest.mark.parametrize(
    ("file", "content", "place", "said"),
    [
        ("interopwatch.yaml", "crawl:\n  intervall_seconds: 5\n", "2:3", "interval_seconds"),
        ("sources/x.yaml", "slug: x\nname: X\nfeeds: []\n", "3:", "feeds"),
        ("rules/en.yaml", "language: en\nframes: 5\n", "2:9", "frames"),
        ("platforms/x.yaml", "platforms:\n  - id: X x\n", "2:9", "id"),
    ],
)
def test_with_a_broken_file_nothing_starts(
    tmp_path: Path, file: str, content: str, place: str, said: str
):
    broken = tmp_path / "config" / file
    broken.parent.mkdir(parents=True)
    broken.write_text(content, encoding="utf-8")
    database = tmp_path / "data" / "watch.db"
    done = call(
        "run",
        cwd=tmp_path,
        config_dir=tmp_path / "config",
        database_url=f"sqlite:///{database}",
    )
    assert done.returncode == 4, done.stderr
    assert f"{broken}:{place}" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not database.parent.exists()


def test_a_token_that_stands_in_a_wrong_place_is_not_repeated(tmp_path: Path):
    token = "987654321:AAcanary_Canary-canaryCANARYcanary00"
    (tmp_path / "config").mkdir()
    settings = {"telegram": {"token": [token]}}
    (tmp_path / "config" / "interopwatch.yaml").write_text(json.dumps(settings), "utf-8")
    done = call("run", cwd=tmp_path, config_dir=tmp_path / "config")
    assert done.returncode == 4
    assert token not in done.stdout + done.stderr
