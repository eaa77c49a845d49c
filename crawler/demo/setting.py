"""What the demo runs with: the daemon's settings but for a few, and the outlets as sources."""

from pathlib import Path

from config.settings import Settings
from config.sources import SourceSpec
from crawler.demo.site import NewsSite


def demo_settings(folder: Path) -> Settings:
    """The daemon's settings, but for the store, the network and the courtesy of waiting."""
    return Settings.model_validate(
        {
            "database_url": f"sqlite:///{folder / 'demo.db'}",
            "crawl": {"allow_networks": ["127.0.0.0/8"], "host_delay_seconds": 0},
        }
    )


def demo_sources(site: NewsSite) -> tuple[SourceSpec, ...]:
    """The outlets of the news world, as files in config/sources would state them."""
    return tuple(
        SourceSpec.model_validate(
            {
                "slug": outlet.slug,
                "name": outlet.name,
                "homepage": f"{site.base_url}{outlet.home_path}",
                "language": outlet.language,
                "country": outlet.country,
                "timezone": outlet.timezone,
                "feeds": [
                    {
                        "url": site.feed_url(outlet),
                        "kind": outlet.feed.kind,
                        "links": outlet.feed.links,
                    }
                ],
            }
        )
        for outlet in site.world.outlets
    )
