"""Sitemaps: address lists, indexes of them, gzipped ones, and news sitemaps with titles."""

import gzip
import re
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from lxml import etree

from crawler.cleaning import clean_title
from crawler.extraction.decoding import decode
from crawler.extraction.moments import Moment, read_moment
from crawler.spiders.reading import (
    MAX_ENTRIES,
    Document,
    Entry,
    FeedError,
    Reading,
    joined,
    looks_like_html,
)

MAX_INFLATED = 16 * 1024 * 1024
"""Bytes of a gzipped sitemap after inflation; the rest is not read."""

MAX_SITEMAPS = 5
"""Sitemaps of an index that are read in one run, newest first."""

_OURS = frozenset(["loc", "lastmod", "title", "publication_date"])

_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def read(document: Document) -> Reading:
    """Entries of a sitemap, or the newest sitemaps of an index. Raises FeedError otherwise."""
    body = _inflated(document.body)
    # Decoded here, because lxml believes a wrong label, and reads no further than it is right.
    text = _DECLARED.sub("", decode(body, document.content_type)).strip().encode("utf-8")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(f"{document.url} is no sitemap: {str(error)[:200]}") from error
    kind = _local(root) if root is not None else ""
    if kind not in {"urlset", "sitemapindex"}:
        what = "a web page" if looks_like_html(body) else f"<{kind}>" if kind else "no XML"
        raise FeedError(f"{document.url} is {what}, not a sitemap")
    places = [(place, _fields(place)) for place in root if isinstance(place.tag, str)]
    dated = [
        (
            read_moment(fields.get("publication_date") or fields.get("lastmod"), document.zone),
            fields,
        )
        for _, fields in places
        if fields.get("loc")
    ]
    if kind == "sitemapindex":
        newest = sorted(dated, key=_newness, reverse=True)[:MAX_SITEMAPS]
        more = tuple(joined(document.url, fields["loc"]) for _, fields in newest)
        return Reading((), more, settled=all(moment for moment, _ in newest))
    newest = sorted(dated, key=_age, reverse=True)[:MAX_ENTRIES]
    return Reading(tuple(_entry(moment, fields, document) for moment, fields in newest))


def _entry(moment: Moment | None, fields: dict[str, str], document: Document) -> Entry:
    # lastmod is when the file changed, which says nothing of when the article was published.
    published = moment if fields.get("publication_date") else None
    changed = read_moment(fields.get("lastmod"), document.zone)
    return Entry(
        url=joined(document.url, fields["loc"]),
        title=clean_title(fields.get("title", "")) or None,
        published_at=published.at if published else None,
        updated_at=changed.at if changed else None,
    )


def _fields(place: Any) -> dict[str, str]:
    """What is said of the address itself: pictures and films have titles and dates of their own."""
    found: dict[str, str] = {}
    news = [below for one in place if _local(one) == "news" for below in one]
    for element in [*news, *place]:
        if _local(element) in _OURS and element.text and element.text.strip():
            found.setdefault(_local(element), element.text.strip())
    return found


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _newness(pair: tuple[Moment | None, dict[str, str]]) -> tuple[datetime, bool, list[int]]:
    """By date; where that does not tell, those of news first, then those with higher numbers."""
    place = pair[1]["loc"]
    numbers = [int(digits) for digits in re.findall(r"\d{1,9}", place)]
    return _age(pair), "news" in place.lower(), numbers


def _age(pair: tuple[Moment | None, dict[str, str]]) -> datetime:
    return pair[0].started("UTC") if pair[0] else _LONG_AGO


def _inflated(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as file:
            return file.read(MAX_INFLATED)
    except (OSError, EOFError, zlib.error) as error:
        raise FeedError(f"a gzipped sitemap that cannot be unpacked: {error}") from error
