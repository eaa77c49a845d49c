"""The one reactor of the process, with the guard on it. Nothing else may install one."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from typing import Any

from config.errors import InteropwatchError
from crawler.guard import Guard, Network

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


class ReactorError(InteropwatchError):
    """The process has a reactor that cannot be used from this event loop."""


_guards: dict[int, Guard] = {}


def install_reactor(allowed: Sequence[Network] = ()) -> Guard:
    """Put Twisted's asyncio reactor on the running loop and the guard on the reactor.

    Call it once, inside the coroutine of `asyncio.run`, before the first crawl; later calls on
    the same loop only change the allowed networks. Raises ReactorError on another loop, because a
    crawl there would wait for ever without a word.
    """
    loop = asyncio.get_running_loop()
    if "twisted.internet.reactor" not in sys.modules:
        from scrapy.utils.reactor import install_reactor as install

        install(REACTOR)
    from twisted.internet import reactor

    if getattr(reactor, "_asyncioEventloop", None) is not loop:
        raise ReactorError(
            "the reactor of this process belongs to another event loop; "
            "run one asyncio.run() per process, and call install_reactor() in it first"
        )
    guard = _guards.get(id(reactor))
    if guard is None:
        guard = _guards[id(reactor)] = Guard()
        _log_as_others_do()
        reactor.installNameResolver(guard)
    guard.allowed = tuple(allowed)
    return guard


def _log_as_others_do() -> None:
    """Twisted would write errors that nobody handles to standard error, past the log and its masks."""
    from twisted.logger import STDLibLogObserver, globalLogBeginner

    logging.getLogger("twisted").setLevel(logging.WARNING)
    observer: Any = STDLibLogObserver("twisted")
    globalLogBeginner.beginLoggingTo([observer], discardBuffer=True, redirectStandardIO=False)


def installed_guard() -> Guard:
    """The guard on the reactor. Raises ReactorError if `install_reactor` was not called."""
    for guard in _guards.values():
        return guard
    raise ReactorError("call crawler.reactor.install_reactor() before the first crawl")
