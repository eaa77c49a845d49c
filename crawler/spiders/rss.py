"""RSS 0.9x, 1.0 (RDF), 2.0, Atom and JSON Feed."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import feedparser

from crawler.cleaning import clean_title
from crawler.extraction.decoding import decode
from crawler.extraction.moments import read_moment
from crawler.extraction.tags import check_tags
from crawler.spiders.reading import (
    MAX_ENTRIES,
    Document,
    Entry,
    FeedError,
    Reading,
    joined,
    looks_like_html,
)

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_HEAD = 20_000
_NUMBERED = re.compile(r"&#([xX][0-9a-fA-F]+|[0-9]+);?")
_LONGEST_NUMBER = 10
_SURROGATES = range(0xD800, 0xE000)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


def read(document: Document) -> Reading:
    """Entries of a feed in any of the formats. Raises FeedError for anything else."""
    body = document.body
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Reading(tuple(_json_entries(document)))
    # Decoded here, because feedparser trusts a wrong label; it wants bytes all the same.
    decoded = _DECLARED.sub("", decode(body, document.content_type))
    if _ENTITY.search(decoded[:_HEAD]):
        raise FeedError("the feed defines XML entities, which no honest feed does")
    # Further down it may be an article about XML; wherever it stands, it defines nothing.
    text = _NUMBERED.sub(_sound, _ENTITY.sub("<!NOTHING", decoded)).encode("utf-8")
    check_tags(text)
    parsed = feedparser.parse(
        text,
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    entries = parsed.get("entries", [])
    if not parsed.get("version") and not entries:
        what = "a web page" if looks_like_html(body) else "no feed"
        raise FeedError(f"{document.url} is {what}: neither RSS nor Atom nor JSON Feed")
    return Reading(tuple(_entries(entries[:MAX_ENTRIES], document)))


def _sound(reference: re.Match[str]) -> str:
    """A character reference as it stands, or that of U+FFFD: feedparser falls over some of them."""
    digits = reference[1].lower()
    base = 16 if digits.startswith("x") else 10
    number = int(digits.lstrip("x"), base) if len(digits) < _LONGEST_NUMBER else -1
    sound = 0 < number < _SURROGATES.start or _SURROGATES.stop <= number <= sys.maxunicode
    return reference[0] if sound else "&#65533;"


def _entries(parsed: list[Any], document: Document) -> Iterator[Entry]:
    for entry in parsed:
        link = entry.get("feedburner_origlink") or entry.get("link")
        if not link and str(entry.get("id", "")).startswith(("http://", "https://")):
            link = entry["id"]
        if not link:
            continue
        # The raw strings: feedparser's own dates are invented where it does not understand them.
        # By dict's own get, because feedparser's gives `published` for a missing `updated`.
        published = dict.get(entry, "published") or dict.get(entry, "created")
        updated = dict.get(entry, "updated")
        stated = read_moment(published or updated, document.zone)
        changed = read_moment(updated, document.zone)
        yield Entry(
            url=joined(document.url, link),
            title=clean_title(entry.get("title", "")) or None,
            published_at=stated.at if stated else None,
            updated_at=changed.at if changed else None,
        )


def _json_entries(document: Document) -> Iterator[Entry]:
    try:
        feed = json.loads(decode(document.body, document.content_type))
    except (ValueError, RecursionError) as error:
        raise FeedError(f"{document.url} begins like JSON but is not: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise FeedError(f"{document.url} is JSON without a list of items: no JSON Feed")
    for item in items[:MAX_ENTRIES]:
        link = item.get("url") or item.get("external_url") if isinstance(item, dict) else None
        if not isinstance(link, str):
            continue
        stated = read_moment(_string(item.get("date_published")), document.zone)
        changed = read_moment(_string(item.get("date_modified")), document.zone)
        yield Entry(
            url=joined(document.url, link),
            title=clean_title(_string(item.get("title")) or "") or None,
            published_at=stated.at if stated else None,
            updated_at=changed.at if changed else None,
        )


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None
