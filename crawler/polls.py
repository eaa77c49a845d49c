"""A run over one feed while it is under way, and the report of it afterwards."""

from dataclasses import dataclass, field
from datetime import datetime

from config.sources import FeedSpec
from crawler.spiders.reading import Entry
from storage.models import Feed, RunStatus, Source
from storage.runs import RunResult


@dataclass(frozen=True, slots=True)
class PageReport:
    """What became of one page: an Outcome's word, or the reason of its rejection."""

    url: str
    outcome: str
    title: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RunReport:
    """How the run over one feed went."""

    source: str
    feed: str
    result: RunResult
    pages: tuple[PageReport, ...]
    left: int
    """Pages that remain for a later run."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to fetch, with what the feed said of it. `url` is canonical."""

    url: str
    entry: Entry
    known: bool = False
    """Whether it is an article already, which its publisher has edited."""


@dataclass(slots=True)
class Poll:
    """One run over one feed while it is under way."""

    feed: Feed
    source: Source
    spec: FeedSpec
    run_id: int = 0
    status: RunStatus = RunStatus.RUNNING
    http_status: int | None = None
    seen: int = 0
    stored: int = 0
    skipped: list[str] = field(default_factory=list)
    """Addresses of pages that were not worth extracting."""
    remembered: set[str] = field(default_factory=set)
    """Addresses that were rejected long ago and are announced still."""
    rejected: int = 0
    left: int = 0
    again: bool = False
    """Whether a page is to be tried again, so that the feed must be read in full next time."""
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    newest: datetime | None = None
    retry_after: float | None = None
    documents: int = 0
    open: int = 0
    """Requests under way."""
    finished: bool = False
    pages: list[PageReport] = field(default_factory=list)

    def fail(self, error: str, *, retry_after: float | None = None) -> None:
        """The feed itself could not be read."""
        self.status, self.error, self.retry_after = RunStatus.FAILED, error, retry_after

    def put_off(self, seconds: float) -> None:
        """A page was left for a later run, after the rest that its host has asked for."""
        self.left += 1
        self.retry_after = max(self.retry_after or 0.0, seconds)

    def result(self) -> RunResult:
        """The run as the store keeps it; validators only if nothing is left to come back for."""
        whole = not (self.left or self.again)
        return RunResult(
            status=self.status,
            http_status=self.http_status,
            seen=self.seen,
            stored=self.stored,
            skipped=len(self.skipped),
            rejected=self.rejected,
            error=self.error,
            etag=self.etag if whole else None,
            last_modified=self.last_modified if whole else None,
            newest_entry=self.newest,
            retry_after=self.retry_after,
        )
