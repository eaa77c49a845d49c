"""Log lines suit who reads them, carry ids, and never a secret."""

import io
import json
import logging
import re

import pytest

from alerts.delivery.redaction import Redaction
from config.logs import about, handler_for


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def log() -> logging.Logger:
    """By itself, so that pytest, whose reports cannot carry every character, sees nothing of it."""
    return logging.Logger("part.of.it", logging.DEBUG)  # noqa: LOG001


def written(log: logging.Logger, stream: io.StringIO) -> list[str]:
    handler = handler_for(stream)
    handler.addFilter(Redaction(["hunter2-hunter2"]))
    log.addHandler(handler)
    with about(run=3, feed="https://e.example/feed"):
        log.info("read %d", 5)
        with about(event=17):
            log.warning("gone\nand more")
    log.error("outside of it: hunter2-hunter2")
    try:
        raise ValueError("hunter2-hunter2")
    except ValueError:
        log.exception("that failed")
    return stream.getvalue().splitlines()


def test_programs_get_one_object_a_line(log: logging.Logger) -> None:
    lines = [json.loads(line) for line in written(log, io.StringIO())]
    first, second, third, fourth = lines
    assert first.pop("at").endswith("Z")
    assert first == {
        "level": "INFO",
        "logger": "part.of.it",
        "message": "read 5",
        "run": 3,
        "feed": "https://e.example/feed",
    }
    assert (second["message"], second["event"], second["run"]) == ("gone\nand more", 17, 3)
    assert not {"run", "feed", "event"} & third.keys()
    assert "ValueError" in fourth["traceback"]
    assert "hunter2" not in json.dumps(lines)


HOSTILE = "\x1b[2J\x9b31m\u202e\ud800\r\n2026-01-01 00:00:00,000 CRITICAL root: all is lost"


@pytest.mark.parametrize("reader", ["people", "programs"])
def test_what_an_outlet_writes_steers_no_terminal_and_forges_no_line(
    log: logging.Logger, reader: str
) -> None:
    out = io.StringIO() if reader == "programs" else Terminal()
    log.addHandler(handler_for(out))
    log.error("page %s", HOSTILE)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        log.exception("that failed")
    out.seek(0)
    lines = out.read().splitlines()
    assert not [line for line in lines if re.search("[\x00-\x1f\x7f-\x9f\u202e\ud800]", line)]
    if reader == "people":
        assert [line[:1].isdigit() for line in lines].count(True) == 2
        assert "\\x1b[2J\\x9b31m\\u202e\\ud800\\r" in lines[0]
    else:
        assert [json.loads(line)["message"] for line in lines] == [
            f"page {HOSTILE}",
            "that failed",
        ]


def test_people_get_a_line_with_the_ids_at_its_end(log: logging.Logger) -> None:
    lines = written(log, Terminal())
    assert lines[0].endswith(" INFO part.of.it: read 5 [run=3 feed=https://e.example/feed]")
    assert "outside of it: [secret]" in lines[3]
    assert "hunter2" not in "".join(lines)


def test_a_secret_in_an_id_is_masked_too(log: logging.Logger) -> None:
    stream = io.StringIO()
    handler = handler_for(stream)
    handler.addFilter(Redaction(["hunter2-hunter2"]))
    log.addHandler(handler)
    with about(feed="https://e.example/?key=hunter2-hunter2"):
        log.info("read")
    assert "hunter2" not in stream.getvalue()
