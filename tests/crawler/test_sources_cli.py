"""The commands for sources, in a process of their own where they fetch something."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from config.errors import SchemaError
from config.load import load_sources, source_dirs
from config.settings import Settings
from crawler.opml import read_opml
from crawler.sources_cli import FAILED, app
from storage.database import Database
from storage.feeds import enabled_feeds, sync_sources
from storage.models import RunStatus
from storage.notices import FAILURES, review
from storage.runs import RunResult, finish_run
from tests.crawler.conftest import NOW
from tests.fakes.rows import begin_run
from tests.fakes.site import Site, article, rss

ROOT = Path(__file__).parents[2]


class Given:
    """What the composition root hands over, with a store only where a test has one."""

    def __init__(self, folder: Path | None, database: Database | None = None) -> None:
        self.settings = Settings(config_dir=folder)
        self._database = database

    @property
    def sources(self):
        return load_sources(source_dirs(self.settings))

    def database(self) -> Database:
        if self._database is None:
            raise SchemaError("there is none")
        return self._database

    def clock(self) -> datetime:
        return NOW


def ask(given: Given, *words: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["sources", *words], obj=given, input=stdin)


def answer(given: Given, *words: str, stdin: str | None = None) -> list[dict[str, Any]]:
    result = ask(given, *words, "-o", "json", stdin=stdin)
    assert result.exit_code == 0, result.output
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    return rows


def in_a_process(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    mine = {
        "INTEROPWATCH_CONFIG_DIR": str(folder),
        "INTEROPWATCH_DATABASE_URL": f"sqlite:///{folder}/none.db",
        "INTEROPWATCH_CRAWL_ALLOW_NETWORKS": '["127.0.0.0/8"]',
        "INTEROPWATCH_CRAWL_HOST_DELAY_SECONDS": "0",
    }
    command = [sys.executable, "-c", "from interopwatch import main; main()", "sources", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **mine}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def outlet(folder: Path, slug: str, *feeds: str, enabled: bool = True) -> None:
    lines = "".join(f"  - url: {feed}\n" for feed in feeds)
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / f"{slug}.yaml").write_text(
        f"slug: {slug}\nname: {slug}\nhomepage: http://127.0.0.1/\nenabled: {str(enabled).lower()}\n"
        f"feeds:\n{lines}",
        encoding="utf-8",
    )


COMMANDS = sorted(get_command(app).commands["sources"].commands)  # type: ignore[attr-defined]


def test_the_group_has_all_its_commands() -> None:
    assert COMMANDS == [
        "add", "check", "disable", "enable", "export", "health", "import", "list", "rejections",
    ]  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_ends_with_three_examples(name: str) -> None:
    last = [line.strip() for line in ask(Given(None), name, "--help").stdout.splitlines()[-3:]]
    assert all(line.startswith(f"interopwatch sources {name}") for line in last)


def test_the_list_needs_no_store() -> None:
    rows = {row["source"]: row for row in answer(Given(None), "list")}
    assert rows["heise"]["enabled"] is True
    assert rows["36kr"]["enabled"] is False
    assert rows["cna-taiwan"]["feeds"] == 3
    assert rows["heise"]["status"] is None
    assert {row["language"] for row in answer(Given(None), "list", "--lang", "zh")} == {
        "zh-Hans",
        "zh-Hant",
    }


def test_the_list_tells_how_sources_are_doing(database: Database) -> None:
    given = Given(None, database)
    with database.write() as session:
        sync_sources(session, given.sources)
        (heise,) = enabled_feeds(session, ["heise"])
        (golem,) = enabled_feeds(session, ["medianama"])
        ok = RunResult(RunStatus.OK, seen=3, stored=2, newest_entry=NOW)
        finish_run(session, begin_run(session, heise.id or 0, NOW), ok, NOW)
        failed = RunResult(RunStatus.FAILED, error="http 500")
        for _ in range(FAILURES):
            finish_run(session, begin_run(session, golem.id or 0, NOW), failed, NOW)
        review(session, [golem.id or 0], NOW)
    rows = {row["source"]: row for row in answer(given, "list")}
    assert (rows["heise"]["status"], rows["heise"]["articles"]) == ("ok", 2)
    assert rows["heise"]["newest_entry"] == "2024-09-28T12:00:00Z"
    assert rows["medianama"]["status"] == "failed"
    assert rows["medianama"]["notices"] == "failing: failed 5 times in a row: http 500"


def test_sources_are_turned_on_and_off_by_files(tmp_path: Path) -> None:
    given = Given(tmp_path)
    rows = answer(given, "enable", "36kr", "heise")
    assert [(row["source"], row["changed"]) for row in rows] == [("36kr", True), ("heise", False)]
    assert rows[0]["file"] == str(tmp_path / "sources" / "36kr.yaml")
    answer(given, "disable", "heise")
    enabled = {spec.slug: spec.enabled for spec in given.sources}
    assert (enabled["36kr"], enabled["heise"]) == (True, False)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["enable", "36kr"], 4, "INTEROPWATCH_CONFIG_DIR=FOLDER"),
        (["add", "https://e.org/"], 4, "INTEROPWATCH_CONFIG_DIR=FOLDER"),
        (["import", "-"], 4, "INTEROPWATCH_CONFIG_DIR=FOLDER"),
        (["check", "36krr"], 1, "there is no source '36krr'; did you mean 36kr?"),
        (["export", "36krr"], 1, "did you mean 36kr?"),
        (["import", "/none/list.opml", "--dry-run"], 1, "cannot read /none/list.opml"),
        (["add", "https://e.org/", "--zone", "Asia/Tokio", "--dry-run"], 1, "is no time zone"),
    ],
)
def test_what_cannot_be_done_is_said(words: list[str], code: int, said: str) -> None:
    result = ask(Given(None), *words)
    assert result.exit_code == code
    assert said in result.stderr


def test_nothing_is_written_if_one_of_several_is_unknown(tmp_path: Path) -> None:
    assert ask(Given(tmp_path), "enable", "36kr", "nobody").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_exported_can_be_imported(tmp_path: Path) -> None:
    there = Given(tmp_path / "there")
    (tmp_path / "there").mkdir()
    outlet(tmp_path / "there", "paper", "https://paper.example/a", "https://paper.example/b")
    text = ask(there, "export", "paper").stdout
    (tmp_path / "here").mkdir()
    here = Given(tmp_path / "here")
    rows = answer(here, "import", "-", stdin=text)
    assert [(row["source"], row["outcome"]) for row in rows] == [("paper", "added")] * 2
    (before,), (after,) = (
        [spec for spec in given.sources if spec.slug == "paper"] for given in (there, here)
    )
    assert before == after
    assert {row["outcome"] for row in answer(here, "import", "-", stdin=text)} == {"known"}


def test_an_export_holds_what_is_on_and_says_what_it_leaves_out() -> None:
    result = ask(Given(None), "export")
    slugs = {outline.slug for outline in read_opml(result.stdout.encode())}
    assert "heise" in slugs
    assert "36kr" not in slugs
    everything = ask(Given(None), "export", "--all")
    assert "36kr" in {outline.slug for outline in read_opml(everything.stdout.encode())}
    assert "sitemaps, listings and APIs" in everything.stderr


LIST = """<opml version="2.0"><body>
<outline text="Heise" xmlUrl="https://www.heise.de/rss/heise-atom.xml"/>
<outline text="Blatt" xmlUrl="https://blatt.example.de/feed" htmlUrl="https://blatt.example.de/" language="de-DE"/>
<outline text="報" xmlUrl="https://bao.example.tw/feed" language="zh-TW"/>
<outline text="Heise Fork" xmlUrl="https://heise.example/feed" htmlUrl="https://heise.example/"/>
<outline xmlUrl="https://plain.example/one"/><outline xmlUrl="https://plain.example/two"/>
<outline text="bad" xmlUrl="https://[bad/feed"/></body></opml>"""


def test_a_list_of_another_reader_becomes_sources(tmp_path: Path) -> None:
    given = Given(tmp_path)
    before = answer(given, "import", "-", "--dry-run", stdin=LIST)
    rows = answer(given, "import", "-", stdin=LIST)
    assert [row["outcome"] for row in before] == [row["outcome"] for row in rows]
    assert [row["outcome"].partition(":")[0] for row in rows] == [
        "known", "added", "added", "added", "added", "added", "refused",
    ]  # fmt: skip
    found = {spec.slug: spec for spec in given.sources}
    blatt = found[rows[1]["source"]]
    assert (blatt.language, blatt.timezone) == ("de", "Europe/Berlin")
    bao = found[rows[2]["source"]]
    assert (bao.name, bao.language, bao.timezone) == ("報", "zh-Hant", "Asia/Taipei")
    assert rows[3]["source"] == "heise-2"


def test_check_tells_of_every_feed_and_ends_with_6_if_one_failed(
    site: Site, tmp_path: Path
) -> None:
    site.put("/a", article("Taobao takes WeChat Pay"))
    good, bad = site.put("/good", rss([f"{site.url}/a"])), site.put("/bad", status=500)
    outlet(tmp_path, "good", good)
    outlet(tmp_path, "bad", bad, enabled=False)
    one = in_a_process(tmp_path, "check", "good", "-o", "json")
    assert one.returncode == 0, one.stderr
    (row,) = json.loads(one.stdout)
    assert (row["ok"], row["status"], row["robots"], row["entries"]) == (True, 200, "allowed", 1)
    assert row["title"] == "Taobao takes WeChat Pay"
    both = in_a_process(tmp_path, "check", "bad", "good")
    assert both.returncode == FAILED
    assert "http 500" in both.stdout
    assert "bad\trss\tfailed" in both.stdout.replace("false\t", "")
    assert "1 of 2 feeds did not lead to an article" in both.stderr
    assert not (tmp_path / "none.db").exists()


def test_add_finds_a_feed_and_writes_its_file(site: Site, tmp_path: Path) -> None:
    site.put("/a", article())
    feed = site.put("/news", rss([f"{site.url}/a"]))
    link = "<link rel='alternate' type='application/atom+xml' href='/news'>"
    home = site.put("/", f"<html><head><title>Paper | all news</title>{link}</head></html>")
    dry = in_a_process(tmp_path, "add", home, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert list(tmp_path.iterdir()) == []
    done = in_a_process(tmp_path, "add", home, "--zone", "Asia/Tokyo", "-o", "json")
    assert done.returncode == 0, done.stderr
    assert f"wrote {tmp_path / 'sources' / '127-0-0-1.yaml'}" in done.stderr
    (row,) = json.loads(done.stdout)
    assert (row["chosen"], row["found_by"], row["url"]) == (True, "link", feed)
    (spec,) = load_sources([tmp_path / "sources"])
    assert (spec.name, spec.language, spec.timezone) == ("Paper", "en", "Asia/Tokyo")
    again = in_a_process(tmp_path, "add", home)
    assert again.returncode == 1
    assert f"{feed} is a feed of 127-0-0-1 already, which is on" in again.stderr


def test_add_says_what_it_tried_in_vain(site: Site, tmp_path: Path) -> None:
    home = site.put("/", "<html><body>nothing</body></html>")
    done = in_a_process(tmp_path, "add", home)
    assert done.returncode == 1
    assert "no feed and no sitemap of" in done.stderr
    assert "write a listing by hand" in done.stderr
