"""New outlets: from an address that a person gives, or from a list of feeds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydantic import HttpUrl, ValidationError

from config.catalogue import add_source
from config.errors import InteropwatchError
from config.settings import Crawl
from config.sources import SourceSpec
from crawler.checking import Check
from crawler.discovery import Discovery, DiscoveryError, Place, discover
from crawler.extraction.pool import ExtractionPool
from crawler.opml import Outline
from crawler.outlets import language_of, place_of, slug_of, unused, zone_of
from crawler.visiting import Visitor


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person says of the outlet; the rest is found out."""

    slug: str | None = None
    name: str | None = None
    language: str | None = None
    zone: str | None = None


async def add_outlet(
    url: str,
    wishes: Wishes,
    known: Sequence[SourceSpec],
    settings: Crawl,
    now: datetime,
    folder: Path | None,
) -> tuple[list[dict[str, Any]], str]:
    """Find and try the feeds of an outlet, and write the file of the best into the folder.

    Without a folder nothing is written. Gives back what was tried, and what was done in words.
    Raises DiscoveryError if nothing leads to articles, or if the outlet is read already.
    """
    if wishes.zone is not None and zone_of(wishes.zone) is None:
        raise DiscoveryError(f"{wishes.zone!r} is no time zone; write one such as Asia/Shanghai")
    pool = ExtractionPool(settings.extraction_processes)
    try:
        async with Visitor(settings) as visitor:
            found = await discover(url, visitor, pool, now, zone=wishes.zone)
    finally:
        await pool.close()
    if found.best is None:
        raise DiscoveryError(_nothing(url, found))
    place, check = found.best
    _check_unknown(place.url, known)
    spec = _spec(found, place, check, wishes, known)
    said = f"{spec.slug}: {place.url} ({place.kind}, {check.entries} entries, by {place.how})"
    if folder is not None:
        path = add_source(folder, spec, f"Found by `interopwatch sources add {url}`.")
        said = f"wrote {path}: {said}; the daemon reads it when it starts next"
    if spec.timezone == "UTC":
        said += "\nits time zone is not known: dates without one are read as UTC; state --zone"
    return [_tried(pair, chosen=pair == found.best) for pair in found.tried], said


def _nothing(url: str, found: Discovery) -> str:
    ways = "; ".join(f"{place.url}: {check.error}" for place, check in found.tried[:3])
    more = len(found.tried) - 3
    rest = f"; and {more} more" if more > 0 else ""
    return (
        f"no feed and no sitemap of {url} leads to an article ({ways}{rest}). If the outlet has "
        "a page of links, write a listing by hand: see docs/sources.md"
    )


def _check_unknown(url: str, known: Sequence[SourceSpec]) -> None:
    for source in known:
        if url in {str(feed.url) for feed in source.feeds}:
            state = "on" if source.enabled else f"off: interopwatch sources enable {source.slug}"
            raise DiscoveryError(f"{url} is a feed of {source.slug} already, which is {state}")


def _spec(
    found: Discovery, place: Place, check: Check, wishes: Wishes, known: Sequence[SourceSpec]
) -> SourceSpec:
    homepage = found.homepage
    if place.how == "given" and check.article:  # a feed may live on another host than its outlet
        homepage = urljoin(check.article, "/")
    language = wishes.language or check.language or language_of(found.page.language)
    country, zone = place_of(homepage, language)
    return _valid(
        {
            "slug": wishes.slug or slug_of(homepage, {source.slug for source in known}),
            "name": wishes.name or found.page.name or urlsplit(homepage).hostname,
            "homepage": homepage,
            "language": language_of(language or "") or wishes.language,
            "country": country,
            "timezone": wishes.zone or zone,
            "feeds": [{"url": place.url, "kind": place.kind}],
        }
    )


def _valid(values: dict[str, Any]) -> SourceSpec:
    try:
        return SourceSpec.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: found {one['input']!r}: {one['msg']}"
            for one in error.errors(include_url=False)
        )
        raise InteropwatchError(f"that makes no source: {wrong}") from error


def _tried(pair: tuple[Place, Check], *, chosen: bool) -> dict[str, Any]:
    place, check = pair
    return {
        "chosen": chosen,
        "found_by": place.how,
        "kind": place.kind,
        "ok": check.ok,
        "entries": check.entries,
        "dated": check.dated,
        "newest": check.newest,
        "title": place.title or check.title,
        "error": check.error,
        "url": place.url,
    }


def import_outlines(
    outlines: Iterable[Outline], known: Sequence[SourceSpec], folder: Path | None
) -> list[dict[str, Any]]:
    """Write a source for every outlet of a list; feeds of one outlet share its file.

    Gives back a row per feed: added, known already, or why it makes no source.
    """
    read = {str(feed.url): source.slug for source in known for feed in source.feeds}
    taken = {source.slug for source in known}
    outlets: dict[str, list[Outline]] = {}
    rows: dict[str, dict[str, Any]] = {}
    for outline in outlines:
        url = _normal(outline.url)
        rows[outline.url] = _row("", outline, "refused: that is no web address")
        if url in read:
            rows[outline.url] = _row(read[url], outline, "known")
        elif url is not None:
            outlets.setdefault(_outlet(outline), []).append(outline)
    for group in outlets.values():
        rows.update({row["url"]: row for row in _import(group, taken, folder)})
    return list(rows.values())


def _outlet(outline: Outline) -> str:
    """What feeds of one outlet have in common."""
    return outline.slug or (f"{outline.homepage} {outline.name}".strip() or outline.url)


def _import(group: list[Outline], taken: set[str], folder: Path | None) -> list[dict[str, Any]]:
    first = group[0]
    homepage = _normal(first.homepage) or urljoin(first.url, "/")
    language = language_of(first.language)
    country, zone = place_of(homepage, language)
    wanted = first.slug if _is_slug(first.slug) else ""
    slug = unused(wanted, taken) if wanted else slug_of(homepage, taken)
    try:
        spec = _valid(
            {
                "slug": slug,
                "name": first.name or urlsplit(homepage).hostname or slug,
                "homepage": homepage,
                "language": language,
                "country": first.country or country,
                "timezone": zone_of(first.timezone) or zone,
                "feeds": [{"url": outline.url} for outline in group],
            }
        )
        if folder is not None:
            add_source(
                folder, spec, "From a list of feeds; try it by `interopwatch sources check`."
            )
    except InteropwatchError as error:
        return [_row("", outline, f"refused: {error}") for outline in group]
    taken.add(slug)
    return [_row(slug, outline, "added") for outline in group]


def _is_slug(text: str) -> bool:
    return text.replace("-", "").isalnum() and text.isascii() and text == text.lower()


def _normal(url: str) -> str | None:
    """The address as sources state it; None if it is none."""
    try:
        return str(HttpUrl(url))
    except ValidationError:
        return None


def _row(slug: str, outline: Outline, outcome: str) -> dict[str, Any]:
    return {"source": slug, "name": outline.name, "outcome": outcome, "url": outline.url}
