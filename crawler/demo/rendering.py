"""The demo site as bytes: every answer that the news world gives at one moment."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.words import FeedKind
from crawler.demo.world import FOLDER, Outlet, Page, World

ROBOTS = b"User-agent: *\nAllow: /\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """A body with its headers; only feeds carry validators, as on most real sites."""

    body: bytes
    content_type: str
    etag: str | None = None
    last_modified: datetime | None = None


def render_site(world: World, round_number: int, base_url: str) -> dict[str, Answer]:
    """Every path that is visible in the round, with its answer; all else is a 404."""
    templates = _environment()
    answers = {"/robots.txt": Answer(ROBOTS, "text/plain; charset=utf-8")}
    for outlet in world.outlets:
        pages = world.visible(round_number, outlet.slug)
        changed = world.seen_at(pages[0]) if pages else None
        answers[outlet.feed_path] = _feed(templates, outlet, pages, base_url, changed)
        for page in pages:
            answers[page.path] = _article(templates, outlet, page, base_url)
    return answers


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["rfc822"] = format_datetime
    return environment


def _feed(
    templates: Environment,
    outlet: Outlet,
    pages: tuple[Page, ...],
    base_url: str,
    changed: datetime | None,
) -> Answer:
    listing = outlet.feed.kind is FeedKind.LISTING
    name = f"{outlet.template}_listing.html.j2" if listing else f"feed_{outlet.feed.format}.xml.j2"
    text = templates.get_template(name).render(
        outlet=outlet,
        pages=pages,
        base_url=base_url,
        updated=changed or datetime(2024, 1, 1, tzinfo=UTC),
    )
    body = text.encode(outlet.charset)
    return Answer(
        body,
        _html_type(outlet) if listing else _FEED_TYPES[outlet.feed.format],
        etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"',
        last_modified=changed.astimezone(UTC) if changed else None,
    )


_FEED_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "news-sitemap": "application/xml; charset=utf-8",
}


def _article(templates: Environment, outlet: Outlet, page: Page, base_url: str) -> Answer:
    text = templates.get_template(f"{outlet.template}.html.j2").render(
        outlet=outlet, page=page, url=base_url + page.path
    )
    return Answer(text.encode(outlet.charset), _html_type(outlet))


def _html_type(outlet: Outlet) -> str:
    return f"text/html; charset={outlet.charset}" if outlet.charset_header else "text/html"
