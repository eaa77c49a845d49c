"""The demo's news world as plain values, read from config/demo/world.yaml."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from config.words import Capability, FeedKind, Stage

FOLDER = Path(__file__).parents[2] / "config" / "demo"


@dataclass(frozen=True, slots=True)
class Round:
    """One step of the demo: the simulated clock when it is crawled."""

    number: int
    now: datetime


@dataclass(frozen=True, slots=True)
class OutletFeed:
    """How an outlet announces its pages; `links` is the CSS selector of a listing's links.

    `kind` is the crawler's word; `format` tells RSS from Atom and names the feed's template.
    """

    kind: FeedKind
    format: str
    path: str
    links: str | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented outlet and the way in which its site is built."""

    slug: str
    name: str
    language: str
    country: str
    timezone: str
    template: str
    feed: OutletFeed
    ticker: tuple[str, ...] = ()
    charset: str = "utf-8"
    charset_header: bool = True

    @property
    def home_path(self) -> str:
        """Where the outlet lives on the site."""
        return f"/{self.slug}/"

    @property
    def feed_path(self) -> str:
        """Where the outlet's feed lies on the site."""
        return self.home_path + self.feed.path


@dataclass(frozen=True, slots=True)
class Opening:
    """What a careful reader takes as a page's news; platforms by their ids."""

    host: str
    guest: str
    capability: Capability
    stage: Stage


@dataclass(frozen=True, slots=True)
class Page:
    """One article with the chrome around it; visible from its round on.

    `copy_of` is the slug of the page that this one reprints.
    """

    slug: str
    outlet: str
    round: int
    published: datetime | None
    title: str
    paragraphs: tuple[str, ...]
    related: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    author: str | None = None
    opening: Opening | None = None
    copy_of: str | None = None

    @property
    def path(self) -> str:
        """Where the article lies on the site."""
        return f"/{self.outlet}/articles/{self.slug}.html"


@dataclass(frozen=True, slots=True)
class World:
    """All outlets, pages and rounds, in the order of the file."""

    rounds: tuple[Round, ...]
    outlets: tuple[Outlet, ...]
    pages: tuple[Page, ...]

    def outlet(self, slug: str) -> Outlet:
        """The outlet of that name; KeyError if there is none."""
        for outlet in self.outlets:
            if outlet.slug == slug:
                return outlet
        raise KeyError(slug)

    def page(self, slug: str) -> Page:
        """The page of that name; KeyError if there is none."""
        for page in self.pages:
            if page.slug == slug:
                return page
        raise KeyError(slug)

    def visible(self, round_number: int, outlet: str | None = None) -> tuple[Page, ...]:
        """Pages of rounds up to `round_number`, newest first, of one outlet or of all."""
        pages = [
            page
            for page in self.pages
            if page.round <= round_number and outlet in (None, page.outlet)
        ]
        return tuple(sorted(pages, key=self.seen_at, reverse=True))

    def seen_at(self, page: Page) -> datetime:
        """When the page appeared: its date, or an hour before its round if it states none."""
        if page.published is not None:
            return page.published
        now = next(step.now for step in self.rounds if step.number == page.round)
        return now - timedelta(hours=1)


def load_world(folder: Path = FOLDER) -> World:
    """Read world.yaml; a missing or unknown key is a KeyError or TypeError at once."""
    data = YAML(typ="safe").load(folder / "world.yaml")
    outlets = tuple(_outlet(entry) for entry in data["outlets"])
    zones = {outlet.slug: ZoneInfo(outlet.timezone) for outlet in outlets}
    return World(
        rounds=tuple(
            Round(entry["number"], datetime.fromisoformat(entry["now"]))
            for entry in data["rounds"]
        ),
        outlets=outlets,
        pages=tuple(_page(entry, zones[entry["outlet"]]) for entry in data["pages"]),
    )


def _outlet(entry: dict[str, Any]) -> Outlet:
    feed = dict(entry["feed"])
    feed["kind"] = FeedKind(feed["kind"])
    return Outlet(**{**entry, "ticker": tuple(entry["ticker"]), "feed": OutletFeed(**feed)})


def _page(entry: dict[str, Any], zone: ZoneInfo) -> Page:
    fields = dict(entry)
    for name in ("paragraphs", "related", "comments"):
        fields[name] = tuple(fields.get(name, ()))
    if fields["published"] is not None:
        # The file states wall-clock times, as an editor would type them.
        fields["published"] = datetime.fromisoformat(fields["published"]).replace(tzinfo=zone)
    if "opening" in fields:
        host, guest, capability, stage = fields["opening"]
        fields["opening"] = Opening(host, guest, Capability(capability), Stage(stage))
    return Page(**fields)
