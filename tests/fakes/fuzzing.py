"""What must hold of any document at all: it becomes an article, or entries, or a reason.

And whatever comes out can be stored, printed, and sent as a message that Telegram reads as we do.
"""

from datetime import UTC, date, datetime

from pydantic import HttpUrl

from alerts.delivery.markup import parse
from alerts.delivery.messages import render
from config.sources import ApiFields, FeedSpec
from config.words import Capability, FeedKind, Stage
from crawler.cleaning import clean_line, clean_text
from crawler.extraction.errors import ExtractionError
from crawler.extraction.page import Announced, Page
from crawler.gate import read_page
from crawler.spiders import read_feed
from crawler.spiders.reading import Document, Entry, FeedError
from storage.deliveries import AlertView, Coverage, Outlet, Quote
from tests.fakes.telegram_html import detect, read_html, utf16

NOW = datetime(2024, 9, 5, 12, tzinfo=UTC)
URL = "https://outlet.example/2024/09/04/a"
FEED = HttpUrl("https://outlet.example/feed")
SPECS = {
    FeedKind.RSS: FeedSpec(url=FEED),
    FeedKind.SITEMAP: FeedSpec(url=FEED, kind=FeedKind.SITEMAP),
    FeedKind.LISTING: FeedSpec(url=FEED, kind=FeedKind.LISTING, next_page="a[rel=next]"),
    FeedKind.API: FeedSpec(
        url=FEED, kind=FeedKind.API, fields=ApiFields(entries="items", published="date")
    ),
}
LIVE = {"hashtag"}
"""What Telegram may make live by itself in a message: the tags that we set."""


def all_pass(_head: str, _text: str) -> bool:
    """A gate that everything passes: what comes behind it is read the precise way."""
    return True


class Echo:
    """A gazetteer that calls a platform what the page is called."""

    def __init__(self, text: str) -> None:
        self.text = text

    def name(self, platform: str, language: str) -> str:
        """The name, whatever the platform."""
        return self.text or platform


def page_holds(body: bytes, content_type: str | None, *, precise: bool) -> str:
    """Read a document as a page. Gives back what became of it; raises AssertionError and worse."""
    gate = all_pass if precise else None
    try:
        found = read_page(
            body, URL, gate=gate, announced=Announced(), content_type=content_type,
            zone="Asia/Shanghai", now=NOW,
        )  # fmt: skip
    except ExtractionError as error:
        str(error).encode()
        return str(error.reason)
    assert found is not None
    _article_holds(found)
    _message_holds(found)
    return "article"


def _article_holds(found: Page) -> None:
    assert found.text == clean_text(found.text)
    assert found.title == clean_line(found.title)
    for text in (found.text, found.title, found.canonical_url):
        text.encode()
        assert "\x00" not in text
    assert found.text
    assert found.title
    assert found.canonical_url.startswith("http")
    assert found.published_at is None or found.published_at.tzinfo is not None


def _message_holds(found: Page) -> None:
    outlet = Outlet(found.title, found.canonical_url)
    view = AlertView(
        event="E17",
        hosts=(found.title,),
        guests=("wechat-pay",),
        capability=Capability.PAYMENT,
        stage=Stage.ANNOUNCED,
        quote=Quote(found.text, outlet, found.language, None, date(2024, 9, 4)),
        dates=(),
        sources=1,
        articles=1,
        coverage=(Coverage(found.language, (outlet,)),),
    )
    message = render(view, "en", Echo(found.title))
    text, entities = read_html(message.html)
    assert parse(message.html).text == text == message.plain
    assert utf16(text) <= 4096
    assert {one.type for one in detect(text, entities)} <= LIVE


def feed_holds(kind: FeedKind, body: bytes, content_type: str | None) -> str:
    """Read a document as a feed of a kind. Gives back what became of it."""
    spec = SPECS[kind]
    document = Document(str(spec.url), body, spec, content_type, "Asia/Shanghai")
    try:
        found = read_feed(document)
    except FeedError as error:
        str(error).encode()
        return "refused"
    except ExtractionError as error:
        return str(error.reason)
    for entry in found.entries:
        _entry_holds(entry)
    assert all(isinstance(url, str) for url in found.more)
    return "entries" if found.entries else "nothing"


def _entry_holds(entry: Entry) -> None:
    assert entry.url
    if entry.title is not None:
        assert entry.title == clean_line(entry.title)
        entry.title.encode()
    for moment in (entry.published_at, entry.updated_at):
        assert moment is None or moment.tzinfo is not None
