"""`/metrics` and `/healthz` over HTTP, on a port of the operator's choice; off by default."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from config.errors import InteropwatchError
from config.settings import Metrics
from storage.database import Database
from storage.heartbeats import stale
from storage.metrics import registry_of

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

log = logging.getLogger(__name__)


class Renewed(Protocol):
    """What knows whether the files as they are were taken over."""

    refusal: str | None


@contextmanager
def observed(
    where: Metrics,
    database: Database,
    clock: Callable[[], datetime],
    own: str | None,
    renewal: Renewed,
) -> Iterator[None]:
    """Serve /metrics and /healthz meanwhile, if a port is set."""
    if not where.port:
        yield
        return
    registry = registry_of(database, clock, lambda: renewal.refusal is not None)
    application = application_of(database, clock, own, registry)
    with serving(where.host, where.port, application) as port:
        log.info("serving /metrics and /healthz on %s:%d", where.host, port)
        yield


@contextmanager
def serving(host: str, port: int, application: "WSGIApplication") -> Iterator[int]:
    """Answer until the block ends; gives the port. Raises InteropwatchError if it is taken."""
    try:
        server = (_Server6 if ":" in host else _Server)((host, port), _Handler)
    except OSError as error:
        raise InteropwatchError(
            f"cannot listen on {host}:{port} (metrics.host, metrics.port): {error.strerror}. "
            "Choose an address of this machine and a port that is free, or no port"
        ) from error
    server.set_app(application)
    thread = Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="metrics", daemon=True
    )
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def application_of(
    database: Database,
    clock: Callable[[], datetime],
    own: str | None,
    registry: CollectorRegistry,
) -> "WSGIApplication":
    """The two pages; anything else is a 404, and a store that fails a 503 without details.

    `own` is the worker whose health is asked for; None asks for all of the daemon.
    """
    metrics = make_wsgi_app(registry)

    def health() -> tuple[str, str]:
        with database.read() as session:
            late = stale(session, clock(), own)
        return ("503 Service Unavailable", "; ".join(late)) if late else ("200 OK", "healthy")

    def answer(environ: dict[str, Any], start: "StartResponse") -> Any:
        try:
            if environ["PATH_INFO"] == "/metrics":
                return metrics(environ, start)
            known = environ["PATH_INFO"] == "/healthz"
            status, words = health() if known else ("404 Not Found", "/metrics or /healthz")
        except Exception:
            log.exception("%s cannot be answered", environ["PATH_INFO"])
            status, words = "503 Service Unavailable", "the store cannot be asked"
        start(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [f"{words}\n".encode()]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - inherited
        """A line for every scrape helps nobody."""
