"""Why a page did not become an article."""

from enum import StrEnum

from config.errors import InteropwatchError


class Reason(StrEnum):
    """The words that a rejected page is filed under."""

    EMPTY = "empty"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    TOO_LARGE = "too-large"
    NO_ARTICLE = "no-article"
    UNDECODABLE = "undecodable"
    CRASHED = "crashed"
    BROKEN = "broken"
    """An error of ours: the detail names it, and the log has it in full."""


class ExtractionError(InteropwatchError):
    """A page without an article in it; `reason` is one of the words, `detail` says more."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else str(self.reason)
