"""Help and completion come at once, say what the commands say, and never go stale."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

import interopwatch
from storage import completion, entry, outline, outlining, recent
from storage.cli import app
from tests.fakes.processes import ROOT, environment
from tests.fakes.rows import make_event
from tests.storage.shelf import filled

SLOW = {
    "typer", "click", "rich", "typing", "asyncio", "pydantic", "ruamel", "sqlalchemy", "sqlmodel",
    "scrapy", "twisted", "telegram", "trafilatura", "apscheduler", "lxml", "httpx",
}  # fmt: skip


PLACES = outline.places


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The outline of this module lies in a folder of its own, whatever the working copy has."""
    folder = tmp_path_factory.mktemp("outline")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("INTEROPWATCH_CONFIG_DIR", raising=False)
        patch.delenv("INTEROPWATCH_DATABASE_URL", raising=False)
        patch.setattr(outline, "places", lambda: ["/dev/null/x", str(folder / "o")])
        yield folder


@pytest.fixture(scope="module")
def written(_own_cache: Path) -> dict[str, Any]:
    outlining.write_down(interopwatch)
    found = outline.load()
    assert found is not None
    return found


def door(*words: str, **given: str) -> subprocess.CompletedProcess[str]:
    """A process that begins at the entry and tells on stderr which slow modules it has."""
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print(sorted({SLOW!r} & sys.modules.keys()), file=sys.stderr))\n"
        "sys.argv[0] = 'interopwatch'\n"
        "from storage.entry import main; main()"
    )
    env = {name: value for name, value in environment().items() if not name.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False,
        cwd=ROOT, env=env | given, timeout=90,
    )  # fmt: skip


# version ------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--version"], ["--config-dir", "nowhere", "--version"]])
def test_it_says_which_one_it_is(words) -> None:
    done = door(*words)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (done.stdout, done.returncode) == (f"interopwatch {declared}\n", 0)
    if len(words) == 1:  # importlib.metadata has typing
        assert done.stderr in ("[]\n", "['typing']\n")


# help ---------------------------------------------------------------------------------------


def test_the_outline_says_what_every_command_says(written, monkeypatch, capsys) -> None:
    paths = list(written["commands"])
    assert {"", "events", "sources health", "db upgrade", "rules test"} <= set(paths)
    monkeypatch.setenv("COLUMNS", "100")
    root = get_command(interopwatch.app)
    for path in paths:
        root.main([*path.split(), "--help"], prog_name="interopwatch", standalone_mode=False)
        assert written["commands"][path]["help"] == capsys.readouterr().out, path


@pytest.mark.parametrize("words", [["--help"], ["events", "--help"], ["db", "status", "--help"]])
def test_help_needs_nothing_slow(words) -> None:
    door(*words)  # writes the outline down if nobody has
    found = door(*words)
    assert (found.returncode, found.stderr) == (0, "[]\n")
    assert found.stdout.startswith(" ".join(["Usage: interopwatch", *words[:-1]]))


def test_completion_needs_nothing_slow() -> None:
    asked = {"_INTEROPWATCH_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
    door(**asked, COMP_WORDS="interopwatch\n")  # writes the outline down if nobody has
    found = door(**asked, COMP_WORDS="interopwatch\nmatrix\n--cap")
    assert (found.returncode, found.stderr) == (0, "[]\n")
    assert found.stdout == "--capability\n"


def test_a_narrow_terminal_gets_its_own_lines() -> None:
    found = door("health", "--help", COLUMNS="60")
    assert found.returncode == 0
    assert max(map(len, found.stdout.splitlines())) <= 60
    assert "typer" in found.stderr


def test_what_is_no_command_is_left_to_typer() -> None:
    found = door("evnts", "--help")
    assert found.returncode == 2
    assert "Did you mean" in found.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = "from storage.entry import say; say('x' * 10_000_000)"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# the file -----------------------------------------------------------------------------------


def test_an_outline_holds_until_a_file_changes(written, monkeypatch) -> None:
    assert outline.load() is not None
    changed = written["made_of"] | {str(Path(outline.__file__)): [0, 0]}
    with monkeypatch.context() as patch:
        patch.setattr(outline, "stamps", lambda paths: changed)
        assert outline.load() is None
    monkeypatch.setenv("INTEROPWATCH_CONFIG_DIR", "/somewhere/else")
    assert outline.load() is None


def test_an_outline_depends_on_commands_platforms_and_configuration(
    written, tmp_path, monkeypatch
) -> None:
    made_of = {Path(path).name for path in written["made_of"]}
    assert {"interopwatch.py", "options.py", "sources_cli.py", "platforms"} <= made_of
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "own.yaml").write_text(
        "platforms: [{id: mine, kind: service, names: {en: [My Own]}}]", encoding="utf-8"
    )
    (tmp_path / "interopwatch.yaml").write_text("database_url: sqlite:///here.db\n")
    monkeypatch.setenv("INTEROPWATCH_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(outline, "save", lambda _: False)
    found = outlining.write_down(interopwatch)
    assert found["database"] == "sqlite:///here.db"
    assert ("My Own", "mine") in outline.names(found)
    assert str(tmp_path / "interopwatch.yaml") in found["made_of"]


def test_a_wrong_configuration_keeps_nobody_from_help(tmp_path, monkeypatch) -> None:
    (tmp_path / "interopwatch.yaml").write_text("colour: red\n")
    monkeypatch.setenv("INTEROPWATCH_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(outline, "save", lambda _: False)
    found = outlining.write_down(interopwatch)
    assert (found["names"], found["database"]) == ("", None)
    assert "interopwatch events" in found["commands"]["events"]["help"]


@pytest.mark.parametrize("text", [b"", b"nonsense", b"\xe3", b"i\x00\x00\x00\x00"])
def test_a_damaged_file_is_made_anew(text, tmp_path, monkeypatch) -> None:
    place = tmp_path / "outline"
    place.write_bytes(text)
    monkeypatch.setattr(outline, "places", lambda: [str(place)])
    assert outline.load() is None
    assert entry.known_outline()["commands"]
    assert outline.load() is not None


def test_where_nothing_can_be_written_all_goes_on(tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(outline, "places", lambda: [str(tmp_path / "file" / "x")])
    assert not outline.save({"names": "", "made_of": {}})
    assert entry.known_outline()["commands"]


def test_the_places_are_beside_the_code_and_in_the_users_cache(monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/home/me/cache")
    beside, cache = PLACES()
    assert Path(beside).parent == ROOT / "storage" / "__pycache__"
    assert cache.startswith("/home/me/cache/interopwatch/interopwatch.outline-")
    monkeypatch.setenv("XDG_CACHE_HOME", "~/without-a-home")
    assert len(PLACES()) == 1


def test_what_somebody_else_wrote_is_not_believed(written, monkeypatch) -> None:
    assert outline.load() is not None
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    if os.stat(outline.places()[1]).st_uid:  # noqa: PTH116 - root may write what it wants
        assert outline.load() is None
    real = os.fstat
    monkeypatch.setattr(
        os, "fstat", lambda number: os.stat_result((*real(number)[:4], 777, *real(number)[5:]))
    )
    assert outline.load() is None


# completion ---------------------------------------------------------------------------------


def offers(written: dict[str, Any], line: str) -> list[str]:
    *words, begun = line.split(" ")
    return [word for word, _ in completion.offered(written, words, begun)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("sl", ["slippage"]),
        ("sources he", ["health"]),
        ("events --st", ["--stage"]),
        ("events --stage l", ["live"]),
        ("events --stage=l", ["--stage=live"]),
        ("events --stage = l", ["live"]),
        ("events -o js", ["json", "jsonl"]),
        ("events --stage live --st", []),
        ("deliveries --retry 1 --ret", ["--retry"]),
        ("events --limit ", []),
        ("timeline wechat-pay-h", ["wechat-pay-hk"]),
        ("timeline 微信支付 taobao-l", ["taobao-live"]),
        ("stats --source 36", ["36kr"]),
        ("crawl 36kr heis", ["heise"]),
        ("claims --lang zh", ["zh", "zh-Hans", "zh-Hant"]),
        ("matrix --diff 2023 ", []),
        ("matrix --diff 2023 2024 --cap", ["--capability"]),
        ("timeline a b ", []),
        ("nonsense ", []),
        ("events - --since 7d --unt", ["--until"]),
        ("--config-dir x da", []),
        ("--config-dir x event", ["events", "event"]),
        ("events --nonsense x --unt", ["--until"]),
    ],
)
def test_what_can_follow(line, found, written) -> None:
    assert offers(written, line) == found


def test_platforms_are_found_by_names_of_every_language(written) -> None:
    assert {"淘宝", "淘宝特价版"} <= set(offers(written, "timeline 淘宝"))
    means = dict(completion.offered(written, ["timeline"], "淘宝"))
    assert means["淘宝"] == "taobao"


def test_events_are_offered_from_the_store(written, tmp_path, monkeypatch) -> None:
    shelf = filled(tmp_path)
    monkeypatch.setenv("INTEROPWATCH_DATABASE_URL", shelf.url)
    found = list(completion.offered(written, ["event"], ""))
    assert found == [("E17", "taobao → wechat-pay, announced"), ("E18", "wechat → taobao, live")]
    assert offers(written, "event e18") == ["E18"]
    assert offers(written, "rules explain E1") == ["E17", "E18"]
    assert offers(written, "event x") == []
    for url in ("postgresql://nowhere/x", f"sqlite:///{tmp_path / 'none.db'}"):
        monkeypatch.setenv("INTEROPWATCH_DATABASE_URL", url)
        assert offers(written, "event ") == []
    (tmp_path / "odd#.db").write_text("no database at all, but a text of some length" * 40)
    monkeypatch.setenv("INTEROPWATCH_DATABASE_URL", f"sqlite:///{tmp_path / 'odd#.db'}")
    assert offers(written, "event ") == []


def test_events_of_a_server_are_those_that_a_command_saw_last(
    written, postgresql_database, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    url = postgresql_database.url.render_as_string(hide_password=False)
    with postgresql_database.write() as session:
        number = make_event(session).id
    (tmp_path / "url").write_text(f"{url}\n", encoding="utf-8")
    monkeypatch.setenv("INTEROPWATCH_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert offers(written, "event ") == []

    installation = interopwatch.Installation()
    installation.database()
    installation.close()
    assert offers(written, "event e") == [f"E{number}"]
    assert offers(written, f"event {number}9") == []
    other = written | {
        "database": recent.store_of("postgresql://me:secret@db:5432/other?sslmode=x")
    }
    monkeypatch.setenv("INTEROPWATCH_DATABASE_URL_FILE", str(tmp_path / "none"))
    assert other["database"] == "db:5432/other"
    assert offers(other, "event ") == []

    own = written | {"database": recent.store_of(url)}
    assert offers(own, "event ") == [f"E{number}"]
    [kept] = (tmp_path / "cache").rglob("events")
    kept.write_bytes(kept.read_bytes() + b"\nE9\tx\n\xff\t\t\t\n9\ta\tb\tlive")
    assert offers(own, "event ") == [f"E{number}", "E9"]


def in_shell(monkeypatch, capfdbinary, shell: str, written, **given: str) -> tuple[int, str]:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    code = completion.complete(shell, written)
    return code, capfdbinary.readouterr().out.decode()


def test_bash_gets_words(written, monkeypatch, capfdbinary) -> None:
    def said(line: str, cursor: int) -> str:
        return in_shell(
            monkeypatch, capfdbinary, "bash", written, COMP_WORDS=line, COMP_CWORD=str(cursor)
        )[1]

    assert said("interopwatch\nmatrix\n--cap", 2) == "--capability\n"
    assert said("interopwatch\n", 1).startswith("run\n")
    assert said("interopwatch\ntimeline\nTaobao Liv", 2) != ""
    assert "Taobao\\ Live\n" in said("interopwatch\ntimeline\n'Taobao Liv", 2)


def test_zsh_and_fish_get_meanings_too(written, monkeypatch, capfdbinary) -> None:
    asked = {"_TYPER_COMPLETE_ARGS": "interopwatch matrix --cap"}
    assert in_shell(monkeypatch, capfdbinary, "zsh", written, **asked) == (
        0, """_arguments '*: :(("--capability":"Of this kind."))'\n""",
    )  # fmt: skip
    assert in_shell(monkeypatch, capfdbinary, "fish", written, **asked) == (
        0, "--capability\tOf this kind.\n",
    )  # fmt: skip
    assert in_shell(
        monkeypatch, capfdbinary, "powershell", written, _TYPER_COMPLETE_WORD_TO_COMPLETE="--cap",
        **asked,
    ) == (0, "--capability\n")  # fmt: skip
    nothing = {"_TYPER_COMPLETE_ARGS": "interopwatch events --limit "}
    assert in_shell(monkeypatch, capfdbinary, "zsh", written, **nothing) == (0, "_files\n")
    asked |= {"_TYPER_COMPLETE_FISH_ACTION": "is-args"}
    assert in_shell(monkeypatch, capfdbinary, "fish", written, **asked) == (0, "")
    assert in_shell(monkeypatch, capfdbinary, "fish", written, **asked | nothing) == (1, "")


IN_SHELLS = {
    "bash": """
        source <(interopwatch --show-completion)
        COMP_WORDS=(interopwatch event E); COMP_CWORD=2
        _interopwatch_completion interopwatch
        printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "zsh": """
        interopwatch --show-completion > script
        compdef() { : }
        _arguments() { print -r -- "$@" }
        words=(interopwatch event E); CURRENT=3
        source ./script; _interopwatch_completion
    """,
    "fish": """
        interopwatch --show-completion > script
        source script
        complete -C 'interopwatch event E'
    """,
}


@pytest.mark.parametrize("shell", IN_SHELLS)
def test_the_scripts_of_typer_work_with_it(shell, tmp_path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    shelf = filled(tmp_path)
    (tmp_path / "interopwatch").write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from storage.entry import main\nmain()\n"
    )
    (tmp_path / "interopwatch").chmod(0o755)
    env = environment(database_url=shelf.url) | {"HOME": str(tmp_path)}
    env["PATH"] = f"{tmp_path}:{env['PATH']}"
    (tmp_path / "asked").write_text(IN_SHELLS[shell])  # Typer writes for the shell that calls it
    found = subprocess.run(
        [shell, "asked"], env=env, capture_output=True, text=True, check=False,
        timeout=90, cwd=tmp_path,
    )  # fmt: skip
    assert re.findall(r"E\d+", found.stdout) == ["E17", "E18"], found.stderr


@given(st.lists(st.sampled_from(
    ["events", "event", "sources", "--stage", "-o", "=", "--", "-", "x", "--tz=", "--diff", "matrix",
     "", "E1", "'", "timeline", "--help"]), max_size=6), st.sampled_from(["", "-", "--", "e", "=", "--stage="]))  # fmt: skip
def test_no_line_is_too_odd(words, begun) -> None:
    written: dict[str, Any] = {
        "commands": _commands(),
        "names": "",
        "database": None,
        "sources": [],
    }
    for word, _ in completion.offered(written, words, begun):
        assert word.startswith(begun) or begun.startswith("=")


def _commands() -> dict[str, Any]:
    if not _KNOWN:
        import typer

        root = typer.Context(get_command(app), info_name="interopwatch", terminal_width=78)
        _KNOWN.update(outlining.outlined(root))
    return _KNOWN


_KNOWN: dict[str, Any] = {}
