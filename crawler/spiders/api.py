"""JSON interfaces: JMESPath expressions say where the articles and their fields are."""

import json
from datetime import datetime
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from config.sources import ApiFields
from crawler.cleaning import clean_title
from crawler.extraction.decoding import decode
from crawler.extraction.errors import ExtractionError
from crawler.extraction.moments import read_moment
from crawler.spiders.reading import MAX_ENTRIES, Document, Entry, FeedError, Reading, joined


def read(document: Document) -> Reading:
    """Entries of the objects that `fields.entries` finds. Raises FeedError if there are none."""
    fields = document.spec.fields or ApiFields()
    try:
        value = json.loads(decode(document.body, document.content_type))
    except (ValueError, RecursionError, ExtractionError) as error:
        raise FeedError(f"{document.url} is not JSON: {str(error)[:200]}") from error
    found = _search(fields.entries, value)
    if not isinstance(found, list):
        raise FeedError(f"{fields.entries!r} finds no list in {document.url}: did the API change?")
    entries = [_entry(item, fields, document) for item in found[:MAX_ENTRIES]]
    kept = tuple(entry for entry in entries if entry is not None)
    if found and not kept:
        raise FeedError(f"{fields.url!r} finds no address in the entries of {document.url}")
    return Reading(kept)


def _entry(item: Any, fields: ApiFields, document: Document) -> Entry | None:
    url = _search(fields.url, item)
    if not isinstance(url, str) or not url:
        return None
    title = _search(fields.title, item)
    return Entry(
        url=joined(document.url, url),
        title=clean_title(title) or None if isinstance(title, str) else None,
        published_at=_moment(_search(fields.published, item), document.zone),
    )


def _moment(value: Any, zone: str) -> datetime | None:
    moment = read_moment(value, zone) if isinstance(value, str | int | float) else None
    return moment.at if moment else None


def _search(expression: str, value: Any) -> Any:
    try:
        return jmespath.search(expression, value)
    except JMESPathError as error:
        # Expressions are checked on load; what is left are functions on values of another type.
        raise FeedError(f"{expression!r} does not fit the answer: {str(error)[:200]}") from error
