"""Sources as rows: what the files say, and how the store says they are doing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from config.settings import Crawl
from config.sources import SourceSpec
from storage.database import Database
from storage.feeds import FeedHealth, feed_health, sync_sources
from storage.notices import open_notices


async def adopt(database: Database, pace: Crawl, sources: Sequence[SourceSpec]) -> None:
    """Make the sources the ones in force, each feed with the interval that the settings give it."""
    await database.run(
        sync_sources,
        sources,
        interval_seconds=pace.interval_seconds,
        bounds=(pace.shortest_interval_seconds, pace.longest_interval_seconds),
    )


def listed(
    sources: Iterable[SourceSpec], database: Database | None, now: datetime
) -> list[dict[str, Any]]:
    """A row per source. Without a store nothing is known of its health."""
    health: dict[str, list[FeedHealth]] = defaultdict(list)
    notices: dict[str, list[str]] = defaultdict(list)
    if database is not None:
        with database.read() as session:
            for one in feed_health(session, now):
                health[one.feed.source_slug].append(one)
            for notice, feed in open_notices(session):
                notices[feed.source_slug].append(f"{notice.kind}: {notice.detail}")
    return [_row(source, health[source.slug], notices[source.slug]) for source in sources]


def _row(source: SourceSpec, health: Sequence[FeedHealth], notices: list[str]) -> dict[str, Any]:
    urls = {str(feed.url) for feed in source.feeds}
    known = [one for one in health if one.feed.url in urls]
    return {
        "source": source.slug,
        "name": source.name,
        "language": source.language,
        "country": source.country,
        "timezone": source.timezone,
        "enabled": source.enabled,
        "feeds": len(source.feeds),
        "kinds": ",".join(dict.fromkeys(str(feed.kind) for feed in source.feeds)),
        "status": _status(known),
        "last_success": _newest(one.feed.last_success for one in known),
        "newest_entry": _newest(one.feed.newest_entry for one in known),
        "articles": sum(one.articles for one in known) if known else None,
        "notices": "\n".join(notices) or None,
        "homepage": str(source.homepage),
        "urls": sorted(urls),
    }


def _status(known: Sequence[FeedHealth]) -> str | None:
    """The worst of its feeds."""
    ends = [one for one in known if one.last_status is not None]
    if any(one.feed.failures for one in ends):
        return "failed"
    return "ok" if any(one.feed.last_success for one in ends) else None


def _newest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
