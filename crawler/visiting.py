"""Fetching addresses one asks for one by one, with the manners and the guard of the crawler.

All of them go through one Scrapy crawler, so that the delay between requests to a host holds.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from config.settings import Crawl
from crawler.failures import failure_words
from crawler.politeness import scrapy_settings
from crawler.reactor import install_reactor, installed_guard


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for one address: a page, or the reason why there is none."""

    url: str
    """Where it was found in the end."""
    status: int | None = None
    body: bytes = b""
    content_type: str | None = None
    reason: str = ""
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a page."""
        return self.status == 200

    @property
    def problem(self) -> str:
        """Why there is no page, in a few words."""
        if self.ok:
            return ""
        return f"{self.reason}: {self.detail}" if self.reason else f"http {self.status}"


class _Errands(Spider):
    """Makes the requests that are put into the queue, until None comes out of it."""

    name = "errands"

    def __init__(self, wishes: "asyncio.Queue[Request | None]") -> None:
        super().__init__()
        self.wishes = wishes

    async def start(self) -> AsyncIterator[Request]:
        """The requests as they are wished for."""
        while (request := await self.wishes.get()) is not None:
            yield request

    @staticmethod
    def bring(response: Response, brought: "asyncio.Future[Answer]") -> None:
        """Hand over the page."""
        kind = response.headers.get("Content-Type")
        label = kind.decode("latin-1") if kind else None
        if not brought.done():
            brought.set_result(Answer(response.url, response.status, response.body, label))

    @staticmethod
    def fail(failure: Failure) -> None:
        """Hand over the reason."""
        request: Request = failure.request  # type: ignore[attr-defined]
        host = urlsplit(request.url).hostname or ""
        reason, detail = failure_words(failure.value, host, installed_guard().refusal)
        brought: asyncio.Future[Answer] = request.cb_kwargs["brought"]
        if not brought.done():
            brought.set_result(Answer(request.url, reason=reason, detail=detail))


class Visitor:
    """Fetches addresses: `async with Visitor(settings) as visitor: await visitor.get(url)`."""

    def __init__(self, settings: Crawl) -> None:
        self.settings = settings
        self._wishes: asyncio.Queue[Request | None] = asyncio.Queue()
        self._crawl: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        install_reactor(self.settings.allow_networks)
        settings = {**scrapy_settings(self.settings), "CLOSESPIDER_TIMEOUT": 0}
        self._crawl = asyncio.create_task(self._run(AsyncCrawlerRunner(settings)))
        return self

    async def _run(self, runner: AsyncCrawlerRunner) -> None:
        await runner.crawl(_Errands, wishes=self._wishes)

    async def get(self, url: str) -> Answer:
        """What comes for the address; nothing that a server does is an exception."""
        if self._crawl is None:  # pragma: no cover - a mistake of ours
            raise RuntimeError("a Visitor is used by `async with`")
        brought: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        try:
            request = Request(
                url,
                callback=_Errands.bring,
                errback=_Errands.fail,
                cb_kwargs={"brought": brought},
                dont_filter=True,
            )
        except ValueError as error:
            return Answer(url, reason="bad-url", detail=str(error))
        if not request.url.startswith(("http://", "https://")):
            return Answer(url, reason="bad-url", detail="only http and https addresses are read")
        self._wishes.put_nowait(request)
        waiting: set[asyncio.Future[Any]] = {self._crawl, brought}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if brought.done():
            return brought.result()
        return Answer(url, reason="stopped", detail="the crawl ended before its turn")

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wishes.put_nowait(None)
        if self._crawl is not None:
            await self._crawl
