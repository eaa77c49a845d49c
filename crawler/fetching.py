"""Fetching one page by hand, with the same manners and the same guard as the crawler."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from config.errors import InteropwatchError
from config.settings import Crawl
from crawler.failures import failure_words, is_text
from crawler.politeness import scrapy_settings
from crawler.reactor import install_reactor, installed_guard


class _OnePage(Spider):
    """Fetches one address and keeps what came."""

    name = "page"

    def __init__(self, url: str, into: list[Response | Failure]) -> None:
        super().__init__()
        self.url = url
        self.into = into

    async def start(self) -> AsyncIterator[Request]:
        """The one request."""
        yield Request(self.url, callback=self.keep, errback=self.keep, dont_filter=True)

    def keep(self, outcome: Response | Failure) -> None:
        """Keep the page, or why there is none."""
        self.into.append(outcome)


async def fetch(url: str, settings: Crawl) -> Response:
    """The answer for one address. Raises InteropwatchError with the reason if there is none."""
    if not url.startswith(("http://", "https://")):
        raise InteropwatchError(f"{url} cannot be fetched: only http and https addresses can")
    install_reactor(settings.allow_networks)
    got: list[Response | Failure] = []
    await AsyncCrawlerRunner(scrapy_settings(settings)).crawl(_OnePage, url=url, into=got)
    if not got:
        raise InteropwatchError(f"{url} cannot be fetched: no answer")
    outcome = got[0]
    if isinstance(outcome, Failure):
        host = urlsplit(url).hostname or ""
        reason, detail = failure_words(outcome.value, host, installed_guard().refusal)
        raise InteropwatchError(f"{url} cannot be fetched: {reason}: {detail}")
    if outcome.status != 200:
        raise InteropwatchError(f"{url} cannot be fetched: http {outcome.status}")
    kind = (outcome.headers.get("Content-Type") or b"").decode("latin-1")
    if not is_text(kind):
        raise InteropwatchError(f"{url} is no page: it was sent as {kind}")
    return outcome
