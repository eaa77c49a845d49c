"""Why a request came to nothing, in the few words that runs and rejections are filed under."""

import zlib
from collections.abc import Callable
from gzip import BadGzipFile

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet.error import DNSLookupError
from twisted.internet.error import TimeoutError as ConnectTimeoutError

from crawler.rests import Resting
from crawler.robots import ForbiddenByRobots, NoRobots

_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (ForbiddenByRobots, "robots"),
    (Resting, "resting"),
    (IgnoreRequest, "redirects"),  # what it ignores for its size is told by its words
    (BadGzipFile, "undecodable"),
    (zlib.error, "undecodable"),
    (DownloadTimeoutError, "timeout"),
    (ConnectTimeoutError, "timeout"),
    (DownloadCancelledError, "too-large"),
    (DownloadConnectionRefusedError, "connection"),
    (ResponseDataLossError, "connection"),
)
_TEXT_TYPES = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/json",
    "+xml",
    "+json",
)


def failure_words(
    error: BaseException | None, host: str, refusal: Callable[[str], str | None]
) -> tuple[str, str]:
    """Reason and detail of a request that failed. `refusal` asks the guard about a host."""
    if isinstance(error, NoRobots):
        reason, detail = failure_words(error.error, host, refusal)
        return reason, f"robots.txt: {detail}"
    if isinstance(error, CannotResolveHostError | DNSLookupError):
        address = refusal(host)
        if address is not None:
            return "blocked-address", f"{host} is {address}, which is not public"
        return "dns", f"{host} has no address"
    if isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error):
        return "too-large", str(error)[:300]  # only after it was unpacked
    if isinstance(error, ValueError) and "request url" in str(error):
        return "redirects", str(error)[:300]
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason, str(error)[:300]
    return "connection", f"{type(error).__name__}: {str(error)[:300]}"


def is_text(content_type: str | None) -> bool:
    """Whether a body may be a page; a missing type may be anything."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return not kind or any(part in kind for part in _TEXT_TYPES)
