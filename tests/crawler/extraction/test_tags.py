import time

import pytest

from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.page import extract
from crawler.extraction.tags import MOST_ATTRIBUTES, check_tags
from crawler.spiders import read_feed
from crawler.spiders.reading import Document
from tests.crawler.conftest import NOW, source

MANY = 100_000
WAYS = {
    "bare": b" ".join(b"a%d" % n for n in range(MANY)),
    "with values": b" ".join(b"a%d=1" % n for n in range(MANY)),
    "without spaces": b"".join(b"a%d='1'" % n for n in range(MANY)),
    "between slashes": b"/".join(b"a%d" % n for n in range(MANY)),
    "with ends of tags inside": b" ".join(b'a%d=">"' % n for n in range(MANY)),
    "with tags inside": b" ".join(b'a%d="<b>"' % n for n in range(MANY)),
    "of quotes alone": b'b="' * 2 * MANY,
    "after a stray quote": b'" ' + b" ".join(b"a%d" % n for n in range(MANY)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_tag_with_100_000_attributes_is_refused_before_it_is_parsed(way: str) -> None:
    page = b"<html><body><article><p " + WAYS[way] + b">words</p></article></body></html>"
    began = time.thread_time()
    with pytest.raises(ExtractionError) as caught:
        extract(page, "https://e.org/a", now=NOW)
    assert time.thread_time() - began < 2  # parsing it takes a minute
    assert caught.value.reason is Reason.TOO_LARGE
    assert f"{MOST_ATTRIBUTES} at most" in caught.value.detail


def test_so_is_one_in_a_feed() -> None:
    feed = b"<rss version='2.0'><channel><item " + WAYS["without spaces"] + b"></item></channel>"
    (spec,) = source({"url": "https://e.org/feed"}).feeds
    with pytest.raises(ExtractionError, match="100000 attributes"):
        read_feed(Document("https://e.org/feed", feed, spec))


@pytest.mark.parametrize(
    "fine",
    [
        b"<p " + b" ".join(b"a%d=1" % n for n in range(MOST_ATTRIBUTES)) + b">",
        b"<p title='" + b"many words " * MANY + b"'>",
        b"<i a=1>x</i>" * MANY,
        b"<script>" + b'a="b",' * MANY + b"</script>",
        b"<" * 1_000_000,
        b"",
    ],
)
def test_long_pages_are_none_of_that(fine: bytes) -> None:
    check_tags(fine)
