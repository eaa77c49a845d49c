"""A loopback HTTP server that plays the demo's outlets to the real crawler."""

import threading
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from crawler.demo.rendering import Answer, render_site
from crawler.demo.world import Outlet, Page, World, load_world


class Request(NamedTuple):
    """One request as it was answered."""

    method: str
    path: str
    status: int


class NewsSite:
    """All outlets of a World behind one address; nothing is published at first.

    Use it as a context manager, or call `close` when done.
    """

    def __init__(self, world: World | None = None) -> None:
        self.world = world if world is not None else load_world()
        self.requests: list[Request] = []
        # Answers are rendered on publishing and swapped as a whole, so that threads need no lock.
        self._answers: dict[str, Answer] = {}
        self._server = _Server(self)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.publish(0)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def publish(self, round_number: int) -> None:
        """Make the pages of all rounds up to this one visible, and no others."""
        self._answers = render_site(self.world, round_number, self.base_url)

    def answer(self, path: str) -> Answer | None:
        """What lies at the path now."""
        return self._answers.get(path)

    def feed_url(self, outlet: Outlet) -> str:
        """The address of the outlet's feed."""
        return self.base_url + outlet.feed_path

    def page_url(self, page: Page) -> str:
        """The address of the page, visible or not."""
        return self.base_url + page.path

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: NewsSite) -> None:
        self.site = site
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a handler only looks up ready bytes, so this is a client that left."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        site = self.server.site
        answer = site.answer(urlsplit(self.path).path)
        status = self._status(answer)
        # Noted before the bytes leave: whoever has the response finds its request in the list.
        site.requests.append(Request(self.command, self.path, int(status)))
        body = b"" if status is HTTPStatus.NOT_MODIFIED else _body(answer)
        self.send_response(status)
        self._send_headers(answer, len(body), status)
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the name is the standard library's

    def _status(self, answer: Answer | None) -> HTTPStatus:
        if answer is None:
            return HTTPStatus.NOT_FOUND
        tags = self.headers.get("If-None-Match")
        since = self.headers.get("If-Modified-Since")
        fresh = _same_tag(answer, tags) if tags else _not_newer(answer, since)
        return HTTPStatus.NOT_MODIFIED if fresh else HTTPStatus.OK

    def _send_headers(self, answer: Answer | None, length: int, status: HTTPStatus) -> None:
        if status is not HTTPStatus.NOT_MODIFIED:
            kind = answer.content_type if answer else "text/plain; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(length))
        if answer and answer.etag:
            self.send_header("ETag", answer.etag)
        if answer and answer.last_modified:
            self.send_header("Last-Modified", format_datetime(answer.last_modified, usegmt=True))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - inherited
        """Say nothing: `NewsSite.requests` is the log."""


def _body(answer: Answer | None) -> bytes:
    return answer.body if answer else b"Not found\n"


def _same_tag(answer: Answer, tags: str) -> bool:
    if answer.etag is None:
        return False
    known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    return answer.etag in known or "*" in known


def _not_newer(answer: Answer, since: str | None) -> bool:
    if answer.last_modified is None or since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _seconds(answer.last_modified) <= _seconds(moment)


def _seconds(moment: datetime) -> int:
    """Whole seconds: HTTP dates carry no fractions."""
    return int(moment.timestamp())
