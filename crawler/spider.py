"""The one Scrapy spider: it turns feeds into requests and hands what comes back to the intake."""

import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from config.logs import about
from crawler.failures import failure_words, is_text
from crawler.pipelines import Intake
from crawler.politeness import retry_after_seconds
from crawler.polls import Poll, Wanted
from crawler.reactor import installed_guard
from crawler.rests import Resting
from crawler.turns import HostTurns
from storage.models import RunStatus

T = TypeVar("T")

log = logging.getLogger(__name__)

_FEED_ACCEPT = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,"
    "application/json;q=0.9,text/html;q=0.8,*/*;q=0.5"
)


def _about_its_run(
    callback: Callable[..., Coroutine[Any, Any, T]],
) -> Callable[..., Coroutine[Any, Any, T]]:
    """Whatever is logged while an answer is worked on carries the run and the feed."""

    @wraps(callback)
    async def carried(spider: "FeedSpider", answer: Any, **given: Any) -> T:
        poll: Poll = (given or answer.request.cb_kwargs)["poll"]
        with about(run=poll.run_id, feed=poll.feed.url):
            return await callback(spider, answer, **given)

    return carried


class FeedSpider(Spider):
    """Reads one batch of feeds and the new pages that they announce."""

    name = "feeds"

    def __init__(
        self,
        polls: Sequence[Poll],
        intake: Intake,
        on_start: Callable[[], None],
        turns: HostTurns | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.turns = turns
        self.on_start = on_start
        self.polls = polls
        self.intake = intake

    async def start(self) -> AsyncIterator[Request]:
        """One request per feed, with the validators of its last answer."""
        self.on_start()
        for poll in self.polls:
            yield self._feed_request(poll, poll.feed.url, first=True)

    def _feed_request(self, poll: Poll, url: str, *, first: bool) -> Request:
        headers = {"Accept": _FEED_ACCEPT}
        if first and poll.feed.etag:
            headers["If-None-Match"] = poll.feed.etag
        if first and poll.feed.last_modified:
            headers["If-Modified-Since"] = poll.feed.last_modified
        request = Request(
            url,
            headers=headers,
            callback=self.on_feed,
            errback=self.on_feed_failure,
            cb_kwargs={"poll": poll, "first": first},
            dont_filter=True,
        )
        poll.open += 1
        return request

    def _page_request(self, poll: Poll, wanted: Wanted) -> Request:
        request = Request(
            wanted.entry.url if wanted.entry.url.startswith("http") else wanted.url,
            callback=self.on_page,
            errback=self.on_page_failure,
            cb_kwargs={"poll": poll, "wanted": wanted},
            priority=10,  # before the next feed of its host: what was begun is ended in this run
            dont_filter=True,  # the intake knows better which pages are the same
        )
        poll.open += 1
        return request

    @_about_its_run
    async def on_feed(self, response: Response, poll: Poll, first: bool) -> list[Request]:
        """Requests for what the feed announces."""
        requests: list[Request] = []
        try:
            requests = await self._feed_requests(response, poll, first=first)
        except Exception as error:
            log.exception("feed %s", response.url)
            poll.fail(f"unexpected: {type(error).__name__}: {error}")
        self._done(poll)
        return requests

    async def _feed_requests(
        self, response: Response, poll: Poll, *, first: bool
    ) -> list[Request]:
        if first:
            poll.http_status = response.status
        if response.status == 304:
            poll.status = RunStatus.UNCHANGED
            return []
        if response.status != 200:
            wait = retry_after_seconds(response.headers, self.intake.clock())
            message = f"http {response.status} from {response.url}"
            if first:
                poll.fail(message, retry_after=wait)
            else:
                poll.error = message
            return []
        if first:
            poll.etag = _header(response, "ETag")
            poll.last_modified = _header(response, "Last-Modified")
        kind = _header(response, "Content-Type")
        wanted, more = await self.intake.read(poll, response.url, response.body, kind)
        requests = [self._page_request(poll, page) for page in wanted]
        return requests + self._further_requests(poll, more)

    def _further_requests(self, poll: Poll, urls: Sequence[str]) -> list[Request]:
        """Requests for further documents of the feed; the run notes an address that is none."""
        requests: list[Request] = []
        for url in urls:
            try:
                requests.append(self._feed_request(poll, url, first=False))
            except ValueError as error:
                poll.error = f"bad-url: {url[:100]}: {str(error)[:200]}"
        return requests

    @_about_its_run
    async def on_feed_failure(self, failure: Failure) -> None:
        """The feed could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]
        poll: Poll = request.cb_kwargs["poll"]
        reason, detail = self._words(failure, request)
        message = f"{reason}: {detail}"
        if request.cb_kwargs["first"]:
            rest = failure.value.seconds if isinstance(failure.value, Resting) else None
            poll.fail(message, retry_after=rest)
        else:
            poll.error = message
        self._done(poll)

    @_about_its_run
    async def on_page(self, response: Response, poll: Poll, wanted: Wanted) -> None:
        """Store the page, or keep it aside with the reason."""
        kind = _header(response, "Content-Type")
        try:
            if response.status != 200:
                detail = f"from {response.url}"
                await self.intake.refuse(poll, wanted, f"http-{response.status}", detail)
            elif not is_text(kind):
                await self.intake.refuse(poll, wanted, "not-html", kind or "")
            else:
                await self.intake.keep(poll, wanted, response.url, response.body, kind)
        except Exception as error:
            log.exception("page %s", response.url)
            poll.error = f"unexpected: {type(error).__name__}: {error}"
            poll.again = True
        self._done(poll)

    @_about_its_run
    async def on_page_failure(self, failure: Failure) -> None:
        """The page could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]
        poll: Poll = request.cb_kwargs["poll"]
        reason, detail = self._words(failure, request)
        try:
            if isinstance(failure.value, Resting):
                poll.put_off(failure.value.seconds)
            else:
                await self.intake.refuse(poll, request.cb_kwargs["wanted"], reason, detail)
        except Exception as error:
            log.exception("page %s", request.url)
            poll.error = f"unexpected: {type(error).__name__}: {error}"
            poll.again = True
        self._done(poll)

    def _words(self, failure: Failure, request: Request) -> tuple[str, str]:

        host = urlsplit(request.url).hostname or ""
        return failure_words(failure.value, host, installed_guard().refusal)

    def _done(self, poll: Poll) -> None:
        poll.open -= 1
        if poll.open == 0:
            self.intake.runs.finish(poll)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
