"""The composition root: the demo, a crawl by hand, health, and the database commands."""

import json
import os
import pty
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from typer.testing import CliRunner, Result

import interopwatch
from alerts.assembly import channels_of
from config.errors import ConfigError, InteropwatchError, SchemaError
from config.settings import Chat, Settings, Telegram
from config.sources import SourceSpec
from crawler.crawl_cli import tell_of_those_off
from crawler.demo.setting import demo_settings, demo_sources
from crawler.demo.site import NewsSite
from interopwatch import Installation
from storage.database import Database, sqlite_library
from storage.heartbeats import begin
from storage.models import Subscription
from storage.preparing import prepare
from tests.fakes.processes import PATIENCE, call, command, environment, rows, write_config
from tests.fakes.site import Site, rss

NOW = datetime(2024, 9, 30, 12, tzinfo=UTC)


def invoke(installation: Installation, *words: str) -> Result:
    return CliRunner().invoke(interopwatch.app, list(words), obj=installation)


def installed(folder: Path, **given: Any) -> Installation:
    url = f"sqlite:///{folder / 'watch.db'}"
    return Installation(settings=Settings.model_validate({"database_url": url, **given}))


# ── the demo ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Demo:
    """What a run of the demo left: its exit code, what it wrote, and the files behind it."""

    code: int
    said: str
    left: list[Path]


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Demo]]:
    """One run into a pipe and one on a terminal, side by side."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("piped", "drawn")}
    own, theirs = pty.openpty()
    streams: dict[str, int] = {"piped": subprocess.PIPE, "drawn": theirs}
    processes = {
        name: subprocess.Popen(
            command("demo"),
            cwd=folder,
            env=environment() | {"TMPDIR": str(folder), "TERM": "xterm-256color"},
            stdin=subprocess.DEVNULL,
            stdout=streams[name],
            stderr=subprocess.STDOUT,
        )
        for name, folder in folders.items()
    }
    os.close(theirs)
    try:
        drawn = read_terminal(own)
        piped, _ = processes["piped"].communicate(timeout=PATIENCE)
        said = {"piped": piped.decode(), "drawn": drawn.decode()}
        yield {
            name: Demo(process.wait(PATIENCE), said[name], list(folders[name].rglob("*")))
            for name, process in processes.items()
        }
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def read_terminal(end: int) -> bytes:
    """All that is written to a terminal, until its last writer is gone."""
    pieces = []
    with os.fdopen(end, "rb", buffering=0) as stream:
        while True:
            try:
                piece = stream.read(65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not piece:
                break
            pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.xdist_group("demo")
@pytest.mark.journey
@pytest.mark.parametrize("name", ["piped", "drawn"])
def test_the_demo_ends_by_itself_and_shows_the_main_job(demos: dict[str, Demo], name: str):
    demo = demos[name]
    assert demo.code == 0, demo.said
    assert demo.said.count("🆕") >= 3
    assert "$ interopwatch timeline taobao wechat-pay" in demo.said
    assert "$ interopwatch matrix" in demo.said
    assert "INTEROPWATCH_TELEGRAM_TOKEN" in demo.said
    assert "Traceback" not in demo.said


@pytest.mark.xdist_group("demo")
@pytest.mark.journey
@pytest.mark.parametrize("name", ["piped", "drawn"])
def test_the_demo_leaves_no_file_behind(demos: dict[str, Demo], name: str):
    assert demos[name].left == []


@pytest.mark.xdist_group("demo")
@pytest.mark.journey
def test_the_demo_draws_its_progress_on_a_terminal_only(demos: dict[str, Demo]):
    assert "news world" in demos["drawn"].said
    assert "\x1b[" in demos["drawn"].said
    assert "news world" not in demos["piped"].said
    assert "\x1b" not in demos["piped"].said


@pytest.mark.xdist_group("demo")
@pytest.mark.journey
def test_the_demo_tells_nothing_twice(demos: dict[str, Demo]):
    """An alert that changed is shown as an edit, and says so in the line above."""
    lines = demos["piped"].said.splitlines()
    alerts = [
        tuple(lines[at : at + 3])
        for at, line in enumerate(lines)
        if "🆕" in line and not lines[at - 1].startswith("✎")
    ]
    assert len(alerts) == len(set(alerts)) >= 3


def test_the_demo_is_the_daemon_but_for_store_network_and_courtesy(tmp_path: Path):
    demo, usual = demo_settings(tmp_path).model_dump(), Settings().model_dump()
    sections = {name for name, value in usual.items() if isinstance(value, dict)}
    differing = {name for name in usual if name not in sections and demo[name] != usual[name]}
    differing |= {
        f"{section}.{name}"
        for section in sections
        for name, value in usual[section].items()
        if demo[section][name] != value
    }
    assert differing == {"database_url", "crawl.allow_networks", "crawl.host_delay_seconds"}


def test_the_outlets_of_the_demo_are_sources_like_any_other():
    with NewsSite() as site:
        specs = demo_sources(site)
    assert {spec.slug for spec in specs} == {outlet.slug for outlet in site.world.outlets}
    assert {feed.kind.value for spec in specs for feed in spec.feeds} >= {
        "rss",
        "sitemap",
        "listing",
    }


# ── crawl ──────────────────────────────────────────────────────────────────────────────────────


def broken_sources(site: Site) -> list[SourceSpec]:
    """Outlets whose feeds are not there, fail, and are no feeds."""
    addresses = {
        "gone": site.put("/gone.xml", "nothing here", status=404),
        "failing": site.put("/failing.xml", "oops", status=500),
        "garbled": site.put("/garbled.xml", "this is no feed"),
        "resting": site.put("/resting.xml", rss([])),
        "poor": site.put(
            "/poor.xml", rss([site.put("/empty.html", "<title>WeChat Pay</title><p>none")])
        ),
    }
    return [
        SourceSpec.model_validate(
            {
                "slug": slug,
                "name": slug,
                "homepage": site.url,
                "enabled": slug != "resting",
                "feeds": [{"url": url}],
            }
        )
        for slug, url in addresses.items()
    ]


@dataclass
class Crawls:
    """One dry run and one real run over the same sources, and a few that cannot be."""

    dry: list[dict[str, Any]]
    dry_store: dict[str, list[Any]]
    real: list[dict[str, Any]]
    store: dict[str, list[Any]]
    unknown: subprocess.CompletedProcess[str]
    off: subprocess.CompletedProcess[str]


TABLES = ("article", "crawlrun", "rejection", "claim", "event", "stagechange", "delivery")
NAMED = ("nanan-biji", "pacific-ledger", "gone", "failing", "garbled", "poor")


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    folder = tmp_path_factory.mktemp("crawls")
    file = folder / "watch.db"

    def stored() -> dict[str, list[Any]]:
        found = {table: rows(file, f"SELECT * FROM {table}") for table in TABLES}
        return found | {"feed": rows(file, "SELECT url, etag, next_due, failures FROM feed")}

    with NewsSite() as news, Site() as site:
        news.publish(3)
        config = write_config(folder / "config", [*demo_sources(news), *broken_sources(site)])
        settings: dict[str, Any] = {"config_dir": config, "database_url": f"sqlite:///{file}"}

        def crawl(*words: str) -> subprocess.CompletedProcess[str]:
            return call("crawl", *words, "-o", "json", cwd=folder, **settings)

        dry = crawl(*NAMED, "--dry-run")
        assert dry.returncode == 6, dry.stderr  # some feeds of the site fail
        dry_store = stored()
        real = crawl(*NAMED)
        assert real.returncode == 6, real.stderr
        unknown = crawl("nanan-bij")
        off = crawl("resting")
    return Crawls(
        json.loads(dry.stdout), dry_store, json.loads(real.stdout), stored(), unknown, off
    )


def by_source(reports: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {report["source"]: report for report in reports}


@pytest.mark.xdist_group("crawl")
@pytest.mark.journey
def test_only_the_named_sources_are_read(crawls: Crawls):
    assert set(by_source(crawls.real)) == set(by_source(crawls.dry)) == set(NAMED)


@pytest.mark.xdist_group("crawl")
@pytest.mark.journey
def test_a_source_that_is_off_says_so(crawls: Crawls):
    assert crawls.off.returncode == 1
    assert crawls.off.stdout == ""
    assert "resting is off; turn on: interopwatch sources enable resting" in crawls.off.stderr


def test_sources_that_are_off_are_named_beside_those_that_are_read(
    capsys: pytest.CaptureFixture[str],
):
    tell_of_those_off(["one", "two", "three", "two"], {"one"})
    assert "two, three are off; turn on: interopwatch sources enable two three" in (
        capsys.readouterr().err
    )
    tell_of_those_off([], {"one"})
    tell_of_those_off(["one"], {"one"})
    assert capsys.readouterr().err == ""


@pytest.mark.xdist_group("crawl")
@pytest.mark.journey
def test_a_crawl_stores_and_follows(crawls: Crawls):
    report = by_source(crawls.real)["nanan-biji"]
    assert report["status"] == "ok"
    assert report["stored"] == report["seen"] > 0
    assert len(crawls.store["article"]) == sum(one["stored"] for one in crawls.real)
    assert crawls.store["event"] != []


@pytest.mark.xdist_group("crawl")
@pytest.mark.journey
def test_a_dry_run_says_the_same_and_stores_nothing(crawls: Crawls):
    dry, real = by_source(crawls.dry), by_source(crawls.real)
    assert {slug: one["status"] for slug, one in dry.items()} == {
        slug: one["status"] for slug, one in real.items()
    }
    assert dry["nanan-biji"]["seen"] == real["nanan-biji"]["seen"]
    assert {page["title"] for page in dry["nanan-biji"]["pages"]} == {
        page["title"] for page in real["nanan-biji"]["pages"]
    }
    assert {table: crawls.dry_store[table] for table in TABLES} == {t: [] for t in TABLES}
    assert {tuple(feed[1:]) for feed in crawls.dry_store["feed"]} == {(None, None, 0)}


@pytest.mark.xdist_group("crawl")
@pytest.mark.journey
@pytest.mark.parametrize(
    ("slug", "said"), [("gone", "404"), ("failing", "500"), ("garbled", "feed")]
)
def test_a_feed_that_fails_is_shown_with_the_reason(crawls: Crawls, slug: str, said: str):
    report = by_source(crawls.real)[slug]
    assert report["status"] == "failed"
    assert said in report["error"]


@pytest.mark.xdist_group("crawl")
@pytest.mark.journey
def test_a_page_without_an_article_is_shown_with_the_reason(crawls: Crawls):
    report = by_source(crawls.real)["poor"]
    assert (report["status"], report["rejected"]) == ("ok", 1)
    (page,) = report["pages"]
    assert page["outcome"] == "no-article"


@pytest.mark.xdist_group("crawl")
@pytest.mark.journey
def test_an_unknown_source_is_answered_with_a_near_one(crawls: Crawls):
    assert crawls.unknown.returncode == 1
    said = "interopwatch: there is no source 'nanan-bij'; did you mean nanan-biji?"
    assert crawls.unknown.stderr.splitlines()[-1] == said


def test_a_command_beside_the_daemon_leaves_its_subscriptions_alone(tmp_path: Path):
    """It may be typed where the token is not set."""
    telegram = {"token": SecretStr("1:x"), "chats": (Chat(chat=5),)}
    daemon = installed(tmp_path, telegram=Telegram(**telegram))  # type: ignore[arg-type]
    prepare(daemon)
    daemon.close()
    beside = installed(tmp_path)
    prepare(beside, keep=True)
    assert subscriptions(beside) == [("telegram", "5", True)]
    prepare(beside)
    assert subscriptions(beside) == [("telegram", "5", False), ("console", "console", True)]
    beside.close()


def test_where_nobody_is_subscribed_a_crawl_subscribes_who_is_configured(tmp_path: Path):
    installation = installed(tmp_path)
    prepare(installation, keep=True)
    assert subscriptions(installation) == [("console", "console", True)]
    installation.close()


def subscriptions(installation: Installation) -> list[tuple[str, str, bool]]:
    with installation.database().read() as session:
        found = session.exec(select(Subscription).order_by(col(Subscription.id)))
        return [(row.channel, row.address, row.active) for row in found]


@pytest.mark.parametrize("words", ["events", "sources health", "db backup", "db vacuum"])
def test_asking_a_store_that_is_not_there_makes_none(words: str, tmp_path: Path):
    result = invoke(installed(tmp_path / "typo"), *words.split())
    assert result.exit_code == 5
    assert "there is no database" in result.stderr
    assert list(tmp_path.iterdir()) == []


# ── health ─────────────────────────────────────────────────────────────────────────────────────


def at(installation: Installation, now: datetime) -> Installation:
    installation.clock = lambda: now
    return installation


def test_health_before_anything_ran_is_bad_and_makes_no_file(tmp_path: Path):
    result = invoke(installed(tmp_path), "health")
    assert isinstance(result.exception, InteropwatchError)
    assert result.exception.exit_code == 1
    assert "unhealthy" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_health_of_a_new_database_is_bad(tmp_path: Path):
    installation = installed(tmp_path)
    assert invoke(installation, "db", "upgrade").exit_code == 0
    result = invoke(installation, "health")
    assert str(result.exception) == "unhealthy: no loop has started"


def test_health_is_good_until_a_loop_is_silent_for_long(tmp_path: Path):
    installation = at(installed(tmp_path), NOW)
    prepare(installation)
    with installation.database().write() as session:
        begin(session, ["sender", "follower"], NOW)
    result = invoke(installation, "health")
    assert (result.exit_code, result.stdout) == (0, "healthy\n")
    result = invoke(at(installation, NOW + timedelta(minutes=10)), "health")
    assert isinstance(result.exception, InteropwatchError)
    assert str(result.exception) == (
        "unhealthy: follower (last 2024-09-30 12:00:00Z), sender (last 2024-09-30 12:00:00Z)"
    )


# ── the database ───────────────────────────────────────────────────────────────────────────────


def test_the_database_says_where_it_stands_and_is_brought_up_to_date(tmp_path: Path):
    installation = installed(tmp_path)
    [before] = json.loads(invoke(installation, "db", "status", "-o", "json").stdout)
    head = before["newest"]
    assert (before["schema"], before["pending"][0], before["bytes"]) == (None, "0001", 0)
    assert list(tmp_path.iterdir()) == []  # asking made none
    [done] = json.loads(invoke(installation, "db", "upgrade", "-o", "json").stdout)
    assert (done["before"], done["now"], done["applied"]) == (None, head, before["pending"])
    [after] = json.loads(invoke(installation, "db", "status", "-o", "json").stdout)
    assert (after["schema"], after["pending"]) == (head, [])
    [again] = json.loads(invoke(installation, "db", "upgrade", "-o", "json").stdout)
    assert (again["before"], again["applied"]) == (head, [])


def test_a_newer_database_is_refused_by_everything(tmp_path: Path):
    installation = installed(tmp_path)
    prepare(installation)
    with installation.any_database().engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for words in (["db", "upgrade"], ["db", "status"], ["events"]):
        result = invoke(installation, *words)
        error = result.exception
        code = error.exit_code if isinstance(error, SchemaError) else result.exit_code
        assert code == SchemaError.exit_code, words
        assert "revision 9999" in f"{error}{result.stderr}"


def test_a_query_before_the_first_run_says_what_to_do(tmp_path: Path):
    result = invoke(installed(tmp_path), "events")
    assert result.exit_code == SchemaError.exit_code
    assert "interopwatch db upgrade" in result.stderr


# ── the rest of the root ───────────────────────────────────────────────────────────────────────


def test_the_way_out_is_telegram_with_a_token_and_the_console_without():
    assert list(channels_of(Installation(settings=Settings()))) == ["console"]
    token = Telegram(token=SecretStr("1:x"))
    assert list(channels_of(Installation(settings=Settings(telegram=token)))) == ["telegram"]


def test_own_files_come_after_the_packaged_ones(tmp_path: Path):
    (tmp_path / "platforms").mkdir()
    installation = Installation(tmp_path)
    assert [folder.parent.name for folder in installation.folders("platforms")] == [
        "config",
        tmp_path.name,
    ]
    assert len(installation.folders("rules")) == 1


def test_an_installation_lets_go_of_its_database_once(tmp_path: Path):
    installation = installed(tmp_path)
    assert isinstance(installation.any_database(), Database)
    assert installation.any_database() is installation.any_database()
    installation.close()
    installation.close()


def test_errors_that_a_person_can_mend_come_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def failing() -> None:
        raise ConfigError("mend me", file=Path("x.yaml"), line=3, column=5)

    monkeypatch.setattr(interopwatch, "app", failing)
    with pytest.raises(SystemExit) as ended:
        interopwatch.main()
    assert ended.value.code == 4
    assert capsys.readouterr().err == "interopwatch: x.yaml:3:5: mend me\n"


def test_a_full_disk_is_said_in_words(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def failing() -> None:
        full = sqlite_library().OperationalError("database or disk is full")
        full.sqlite_errorcode = 13
        raise OperationalError("INSERT", None, full)

    monkeypatch.setattr(interopwatch, "app", failing)
    with pytest.raises(SystemExit) as ended:
        interopwatch.main()
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n")) == (1, 1)
    assert "interopwatch: the store could not be used: database or disk is full." in said


def test_what_is_no_trouble_of_the_store_is_a_mistake_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing() -> None:
        raise LookupError("a mistake")

    monkeypatch.setattr(interopwatch, "app", failing)
    with pytest.raises(LookupError, match="a mistake"):
        interopwatch.main()


def test_help_needs_none_of_the_heavy_parts(tmp_path: Path):
    """Help and completion are asked for by hand; they come at once."""
    heavy = {"scrapy", "twisted", "trafilatura", "sqlalchemy", "telegram", "apscheduler", "lxml"}
    code = (
        "import sys, interopwatch\n"
        "try: interopwatch.app(['--help'])\n"
        "except SystemExit: pass\n"
        f"print(sorted({heavy!r} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run(
        [command()[0], "-c", code], cwd=tmp_path, env=environment(), capture_output=True,
        text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert "demo" in done.stdout
    assert done.stderr.splitlines()[-1] == "[]"
