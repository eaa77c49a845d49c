"""The kinds of feed: each is a file with one pure function from a document to its entries."""

from collections.abc import Callable

from config.words import FeedKind
from crawler.spiders import api, listing, rss, sitemap
from crawler.spiders.reading import Document, Reading

KINDS: dict[FeedKind, Callable[[Document], Reading]] = {
    FeedKind.RSS: rss.read,
    FeedKind.SITEMAP: sitemap.read,
    FeedKind.LISTING: listing.read,
    FeedKind.API: api.read,
}
"""A further kind is a word in config/words.py, a file here, and a line here."""


def read_feed(document: Document) -> Reading:
    """Read a document as the kind that its specification states. Raises FeedError."""
    return KINDS[document.spec.kind](document)
