"""Distance between requests to one host over all crawlers: a turn is taken right before a request.

Scrapy keeps the distance inside one crawl; the database keeps it between crawls in other processes.
"""

import asyncio

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.rests import RESTS
from storage.database import Database
from storage.turns import HOST, take


class HostTurns:
    """Turns at hosts, shared by all processes on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wait(self, host: str, apart: float) -> None:
        """Come back when it is our turn at the host, `apart` seconds after the turn before."""
        seconds = await self._database.run(take, HOST, host, apart)
        if seconds > 0:
            await asyncio.sleep(seconds)


class DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own, but that requests of a spider with `turns` wait for theirs, and hosts may rest."""

    async def download_request(self, request: Request) -> Response:
        """Fetch it, when it is our turn. Raises Resting."""
        turns: HostTurns | None = getattr(self._crawler.spider, "turns", None)
        host = urlparse_cached(request).hostname
        if turns is not None and host:
            await turns.wait(host, self._delay(request))
        place = urlparse_cached(request).netloc
        RESTS.check(place)
        response = await super().download_request(request)
        RESTS.note(place, response)
        return response

    def _delay(self, request: Request) -> float:
        """What Scrapy waits between two requests to this host, by all that it has learned."""
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        return float(slot.delay) if slot else self._crawler.settings.getfloat("DOWNLOAD_DELAY")
