"""What an examination finds: one line per thing that was looked at, with what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it stands, what was seen, and what to do about it."""

    check: str
    status: Health
    detail: str
    hint: str = ""
