"""Keeping secrets out of every log line, by their value: whoever logs them, however deep."""

import logging
import sys
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from config.hidden import secrets_of
from config.logs import handler_for
from config.problems import masked
from config.settings import Settings

MASK = "[secret]"

_SHORTEST = 8
"""Shorter values are no secrets worth masking, and would mask half of every line."""

_CHATTY = ("httpx", "httpcore")
"""Libraries that put the whole address, with the token in it, into their ordinary lines."""


class Redaction(logging.Filter):
    """Replaces secrets in a record: message, arguments, traceback and extra fields alike."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._spellings = sorted(
            {spelling for secret in secrets for spelling in spellings(secret)},
            key=len,
            reverse=True,
        )

    def redact(self, text: str) -> str:
        """The text without any of the secrets, nor of what stands where a password would."""
        for spelling in self._spellings:
            text = text.replace(spelling, MASK)
        return masked(text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, cleaned in place."""
        message = _message(record)
        if (safe := self.redact(message)) != message:
            record.msg, record.args = safe, None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text and self.redact(record.exc_text) != record.exc_text:
            # the exception itself would bring the secret back into another format of the line
            record.exc_text, record.exc_info = self.redact(record.exc_text), None
        if record.stack_info:
            record.stack_info = self.redact(record.stack_info)
        for key, value in list(vars(record).items()):
            if key not in ("msg", "exc_text", "stack_info") and isinstance(value, str):
                setattr(record, key, self.redact(value))
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # a wrong number of arguments: logging reports it later
        return f"{record.msg} {record.args}"


def spellings(secret: str) -> set[str]:
    """The ways in which a secret shows up: as it is, percent-encoded, and a token's second half."""
    parts = {secret, secret.partition(":")[2]}
    every = {form(part) for part in parts for form in (str, _quoted, quote_plus)}
    return {one for one in every if len(one) >= _SHORTEST}


def _quoted(text: str) -> str:
    return quote(text, safe="")


def install(*secrets: str) -> Redaction:
    """Clean whatever the root logger's handlers write, and quieten the HTTP libraries.

    Call it after the handlers are set up; calling it again replaces the secrets. The filter is
    returned for handlers that are added later and for text that is no log line.
    """
    redaction = Redaction(secrets)
    for handler in logging.getLogger().handlers:
        for old in [one for one in handler.filters if isinstance(one, Redaction)]:
            handler.removeFilter(old)
        handler.addFilter(redaction)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    return redaction


def log_to_stderr(settings: Settings) -> None:
    """Set logging up: one line a record, for people or programs, without any secret's value."""
    logging.basicConfig(
        level=settings.log_level.upper(), handlers=[handler_for(sys.stderr)], force=True
    )
    install(*secrets_of(settings))
