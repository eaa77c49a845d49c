import csv
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlmodel import Session
from typer.main import get_command
from typer.testing import CliRunner, Result

from storage import options
from storage.cli import app
from storage.models import Article
from tests.storage.shelf import NOW, Shelf, article, fill, filled

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.usefixtures("reads_english")


def ask(shelf: Shelf, *arguments: str, piped: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), obj=shelf, input=piped)


def answer(shelf: Shelf, *arguments: str) -> list[dict[str, Any]]:
    result = ask(shelf, *arguments, "-o", "json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def ids(shelf: Shelf, *arguments: str) -> list[str]:
    result = ask(shelf, *arguments, "-o", "ids")
    assert result.exit_code == 0, result.output
    return result.stdout.split()


def every_command() -> Iterator[tuple[str, str]]:
    def walk(command, path: str) -> Iterator[tuple[str, str]]:
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, f"{path} {name}".strip())
        if not hasattr(command, "commands"):
            yield path, command.epilog

    yield from walk(get_command(app), "")


COMMANDS = dict(every_command())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_ends_with_three_examples(name, shelf) -> None:
    result = ask(shelf, *name.split(), "--help")
    last = [line.strip() for line in result.stdout.splitlines()[-3:]]
    assert all(line.startswith(f"interopwatch {name}") for line in last)


@pytest.mark.parametrize(
    "example",
    [
        line.strip()
        for epilog in COMMANDS.values()
        for line in epilog.splitlines()
        if line.strip().startswith("interopwatch ")
    ],
)
def test_every_example_works(example, shelf, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = ask(shelf, *shlex.split(example)[1:])
    assert result.exit_code == 0, result.output


def test_events_are_listed_with_independent_sources(shelf) -> None:
    first, second = answer(shelf, "events")
    assert (first["id"], first["stage"], first["sources"], first["articles"]) == (
        "E17", "announced", 2, 3,
    )  # fmt: skip
    assert first["languages"] == ["ja", "zh-Hans"]
    assert first["last_seen"] == "2024-09-05T04:00:00Z"
    assert [opening["host"] for opening in first["openings"]] == ["taobao", "tmall"]
    assert second["id"] == "E18"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("--stage live", "E18"),
        ("--stage rumour", ""),
        ("--platform 微信支付", "E17"),
        ("--platform tmall", "E17"),
        ("--platform alibaba", "E17 E18"),
        ("--capability links", "E18"),
        ("--platform taobao --capability payment", "E17"),
        ("--lang zh-Hans", "E17"),
        ("--lang zh", "E17"),
        ("--lang ZH-hans", "E17"),
        ("--lang ja", "E17 E18"),
        ("--source 36kr", "E17"),
        ("--since 2024-09-02", "E17"),
        ("--since 26d", "E17"),
        ("--until 2024-09-01", "E18"),
        ("--until 2024-08", ""),
        ("--since 2024 --until 2024", "E17 E18"),
        ("--limit 1", "E17"),
        ("--after E17", "E18"),
        ("--after 18", ""),
    ],
)
def test_events_can_be_narrowed_down(filters, found, shelf) -> None:
    assert ids(shelf, "events", *filters.split()) == found.split()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", "4 3 2 1"),
        ("--platform taobao", "2 1"),
        ("--platform tencent", "4 1"),
        ("--lang ja", "4 2"),
        ("--source portal", "3"),
        ("--stage test", "2 1"),
        ("--since 2024-09-05", "3"),
        ("--until 2024-09-01", "4"),
        ("--limit 1 --after 3", "2"),
    ],
)
def test_articles_can_be_narrowed_down(filters, found, shelf) -> None:
    assert ids(shelf, "articles", *filters.split()) == found.split()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", "6 5 4 3 2 1"),
        ("--platform tmall", "4"),
        ("--stage test", "3 2"),
        ("--source 36kr", "2 1"),
        ("--lang ja --capability payment", "4 3"),
        ("--since 2024-09-04 --until 2024-09-04", "4 3 2 1"),
        ("--limit 2 --after 5", "4 3"),
    ],
)
def test_claims_can_be_narrowed_down(filters, found, shelf) -> None:
    assert ids(shelf, "claims", *filters.split()) == found.split()


@pytest.mark.parametrize("command", ["events", "articles", "claims"])
def test_pages_follow_each_other_without_gap_or_repetition(command, shelf) -> None:
    everything = ids(shelf, command)
    pages: list[str] = []
    after: list[str] = []
    while True:
        result = ask(shelf, command, "--limit", "1", "-o", "ids", *after)
        pages += result.stdout.split()
        if "there is more" not in result.stderr:
            break
        after = result.stderr.split()[-2:]
    assert pages == everything


def test_an_event_shows_everything_that_is_known_of_it(shelf) -> None:
    result = ask(shelf, "event", "e17", "-o", "json")
    event = json.loads(result.stdout)
    assert [one["stage"] for one in event["stages"]] == ["announced"]
    assert [(one["source"], one["copies_of"]) for one in event["told_by"]] == [
        ("36kr", []), ("nikkei", []), ("portal", ["36kr"]),
    ]  # fmt: skip
    first = event["claims"][0]
    assert (first["quote"], first["planned"]) == ("淘宝计划新增微信支付", "2024-09-30")
    assert first["reasons"] == ["frame:support"]
    assert first["url"] == "https://36kr.example/1"

    table = ask(shelf, "event", "17", "-o", "table").stdout
    for part in ("openings", "stages", "told_by", "claims", "2022年3月内测"):
        assert part in table


def test_a_merged_event_leads_to_the_one_that_holds_it(shelf) -> None:
    result = ask(shelf, "event", "E12", "-o", "json")
    assert json.loads(result.stdout)["id"] == "E17"
    assert result.stderr == "E12 was merged into E17\n"


def test_the_timeline_keeps_contradicting_dates_side_by_side(shelf) -> None:
    test, announced, plan = answer(shelf, "timeline", "taobao", "微信支付")
    assert (test["date"], test["disputed"]) == (["2022-02", "2022-03"], True)
    assert test["said"] == ["2022-02: nikkei", "2022-03: 36kr"]
    assert test["marks"] == ["background", "disputed"]
    assert {one["url"] for one in test["evidence"]} == {
        "https://36kr.example/1", "https://nikkei.example/2",
    }  # fmt: skip
    assert (announced["date"], announced["sources"]) == (["2024-09-04"], 1)
    assert (plan["planned"], plan["stage"], plan["date"]) == (True, "live", ["2024-09-30"])


@pytest.mark.parametrize(
    ("arguments", "stages"),
    [
        ("alibaba tencent", "live test announced live"),
        ("taobao wechat", "live"),
        ("tmall", "announced"),
        ("taobao --stage test", "test"),
        ("taobao --lang ja", "live test"),
        ("taobao --source 36kr --stage announced", "announced"),
        ("taobao --capability links", "live"),
        ("taobao --since 2022-03 --until 2024-09-04", "test announced"),
        ("taobao --limit 1", "live"),
        ("tmall wechat", ""),
    ],
)
def test_timelines_can_be_narrowed_down(arguments, stages, shelf) -> None:
    steps = answer(shelf, "timeline", *arguments.split())
    assert [step["stage"] for step in steps] == stages.split()


def test_one_step_of_several_hosts_is_one_line(shelf) -> None:
    steps = answer(shelf, "timeline", "alibaba", "--stage", "announced")
    assert [step["hosts"] for step in steps] == [["taobao", "tmall"]]
    table = ask(shelf, "timeline", "alibaba", "-o", "table").stdout
    assert "taobao, tmall → wechat-pay" in table
    assert "2022-02: nikkei" in table


def test_the_matrix_as_of_today_and_of_a_day(shelf) -> None:
    cells = {(one["host"], one["guest"]): one for one in answer(shelf, "matrix")}
    pay = cells["taobao", "wechat-pay"]
    assert (pay["stage"], pay["since"], pay["planned"]) == (
        "announced", ["2024-09-04"], ["2024-09-30"],
    )  # fmt: skip
    assert (pay["sources"], pay["disputed"], pay["event"]) == (1, True, "E17")
    assert not cells["wechat", "taobao"]["disputed"]
    [links, earlier] = sorted(
        answer(shelf, "matrix", "--at", "2022"), key=lambda one: one["stage"]
    )
    assert (earlier["stage"], earlier["since"]) == ("test", ["2022-02", "2022-03"])
    assert links["capability"] == "links"
    assert answer(shelf, "matrix", "--at", "2020-12-31") == []
    assert ids(shelf, "matrix", "--capability", "links") == ["E18"]
    assert ids(shelf, "matrix", "--platform", "tmall") == ["E17"]
    assert ids(shelf, "matrix", "--stage", "live") == ["E18"]


def test_deliveries_show_what_failed_and_send_it_again(tmp_path) -> None:
    shelf = filled(tmp_path)
    [failed] = answer(shelf, "deliveries", "--failed")
    assert (failed["event"], failed["error"]) == ("E17", "Forbidden: bot was kicked")
    [owed] = answer(shelf, "deliveries", "--retry", "1")
    assert (owed["status"], owed["due_at"]) == ("pending", "2024-09-30T12:00:00Z")
    assert answer(shelf, "deliveries", "--failed") == []
    assert len(answer(shelf, "deliveries")) == 1
    result = ask(shelf, "deliveries", "--retry", "9")
    assert (result.exit_code, result.stdout) == (1, "")
    shelf.close()


def test_the_health_of_sources(shelf) -> None:
    health = json.loads(ask(shelf, "sources", "health", "-o", "json").stdout)
    good, bad = health["feeds"]
    assert (good["status"], good["articles"], good["rejected"]) == ("ok", 3, 1)
    assert good["last_success"] == "2024-09-29T04:00:00Z"
    assert (bad["failures"], bad["last_error"]) == (3, "HTTP 503")
    assert [one["reason"] for one in health["rejections"]] == ["no-article"]
    table = ask(shelf, "sources", "health", "-o", "table").stdout
    assert "HTTP 503" in table
    assert "a page of links" in table
    assert len(ids(shelf, "sources", "health", "--source", "36kr")) == 1
    assert ids(shelf, "sources", "rejections") == ["1"]
    assert ids(shelf, "sources", "rejections", "--source", "nikkei") == []


@pytest.mark.postgresql
def test_postgresql_answers_as_sqlite_does(shelf, postgresql_database) -> None:
    fill(postgresql_database)
    other = Shelf(postgresql_database.url.render_as_string(hide_password=False))
    for question in (
        "events --platform alibaba --lang zh --since 2024 --capability payment",
        "events --source nikkei --after E17",
        "event E17",
        "timeline alibaba tencent",
        "matrix --at 2024",
        "articles --platform tencent --stage live",
        "articles --until 2024-09-04 --after 4",
        "claims --since 2024-09-04 --stage announced",
        "deliveries --failed",
        "sources health",
        "sources rejections",
    ):
        told = ask(other, *question.split(), "-o", "json")
        assert (told.exit_code, told.stdout) == (
            0,
            ask(shelf, *question.split(), "-o", "json").stdout,
        )
    near = ask(other, "event", "E16").stderr
    assert near == ask(shelf, "event", "E16").stderr
    other.close()


# manners ------------------------------------------------------------------------------------


def test_tables_name_platforms_in_the_readers_language(shelf, monkeypatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "微信支付" in ask(shelf, "events", "-o", "table").stdout
    assert "微信支付" not in ask(shelf, "events", "-o", "csv").stdout


def test_into_a_pipe_goes_plain_tsv(shelf) -> None:
    head, first, *_ = ask(shelf, "events").stdout.splitlines()
    assert head.split("\t")[:3] == ["id", "stage", "host"]
    assert first.split("\t")[:3] == ["E17", "announced", "taobao"]


def test_a_title_cannot_steer_the_terminal(shelf) -> None:
    for form in ("table", "tsv", "md", "csv"):
        assert "\x1b" not in ask(shelf, "articles", "-o", form).stdout
    assert r"\x1b[31mred" in ask(shelf, "articles", "-o", "tsv").stdout


def test_a_quote_cannot_become_a_formula(shelf) -> None:
    text = ask(shelf, "claims", "-o", "csv", "--fields", "quote").stdout
    assert next(csv.DictReader(io.StringIO(text)))["quote"] == "'=リンク"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ("events --stage rumour --fail-empty", 3, ""),
        ("events --fail-empty -o ids", 0, ""),
        ("events --stage rumour -o table", 0, "nothing was found"),
        ("events --platform tabao", 1, "no platform called 'tabao'. Did you mean taobao?"),
        ("timeline taobao tabao", 1, "Did you mean taobao?"),
        ("event E16", 1, "no event E16. Near it are E17, E18, E12."),
        ("events --after E1", 1, "no event E1."),
        ("events --source 36k", 1, "there is no source '36k'; did you mean 36kr?"),
        ("sources health --source xx", 1, "there is no source 'xx'"),
        ("event seventeen", 2, "'seventeen' is no id: write E17 or 17"),
        ("articles E17", 2, "E17 is an event; a number alone is asked for"),
        ("events --since yesterday", 2, "write 12h, 7d, 4w or 2024-09-01, 2024-09 or 2024"),
        ("events --until 2024-02-30", 2, "'2024-02-30' is no time"),
        ("matrix --at soon", 2, "--at"),
        ("events --fields id,stge", 2, "no field 'stge'; did you mean stage?"),
        ("events --fields 42", 2, "there are id, stage"),
        ("events --limit 0", 2, "--limit"),
        ("events --stage livee", 2, "'livee' is none; did you mean live?"),
        ("events -o xml", 2, "'xml' is none; there are table, tsv, json, jsonl, csv, md, ids."),
        ("events --lang jp", 2, "no language 'jp'; there are zh, zh-Hans"),
        ("events --since 2024-09 --until 2024-08", 2, "is over before --since 2024-09 begins"),
        ("timeline taobao --after x", 2, "'x' is no number of steps"),
        ("search taobao -jd", 2, "in one quotation with the others: 'taobao -jd'"),
        ("evnts", 2, "evnts"),
    ],
)
def test_exit_codes_and_what_is_told(arguments, code, told, shelf) -> None:
    result = ask(shelf, *arguments.split())
    assert result.exit_code == code, result.output
    assert told in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert code == 0 or result.stdout in {"", _heads(arguments)}


def _heads(arguments: str) -> str:
    """An empty listing still has its heads."""
    return (
        "id\tstage\thost\tguest\tcapability\tfirst_seen\tlast_seen\tsources\tarticles\tlanguages\n"
        if "--fail-empty" in arguments
        else ""
    )


@pytest.mark.parametrize(
    ("arguments", "piped", "found"),
    [
        ("events -", "E18\nE17\n", "E17 E18"),
        ("events E12", "", "E17"),
        ("events - --stage live", "E17 E18", "E18"),
        ("events - --limit 1 --after E17", "17 18", "E18"),
        ("articles -", "4\n2\n4\n", "4 2"),
        ("articles 1 3 --source portal", "", "3"),
        ("claims -", "6 1", "6 1"),
        ("events -", "", ""),
        ("event -", "", ""),
    ],
)
def test_ids_come_from_the_line_or_from_another_command(arguments, piped, found, shelf) -> None:
    result = ask(shelf, *arguments.split(), "-o", "ids", piped=piped)
    assert (result.exit_code, result.stdout.split()) == (0, found.split()), result.stderr


def test_several_events_are_shown_one_after_the_other(shelf) -> None:
    result = ask(shelf, "event", "-", "-o", "json", piped="E17 18")
    assert [one["id"] for one in json.loads(result.stdout)] == ["E17", "E18"]
    assert [
        one["id"] for one in json.loads(ask(shelf, "event", "-", "-o", "json", piped="E17").stdout)
    ] == ["E17"]
    lines = ask(shelf, "event", "E17", "E18", "-o", "jsonl").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["E17", "E18"]
    assert ask(shelf, "event", "E17", "E18", "-o", "ids").stdout.split() == list("123456")
    table = ask(shelf, "event", "E17", "E18", "-o", "md").stdout
    assert table.count("## claims") == 2


@pytest.mark.parametrize(
    ("arguments", "piped", "code", "found", "told"),
    [
        ("events - -o ids", "E17 E99", 6, "E17", "no event E99."),
        ("event E18 E99 -o ids", "", 6, "6", "no event E99."),
        ("articles 1 77 -o ids", "", 6, "1", "no article 77"),
        ("articles 77 -o ids", "", 1, "", "no article 77"),
        ("claims 1 77 -o ids", "", 6, "1", "no claim 77"),
        ("events E98 E99 -o ids", "", 1, "", "no event E99."),
        ("events - -o ids", "E17 seventeen", 2, "", "'seventeen' is no id"),
    ],
)
def test_what_was_not_found_is_told_beside_what_was(
    arguments, piped, code, found, told, shelf
) -> None:
    result = ask(shelf, *arguments.split(), piped=piped)
    assert (result.exit_code, result.stdout.split()) == (code, found.split())
    assert told in " ".join(result.stderr.split())


def test_more_ids_than_anybody_means_are_refused(shelf) -> None:
    result = ask(shelf, "events", "-", piped=" ".join(map(str, range(20_000))))
    assert result.exit_code == 2
    assert "20000 ids; 10000 at most" in result.stderr


def test_failed_deliveries_are_piped_into_retry(tmp_path) -> None:
    shelf = filled(tmp_path)
    result = ask(shelf, "deliveries", "--retry", "-", "-o", "ids", piped="1 9")
    assert (result.exit_code, result.stdout) == (6, "1\n")
    assert "no failed delivery 9" in result.stderr
    shelf.close()


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("articles --since 2024-09-05 --tz Asia/Tokyo", "3"),
        ("articles --until 2024-09-04 --tz pacific/kiritimati", "4 2 1"),
        ("articles --since 2024-09-04 --tz america/los_angeles", "3"),
        ("articles --since 2024-09-04", "3 2 1"),
    ],
)
def test_days_are_those_of_the_readers_zone(arguments, found, shelf) -> None:
    assert ids(shelf, *arguments.split()) == found.split()


def test_tables_show_moments_in_the_zone_and_machine_formats_in_utc(shelf) -> None:
    asked = ("sources", "health", "--fields", "last_success", "--tz", "Asia/Tokyo")
    assert "2024-09-29 13:00" in ask(shelf, *asked, "-o", "table").stdout
    assert "2024-09-29T04:00:00Z" in ask(shelf, *asked, "-o", "json").stdout
    assert "2024-09-29 04:00" in ask(shelf, *asked[:-2], "-o", "table").stdout


@pytest.mark.parametrize(
    ("name", "told"),
    [("Asia/Toky", "did you mean Asia/Tokyo"), ("+08:00", "write it like Asia/Shanghai")],
)
def test_an_unknown_zone_is_told_with_near_ones(name, told, shelf) -> None:
    result = ask(shelf, "events", "--tz", name)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("command", "pages"),
    [("timeline alibaba tencent", 4), ("deliveries", 1), ("sources rejections", 1)],
)
def test_everything_that_is_limited_goes_on(command, pages, tmp_path, shelf) -> None:
    everything = answer(shelf, *command.split())
    assert len(everything) == pages
    found: list[dict[str, Any]] = []
    after: list[str] = []
    for _ in range(pages + 1):
        result = ask(shelf, *command.split(), "--limit", "1", "-o", "json", *after)
        found += json.loads(result.stdout)
        if "there is more" not in result.stderr:
            break
        after = result.stderr.split()[-2:]
    assert found == everything


def test_a_rejected_page_that_is_gone_cannot_be_gone_on_from(shelf) -> None:
    result = ask(shelf, "sources", "rejections", "--after", "9")
    assert (result.exit_code, result.stdout) == (1, "")
    assert ask(shelf, "sources", "rejections", "--after", "1", "-o", "ids").stdout == ""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12h", "2024-09-30T00:00"),
        ("7d", "2024-09-23T12:00"),
        ("2w", "2024-09-16T12:00"),
        ("2024-09-01", "2024-09-01T00:00"),
        ("2024-09", "2024-09-01T00:00"),
        ("2024", "2024-01-01T00:00"),
    ],
)
def test_since_when(text, moment) -> None:
    assert options.since(text, NOW) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_the_ends_of_time_are_no_crash() -> None:
    assert options.since("99999w", NOW) is not None
    with pytest.raises(typer.BadParameter):
        options.until("9999")
    assert options.until("2024-02") == datetime(2024, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh_CN.UTF-8", "zh-Hans"),
        ("zh_TW.UTF-8", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("ja_JP", "ja"),
        ("ko", "ko"),
        ("C.UTF-8", "en"),
        ("", "en"),
    ],
)
def test_the_readers_language(name, language, monkeypatch) -> None:
    monkeypatch.setenv("LANG", name)
    assert options.reader_language() == language


# as processes -------------------------------------------------------------------------------

PROCESS = """
import sys
from pathlib import Path
from typing import Any
from storage.cli import app
from tests.storage.shelf import Shelf
app(sys.argv[2:], obj=Shelf(sys.argv[1]), prog_name="interopwatch")
"""


def process(shelf: Shelf, *arguments: str, **more) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, shelf.url, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )


def test_a_reader_that_closes_the_pipe_is_silent(tmp_path) -> None:
    shelf = filled(tmp_path)
    with shelf.database().write() as session:
        _many(session)
    shelf.close()
    with process(shelf, "articles", "--limit", "10000") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().startswith(b"id\tsource")
        running.stdout.close()
        told = running.stderr.read()
        assert (running.wait(60), told) == (0, b"")


def _many(session: Session) -> None:
    session.add_all(
        article(number, "36kr", "zh-Hans", "2024-09-04", "标题" * 50) for number in range(10, 3000)
    )


def test_a_process_with_an_ascii_locale_prints_utf8(shelf) -> None:
    with process(shelf, "articles", "-o", "jsonl", PYTHONIOENCODING="ascii") as running:
        out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")
    assert json.loads(out.decode().splitlines()[-1])["title"] == "淘宝将接入微信支付"


@pytest.mark.parametrize("arguments", ["--help", "events --help", "sources health --help"])
def test_help_imports_nothing_heavy(arguments) -> None:
    program = (
        "import sys\nfrom storage.cli import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'rich', 'scrapy', 'telegram'}\n"
        "print(heavy & set(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments.split()],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stderr == "set()\n"
    assert "Usage:" in done.stdout


def test_the_manual_is_what_the_help_says() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "-P", "--check", "docs/cli.md"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nRun cog -r docs/cli.md"


def test_listings_leave_the_text_of_articles_alone(shelf) -> None:
    """Texts are long, and no listing shows them."""
    from sqlalchemy import inspect

    from storage.listings import Wanted, articles, claims

    with shelf.database().read() as session:
        found: list[Article] = [*articles(session, Wanted())]
        found += [one.article for one in claims(session, Wanted())]
        assert all("text" in inspect(one).unloaded for one in found)
