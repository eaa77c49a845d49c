import csv
import io
import json
import os
import re
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from config.errors import InteropwatchError
from config.steering import escaped
from config.words import Stage
from storage.output import Column, Document, Format, Listing, Row, lines, write
from storage.plain import cell, flat, plain
from storage.terminal import drawn

MOMENT = datetime(2024, 9, 4, 23, 0, tzinfo=timezone(timedelta(hours=8)))
EVIL = "\x1b]0;owned\x07\u202eevil\x9b2J\nnext\ttab"

COLUMNS = (
    Column("id"),
    Column("title", wide=True),
    Column("stage", style={"live": "green"}),
    Column("at"),
    Column("day", shown=False),
    Column("names"),
    Column("news"),
    Column("parts", shown=False, nested=True),
)
ROW = {
    "id": "E17",
    "title": "淘宝 → 微信支付",
    "stage": Stage.LIVE,
    "at": MOMENT,
    "day": date(2024, 9, 4),
    "names": ["a", "b"],
    "news": True,
    "parts": [{"quote": "引文", "day": date(2024, 9, 4)}],
}


def printed(chosen: Format, *rows: Row, fields: tuple[str, ...] = ()) -> str:
    return "".join(lines(Listing(COLUMNS, rows or (ROW,)), chosen, fields))


def test_json_is_complete_in_utc_and_readable() -> None:
    [row] = json.loads(printed(Format.JSON))
    assert row == {
        "id": "E17",
        "title": "淘宝 → 微信支付",
        "stage": "live",
        "at": "2024-09-04T15:00:00Z",
        "day": "2024-09-04",
        "names": ["a", "b"],
        "news": True,
        "parts": [{"quote": "引文", "day": "2024-09-04"}],
    }
    assert "淘宝" in printed(Format.JSON)


def test_jsonl_is_one_object_a_line() -> None:
    text = printed(Format.JSONL, ROW, ROW)
    assert [json.loads(line)["id"] for line in text.splitlines()] == ["E17", "E17"]


def test_tsv_has_a_line_per_row_whatever_the_text() -> None:
    text = printed(Format.TSV, {"id": 1, "title": EVIL})
    head, row, rest = text.split("\n")
    assert head == "id\ttitle\tstage\tat\tday\tnames\tnews"
    assert row.split("\t")[1] == r"\x1b]0;owned\x07\u202eevil\x9b2J\nnext\ttab"
    assert rest == ""


def test_csv_is_read_back_as_it_was_written() -> None:
    text = printed(Format.CSV, {"id": 1, "title": 'says "yes",\nthen no', "names": ["a", "b"]})
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["title"], row["names"], row["news"]) == ('says "yes",\nthen no', "a; b", "")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-2", "'-2"),
        ("@here", "'@here"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        (-2, "-2"),
        ("淘宝", "淘宝"),
    ],
)
def test_a_spreadsheet_takes_no_text_for_a_formula(value, written) -> None:
    assert cell(value) == written


def test_ids_are_printed_once_each() -> None:
    assert printed(Format.IDS, ROW, ROW, {**ROW, "id": "E18"}) == "E17\nE18\n"


def test_markdown_cells_stay_in_their_columns() -> None:
    text = printed(Format.MD, {"id": 1, "title": "a|b <script> [x](y)", "names": ["https://e/x"]})
    assert text.splitlines()[2] == (r"| 1 | a\|b \<script\> \[x\](y) |  |  | <https://e/x> |  |")


def test_fields_are_printed_in_the_order_asked_for() -> None:
    assert printed(Format.TSV, fields=("day", "id")) == "day\tid\n2024-09-04\tE17\n"
    assert json.loads(printed(Format.JSON, fields=("parts",))) == [
        {"parts": [{"quote": "引文", "day": "2024-09-04"}]}
    ]


def test_a_table_shows_names_and_leaves_empty_columns_out() -> None:
    assert printed(Format.TABLE, {"id": 1, "at": MOMENT}) == "id  at\n1   2024-09-04 15:00\n"
    assert printed(Format.TABLE, {}).strip() == ""


def test_nothing_found_is_printed_as_nothing() -> None:
    nothing = Listing(COLUMNS, ())
    assert "".join(lines(nothing, Format.JSON, ())) == "[]\n"
    assert "".join(lines(nothing, Format.JSONL, ())) == ""
    assert "".join(lines(nothing, Format.IDS, ())) == ""
    assert "".join(lines(nothing, Format.CSV, ())).count("\n") == 1
    assert "".join(lines(nothing, Format.TABLE, ())).startswith("id  title")


DOCUMENT = Document(
    Listing([Column("id")], [{"id": "E17"}]),
    [Listing([Column("n")], [{"n": 1}], title="few"), Listing([Column("n")], [], title="none")],
    lead=Listing([Column("n")], [{"n": 1}], title="few", id="n"),
)


def test_a_document_is_one_object_or_its_parts_below_each_other() -> None:
    assert json.loads("".join(lines(DOCUMENT, Format.JSON, ()))) == {
        "id": "E17", "few": [{"n": 1}], "none": [],
    }  # fmt: skip
    assert "".join(lines(DOCUMENT, Format.JSONL, ())).count("\n") == 1
    assert "".join(lines(DOCUMENT, Format.TSV, ())) == "n\n1\n"
    assert "".join(lines(DOCUMENT, Format.TABLE, ())) == "id\nE17\n\nfew\nn\n1\n\nnone\nn\n"
    assert "## few\n\n| n |" in "".join(lines(DOCUMENT, Format.MD, ()))
    assert "".join(lines(DOCUMENT, Format.TABLE, ("n",))) == "n\n1\n"


TEXTS = st.text(st.characters(codec=None), max_size=40)


@given(TEXTS)
def test_nothing_that_steers_a_terminal_is_left_in_a_line(text) -> None:
    kept = escaped(text)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0x202A <= ord(c) <= 0x202E for c in kept)
    assert kept.encode("utf-8").decode() == kept


@given(TEXTS)
def test_json_says_the_same_after_what_is_unsafe_was_written_out(text) -> None:
    line = printed(Format.JSONL, {"id": text})
    assert json.loads(line)["id"] == text
    assert "\x9b" not in line
    assert "\u202e" not in line


def test_plain_values() -> None:
    assert plain((MOMENT, Stage.TEST, {"a": MOMENT.astimezone(UTC)}, None, 1.5)) == [
        "2024-09-04T15:00:00Z", "test", {"a": "2024-09-04T15:00:00Z"}, None, 1.5,
    ]  # fmt: skip
    assert flat([{"a": 1}]) == '[{"a": 1}]'
    assert flat([False, True, None]) == "false; true; "


STYLE = re.compile(r"\x1b\[[0-9;]*m")
WIDE = [False, True]


@given(
    st.lists(st.tuples(st.sampled_from(["E1", "淘宝"]), st.text("ab 淘宝微信支付", max_size=60))),
    st.integers(20, 90),
)
def test_a_terminal_of_any_width_shows_every_character_in_line(rows, columns) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("TERM", "xterm")
        text = drawn(
            ["id", "title"], [[(a, ""), (b, "")] for a, b in rows], wide=WIDE, person=True
        )
    text = STYLE.sub("", text)
    assert all(cell_len(line) <= columns for line in text.splitlines())
    shown = sorted(c for c in text.replace("id", "").replace("title", "") if not c.isspace())
    assert shown == sorted(c for row in rows for c in "".join(row) if not c.isspace())


def test_columns_are_aligned_where_characters_are_two_cells_wide() -> None:
    rows = [[("淘宝", ""), ("a", "")], [("taobao", ""), ("b", "")]]
    text = drawn(["name", "x"], rows, wide=[False, False], person=False)
    assert [cell_len(line[: line.rindex(last)]) for line, last in zip(
        text.splitlines(), ("x", "a", "b"), strict=True
    )] == [8, 8, 8]  # fmt: skip


def test_colour_is_for_terminals_that_want_it(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    row = [[("live", "green")]]
    assert "\x1b[32mlive" in drawn(["stage"], row, wide=[False], person=True)
    assert "\x1b" not in drawn(["stage"], row, wide=[False], person=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in drawn(["stage"], row, wide=[False], person=True)


def test_a_narrow_terminal_gets_a_block_for_each_row(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "18")
    monkeypatch.setenv("TERM", "xterm")
    row = [("E17", ""), ("announced", ""), ("", "")]
    text = drawn(["id", "stage", "mode"], [row], wide=[False] * 3, person=True)
    assert STYLE.sub("", text) == "id     E17\nstage  announced\n\n"


def test_two_long_texts_share_the_room_evenly(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "42")
    monkeypatch.setenv("TERM", "xterm")
    row = [("a " * 30, ""), ("b " * 40, "")]
    first, *_ = STYLE.sub(
        "", drawn(["one", "two"], [row], wide=[True] * 2, person=True)
    ).splitlines()
    assert abs(first.index("two") - 22) <= 1


def test_output_in_another_encoding_is_still_utf8(monkeypatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    write(["淘宝\n"])
    assert raw.getvalue() == "淘宝\n".encode()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no file here is always full")  # noqa: PTH110
def test_a_disk_that_is_full_is_told_in_a_line(monkeypatch) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(InteropwatchError, match="cannot write all of it: No space left"):
            write(["text\n"])


def test_a_reader_that_has_gone_is_no_error(monkeypatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        write(["text\n"])
        write(["more\n"])
