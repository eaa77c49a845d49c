"""A web site on loopback for the crawler's tests, with every fault that can be wished for."""

import socket
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Answer:
    """What one path answers. `delay` is in seconds; `drop` cuts the connection instead.

    `stream` is sent piece by piece after the headers, without a length; `raw` instead of all HTTP.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    stream: Iterable[bytes] | None = None
    raw: Iterable[bytes] | None = None
    etag: str | None = None


@dataclass(frozen=True)
class Seen:
    """One request as it came; header names are lower-case."""

    path: str
    headers: dict[str, str]
    at: float


class Site:
    """Serves `answers` by path (with the query if one is set so); what is not there is a 404."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[Seen] = []
        self._server = _Server((host, 0), _Handler)
        self._server.site = self
        self.port = int(self._server.server_address[1])
        self.url = f"http://{host}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def put(self, path: str, body: bytes | str = b"", **how: Any) -> str:
        """Answer at the path from now on; gives back its address."""
        kind = how.pop("content_type", None)
        answer = Answer(body.encode() if isinstance(body, str) else body, **how)
        if kind is not None:
            answer.headers.setdefault("Content-Type", kind)
        self.answers[path] = answer
        return self.url + path

    def paths(self) -> list[str]:
        """The paths that were asked for, robots.txt left out."""
        return [seen.path for seen in self.seen if seen.path != "/robots.txt"]

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body leave apart: each answer would wait for 40 ms
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.seen.append(Seen(self.path, headers, time.monotonic()))
        answer = site.answers.get(self.path) or site.answers.get(self.path.partition("?")[0])
        answer = answer or Answer(b"nothing here", status=404)
        if answer.delay:
            time.sleep(answer.delay)
        if answer.drop:
            reset = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            self.connection.close()
            self.close_connection = True
            return
        if answer.raw is not None:
            self.close_connection = True
            for piece in answer.raw:
                self.wfile.write(piece)
                self.wfile.flush()
            return
        if answer.etag and headers.get("if-none-match") == answer.etag:
            self._send(304, b"", {"ETag": answer.etag})
            return
        self._send(answer.status, answer.body, _headers(answer), answer.stream)

    def _send(
        self,
        status: int,
        body: bytes,
        headers: dict[str, str],
        stream: Iterable[bytes] | None = None,
    ) -> None:
        (self.send_response_only if "Date" in headers else self.send_response)(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if stream is None:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for piece in stream:
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the tests' output clean."""


def _headers(answer: Answer) -> dict[str, str]:
    headers = {"Content-Type": "text/html; charset=utf-8", **answer.headers}
    if answer.etag:
        headers["ETag"] = answer.etag
    return {name: value for name, value in headers.items() if value}


def article(title: str = "Taobao opens", text: str | None = None, **extra: str) -> str:
    """A small article page; `head` and `foot` are put where their names say."""
    text = text or (
        "Taobao said on Friday that its buyers can pay with WeChat Pay from now on.\n"
        "The company had tried the new way of paying with a few of them since February.\n"
        "Merchants were told to sign a form before the end of the month, it added."
    )
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return (
        f"<!doctype html><html><head><title>{title}</title>{extra.get('head', '')}</head>"
        f"<body><nav><a href='/'>Home</a> <a href='/login'>Log in</a></nav>"
        f"<article><h1>{title}</h1>{paragraphs}</article>{extra.get('foot', '')}"
        "<footer>All rights reserved</footer></body></html>"
    )


def rss(links: Iterable[str], *, date: str = "Fri, 27 Sep 2024 11:05:00 +0800") -> str:
    """An RSS feed that announces the links."""
    entries = "".join(
        f"<item><title>Entry {n}</title><link>{link}</link><pubDate>{date}</pubDate></item>"
        for n, link in enumerate(links)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{entries}</channel></rss>'


def endless(piece: bytes = b"x" * 65536) -> Iterator[bytes]:
    """A body that does not end."""
    while True:
        yield piece


def slowly(piece: bytes = b"", seconds: float = 0.05) -> Iterator[bytes]:
    """A beginning, and then nothing that helps, for ever."""
    yield piece
    while True:
        time.sleep(seconds)
        yield b"x"


def dripping(seconds: float = 0.05) -> Iterator[bytes]:
    """A body that comes byte by byte."""
    while True:
        yield b"x"
        time.sleep(seconds)
