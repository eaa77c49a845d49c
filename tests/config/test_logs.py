"""Log lines suit who reads them, carry ids, and never a secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from alerts.delivery.redaction import Redaction
from config.logs import about, handler_for


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    logger = logging.getLogger("part.of.it")
    logger.setLevel(logging.DEBUG)
    yield logger
    logger.handlers.clear()


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
