"""Which of the pages that a document announces are fetched: those that nobody knows yet."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from crawler.polls import Poll, Wanted
from crawler.spiders.reading import Reading
from crawler.urls import canonical_url, spellings, url_key
from storage.articles import edited_urls, known_urls
from storage.database import Database
from storage.rejections import Refused, rejected_urls

MAX_EDITED = 5
"""Articles that one run over one feed reads anew at most, because they were edited."""

MAX_URL = 2_000
"""Characters of an address that is fetched; Scrapy would drop longer ones without a word."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Pages to fetch; addresses that cannot be fetched, with the reason; whether some must wait.

    `remembered` are addresses that were rejected long ago and are announced still.
    """

    pages: list[Wanted]
    strange: dict[str, str]
    waiting: bool
    remembered: set[str]


class Chooser:
    """Chooses pages for one batch of feeds: none of them twice, whoever announces it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claimed: set[str] = set()

    async def new_pages(self, poll: Poll, base: str, reading: Reading, now: datetime) -> Choice:
        """What is new in a document that was found at `base`."""
        wanted: dict[str, Wanted] = {}
        strange: dict[str, str] = {}
        own = {url_key(canonical_url(way) or way) for way in (base, poll.feed.url)}
        seen = self._claimed | own
        for entry in reading.entries:
            address = canonical_url(entry.url, base)
            if address is None or len(address) > MAX_URL:
                strange[entry.url[:MAX_URL]] = "too long" if address else "no web address"
            elif (key := url_key(address)) not in seen:
                seen.add(key)
                wanted[address] = Wanted(address, entry)
        known, refused = await self._database.ask(_already, list(wanted), list(strange), now)
        refusals = refused.given_up | refused.waiting
        edited = await self._edited((wanted[url] for url in wanted if url in known), now)
        fresh = [w for url, w in wanted.items() if url not in known | refusals]
        left = {url: why for url, why in strange.items() if url not in refusals}
        return Choice(fresh + edited, left, bool(refused.waiting), refused.old)

    def claim(self, pages: Iterable[Wanted], room: int) -> tuple[list[Wanted], int]:
        """The first of the pages that no other feed has claimed meanwhile, and how many are left."""
        free = [page for page in pages if url_key(page.url) not in self._claimed]
        chosen = free[:room]
        self._claimed.update(url_key(page.url) for page in chosen)
        return chosen, len(free) - len(chosen)

    async def _edited(self, known: Iterable[Wanted], now: datetime) -> list[Wanted]:
        """Of pages that are articles already, some that the feed says were edited since."""
        changed = {w.url: w for w in known if w.entry.updated_at}
        moments = {url: w.entry.updated_at for url, w in changed.items() if w.entry.updated_at}
        urls = await self._database.ask(edited_urls, moments, now) if moments else set()
        return [replace(changed[url], known=True) for url in changed if url in urls][:MAX_EDITED]


def _already(
    session: Session, urls: list[str], strange: list[str], now: datetime
) -> tuple[set[str], Refused]:
    """Of the addresses: those with an article in any spelling, and those that were refused.

    `strange` ones are no web addresses, so they can only have been rejected.
    """
    known = known_urls(session, urls)
    refused = rejected_urls(session, [*urls, *strange], now)
    settled = known | refused.given_up | refused.waiting
    rest = [url for url in urls if url not in settled]
    ways = {way: url for url in rest for way in spellings(url)}
    known |= {ways[way] for way in known_urls(session, ways)}
    return known, refused
