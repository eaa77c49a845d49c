"""Log lines: for people on a terminal, as JSON for everything else, with the ids they are about."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from config.steering import escaped, escaped_json

log = logging.getLogger(__name__)

IDS = ("run", "feed", "article", "event", "delivery")
"""What a line can be about."""

_ids: ContextVar[dict[str, object] | None] = ContextVar("ids", default=None)


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Lines that are logged inside, whoever logs them, carry these ids."""
    token = _ids.set({**(_ids.get() or {}), **ids})
    try:
        yield
    finally:
        _ids.reset(token)


def log_the_unexpected() -> None:
    """From now on an error that nobody handles, in any thread, is a line of the log like others.

    Python would write it to standard error as it is, with whatever secret its words hold.
    """

    def last_words(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        log.critical("ended by an unexpected error", exc_info=(kind, error or kind(), trace))

    def thread_ended(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            last_words(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = last_words
    threading.excepthook = thread_ended
    logging.captureWarnings(capture=True)


def handler_for(stream: TextIO) -> logging.Handler:
    """A handler that writes to the stream as suits it."""
    handler = logging.StreamHandler(stream)
    handler.addFilter(_add_ids)
    handler.setFormatter(ForPeople() if stream.isatty() else ForPrograms())
    return handler


class ForPeople(logging.Formatter):
    """One line: time, level, name, message, ids."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line; what belongs to it, a traceback for example, is set in, so that none is forged."""
        first, *more = super().format(record).split("\n")
        return "\n".join([escaped(first), *(f"  {escaped(line)}" for line in more)])

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """The line without a traceback."""
        ids = " ".join(f"{name}={value}" for name, value in _of(record).items())
        return f"{super().formatMessage(record)}{f' [{ids}]' if ids else ''}"


class ForPrograms(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback is a field of it."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_of(record),
        }
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["traceback"] = record.exc_text
        return escaped_json(json.dumps(line, ensure_ascii=False, default=str))


def _of(record: logging.LogRecord) -> dict[str, object]:
    return {name: vars(record)[name] for name in IDS if name in vars(record)}


def _add_ids(record: logging.LogRecord) -> bool:
    for name, value in (_ids.get() or {}).items():
        setattr(record, name, value)
    return True
