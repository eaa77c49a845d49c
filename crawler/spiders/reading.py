"""What every kind of feed takes and gives: bytes in, entries and further addresses out."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from config.errors import InteropwatchError
from config.sources import FeedSpec

MAX_ENTRIES = 5_000
"""Entries of one document that are looked at: a sitemap may hold ten times as many."""


class FeedError(InteropwatchError):
    """A document that is not a feed of the kind it should be; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed announces before the page is fetched. Moments are aware."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as it was fetched. `spec` holds selectors; `zone` is for times without one."""

    url: str
    body: bytes
    spec: FeedSpec
    content_type: str | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries of a document, newest first where it is dated, and documents to fetch next."""

    entries: tuple[Entry, ...]
    more: tuple[str, ...] = ()
    settled: bool = True
    """False if those documents may change while this one stays as it is."""


def joined(base: str, link: str) -> str:
    """The link made absolute; as it stands if it cannot be, so that it is rejected with its name."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link.strip()


def looks_like_html(body: bytes) -> bool:
    """Whether a body is a web page: what many servers send in place of a feed that is gone."""
    head = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html"))
