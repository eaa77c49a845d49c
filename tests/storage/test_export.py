"""Everything can be handed on: as rows, as feeds, as pages that open from disk and do nothing."""

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlmodel import select

from config.errors import InteropwatchError
from storage import export_cli, export_site
from storage.database import sqlite_library
from storage.export_site import write_site
from storage.models import Article, Source
from tests.storage.shelf import Shelf, filled
from tests.storage.test_cli import ask

ATOM = "{http://www.w3.org/2005/Atom}"
EVIL = "<script>alert(1)</script>\"'&{{ 7*7 }}\u202e\x1b[31m"
TODAY = date(2024, 9, 30)


pytestmark = pytest.mark.usefixtures("reads_english")


def exported(shelf, *words: str) -> str:
    result = ask(shelf, "export", *words)
    assert result.exit_code == 0, result.output
    return result.stdout


# rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "count"),
    [("events", 2), ("articles", 4), ("claims", 6), ("matrix", 3), ("sources", 2)],
)
def test_rows_are_those_of_the_listing_however_small_the_pages(
    shelf,
    what,
    count,
    monkeypatch,
) -> None:
    whole = {
        form: exported(shelf, "--what", what, "--format", form) for form in ("csv", "jsonl", "md")
    }
    assert len(list(csv.reader(io.StringIO(whole["csv"])))) == count + 1
    assert len([json.loads(line) for line in whole["jsonl"].splitlines()]) == count
    assert len(whole["md"].splitlines()) == count + 2
    monkeypatch.setattr(export_cli, "PAGE", 1)
    for form, text in whole.items():
        assert exported(shelf, "--what", what, "--format", form) == text


def test_a_slow_reader_of_an_export_holds_up_no_checkpoint(tmp_path, monkeypatch) -> None:
    """Were a transaction open between two pages, the log would grow for as long as it is read."""
    monkeypatch.setattr(export_cli, "PAGE", 1)
    shelf = filled(tmp_path)
    held_up: list[int] = []
    store = sqlite_library().connect(shelf.url.removeprefix("sqlite:///"), timeout=0)

    def read_slowly(pieces: Iterable[str]) -> None:
        for _ in pieces:
            store.execute("UPDATE source SET name = name || '.'")
            store.commit()
            (busy, *_) = store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            held_up.append(busy)

    monkeypatch.setattr(export_cli, "write", read_slowly)
    assert exported(shelf, "--what", "articles", "--format", "jsonl") == ""
    store.close()
    shelf.close()
    assert held_up == [0] * 4


def test_rows_can_be_narrowed_down_and_written_to_a_file(shelf, tmp_path) -> None:
    file = tmp_path / "claims.jsonl"
    words = ("--what", "claims", "--format", "jsonl", "--stage", "test", "--lang", "ja")
    assert exported(shelf, *words, "--to", str(file)) == ""
    assert [json.loads(line)["id"] for line in file.read_text("utf-8").splitlines()] == [3]
    assert [one.name for one in tmp_path.iterdir()] == ["claims.jsonl"]
    matrix = exported(shelf, "--what", "matrix", "--format", "jsonl", "--stage", "live")
    assert json.loads(matrix)["event"] == "E18"
    nowhere = ask(shelf, "export", *words, "--to", str(tmp_path / "no" / "x"))
    assert nowhere.exit_code == 1
    assert "cannot write" in nowhere.stderr
    folder = ask(shelf, "export", *words, "--to", str(tmp_path))
    assert (folder.exit_code, "is a folder; name a file" in folder.stderr) == (1, True)
    unknown = ask(shelf, "export", "--what", "sources", "--format", "csv", "--source", "36k")
    assert "there is no source '36k'; did you mean 36kr?" in unknown.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--what claims --format atom", "claims can be csv, jsonl, md, not atom"),
        ("--what sources --format html", "sources can be"),
        ("--format html", "html needs a folder"),
        ("--format html --to x --stage live", "html is of the whole store"),
        ("--format opml --source 36kr", "opml is of the whole store"),
        ("--what sources --format csv --lang ja", "for --lang: sources cannot be narrowed"),
        ("--what articles --format csv --capability ads", "articles cannot be narrowed"),
    ],
)
def test_what_cannot_be_had_is_a_mistake_in_usage(shelf, words, says) -> None:
    result = ask(shelf, "export", *words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


# feeds --------------------------------------------------------------------------------------


def test_every_stage_change_is_an_entry_with_an_id_that_lasts(shelf) -> None:
    text = exported(shelf, "--what", "events", "--format", "atom")
    feed = ET.fromstring(text)
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "taobao → wechat-pay: announced"
    assert entry.findtext(f"{ATOM}updated") == "2024-09-04T04:00:00Z"
    assert "淘宝计划新增微信支付" in (entry.findtext(f"{ATOM}content") or "")
    terms = [one.get("term") for one in entry.findall(f"{ATOM}category")]
    assert terms == ["taobao", "wechat-pay", "payment", "announced"]
    assert exported(shelf, "--what", "events", "--format", "atom") == text
    for narrow, found in (
        ("--platform alibaba", 1),
        ("--stage live", 0),
        ("--capability links", 0),
    ):
        some = exported(shelf, "--what", "events", "--format", "atom", *narrow.split())
        assert len(ET.fromstring(some).findall(f"{ATOM}entry")) == found


def test_articles_as_a_feed_hold_no_controls(shelf) -> None:
    feed = ET.fromstring(exported(shelf, "--what", "articles", "--format", "atom"))
    titles = [one.findtext(f"{ATOM}title") for one in feed.findall(f"{ATOM}entry")]
    assert titles[0] == "\\x1b[31mred\\x1b[0m\\t\\u202eevil"
    assert len(titles) == 4


def test_sources_as_opml(shelf) -> None:
    outlines = ET.fromstring(exported(shelf, "--format", "opml")).findall("body/outline")
    assert [one.get("xmlUrl") for one in outlines] == [
        "https://36kr.example/feed", "https://nikkei.example/rss",
    ]  # fmt: skip


# pages --------------------------------------------------------------------------------------


@pytest.fixture
def hostile(tmp_path: Path) -> Shelf:
    """A store in which everything that others wrote is an attack, and very long."""
    shelf = filled(tmp_path)
    with shelf.database().write() as session:
        for article in session.exec(select(Article)):
            article.title, article.url = EVIL * 20, "javascript:alert(1)"
            article.url += str(article.id)
        for source in session.exec(select(Source)):
            source.name = EVIL + "x" * 400
    return shelf


def site(shelf: Shelf, folder: Path) -> Path:
    with shelf.database().read() as session:
        write_site(session, folder, lambda one: f"{one} 淘宝", shelf.platforms.owner, TODAY)
    return folder


def test_all_pages_are_there_and_every_link_leads_to_one(shelf, tmp_path) -> None:
    result = ask(shelf, "export", "--format", "html", "--to", str(tmp_path / "pages"))
    assert result.stderr.endswith("2 events, 6 timelines\n")
    pages = list((tmp_path / "pages").rglob("*.html"))
    assert len(pages) == 9
    for page in pages:
        text = page.read_text("utf-8")
        for link in re.findall(r'href="([^"]+)"', text):
            assert link.startswith("https://") or (page.parent / link).is_file(), link
    event = (tmp_path / "pages" / "events" / "E17.html").read_text("utf-8")
    assert "淘宝计划新增微信支付" in event
    assert 'href="https://36kr.example/1"' in event
    again = ask(shelf, "export", "--format", "html", "--to", str(tmp_path / "pages"))
    assert again.exit_code == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["pages"]


def test_pages_that_a_kill_left_between_two_names_are_put_back_and_drafts_go(
    shelf, tmp_path, monkeypatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no room")

    site(shelf, tmp_path / "pages").rename(tmp_path / ".pages.old")
    monkeypatch.setattr(export_site._Writer, "_write", full)
    with pytest.raises(InteropwatchError, match="no room"):
        site(shelf, tmp_path / "pages")
    assert [one.name for one in tmp_path.iterdir()] == ["pages"]
    assert (tmp_path / "pages" / "index.html").is_file()


def test_pages_run_nothing_and_load_nothing(hostile, tmp_path) -> None:
    for page in site(hostile, tmp_path / "pages").rglob("*.html"):
        text = page.read_text("utf-8")
        policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
        assert len(policy) == 1
        assert policy[0].startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
        assert not re.search(
            r"<(script|img|link|iframe|object|form)\b|\son\w+=|javascript:\S*\"", text
        )
        assert "49" not in re.sub(r"sha256-[^&]*", "", text)
        assert not set(text) & {"\u202e", "\x1b"}


def test_a_folder_with_something_else_in_it_is_left_alone(shelf, tmp_path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(InteropwatchError, match="holds something that is no export"):
        site(shelf, tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(InteropwatchError, match="cannot write the pages"):
        site(shelf, tmp_path / "letter.txt" / "pages")


def test_a_platform_with_an_odd_id_has_a_page_inside_the_folder(tmp_path) -> None:
    from storage.export_site import _file

    assert _file("../../etc/passwd").startswith("other-")
    assert _file("wechat-pay") == "wechat-pay.html"


WIDTHS = (360, 1280)
LOOK = """<!DOCTYPE html><body><pre id=told></pre><script>
const told = [], pages = PAGES, widths = WIDTHS;
(async () => {
  for (const page of pages) for (const width of widths) {
    const frame = document.createElement("iframe");
    frame.style.width = width + "px"; frame.style.height = "800px";
    await new Promise(done => { frame.onload = done; frame.src = page; document.body.append(frame) });
    const seen = frame.contentDocument, root = seen.scrollingElement;
    told.push({page, width, wide: root.scrollWidth, high: root.scrollHeight,
      styled: frame.contentWindow.getComputedStyle(seen.body).maxWidth,
      heads: [...seen.querySelectorAll("thead")].map(
        head => frame.contentWindow.getComputedStyle(head).display),
      loaded: frame.contentWindow.performance.getEntriesByType("resource").length,
      text: seen.body.innerText.length});
    frame.remove();
  }
  document.getElementById("told").textContent = JSON.stringify(told);
})();
</script>"""

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine to look with")
def test_pages_look_right_on_a_phone_and_on_a_desk(hostile, tmp_path) -> None:
    pages = sorted(one.as_uri() for one in site(hostile, tmp_path / "pages").rglob("*.html"))
    look = tmp_path / "look.html"
    look.write_text(
        LOOK.replace("PAGES", json.dumps(pages)).replace("WIDTHS", json.dumps(WIDTHS)), "utf-8"
    )
    seen = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--allow-file-access-from-files",
            "--window-size=1400,900", "--virtual-time-budget=60000", "--dump-dom", look.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found = re.search(r'<pre id="told">(\[.+?\])</pre>', seen.stdout, re.DOTALL)
    assert found, seen.stdout[-2000:]
    told = json.loads(found[1].replace("&amp;", "&"))
    assert len(told) == len(pages) * len(WIDTHS)
    for one in told:
        assert one["wide"] <= one["width"], one
        assert (one["styled"], one["loaded"]) == ("1152px", 0), one
        assert one["text"] > 60
        hidden = ["none"] if one["width"] == WIDTHS[0] else ["table-header-group"]
        assert one["heads"] in ([], hidden)
