"""Tags that no parser should see: libxml2 and feedparser take the square of a tag's attributes."""

import re

from crawler.extraction.errors import ExtractionError, Reason

MOST_ATTRIBUTES = 10_000
"""Attributes of one tag beyond which a document is not parsed. Honest pages have up to a thousand."""

_SMALL = 2 * MOST_ATTRIBUTES
"""Bytes that cannot hold so many."""

# An attribute as parsers cut it. Nothing is ever given back (*+), so that time is linear.
_ATTRIBUTE = rb"""[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
_ONE = re.compile(_ATTRIBUTE)
_TAG = re.compile(rb"<[A-Za-z][^\s/>]*+((?:[\s/]++|" + _ATTRIBUTE + rb")*+)")


def check_tags(markup: bytes) -> None:
    """Raises ExtractionError (too-large) if a tag has more than MOST_ATTRIBUTES.

    Such a tag would hold a parser for minutes, inside C code that no alarm interrupts.
    """
    if len(markup) <= _SMALL:
        return
    for tag in _TAG.finditer(markup):
        inside = tag[1]
        if len(inside) > _SMALL:
            number = sum(1 for _ in _ONE.finditer(inside))
            if number > MOST_ATTRIBUTES:
                detail = f"a tag with {number} attributes, {MOST_ATTRIBUTES} at most"
                raise ExtractionError(Reason.TOO_LARGE, detail)
