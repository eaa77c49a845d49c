"""How the crawler behaves towards other people's servers: Scrapy's settings, and Retry-After."""

from datetime import datetime
from typing import Any

from scrapy.http.headers import Headers

from config.asked import seconds_asked
from config.release import release
from config.settings import Crawl
from crawler.components import components

PER_HOST = 2
"""Requests to one host at a time; the delay between them comes on top."""

LONGEST_DELAY = 60.0
"""Seconds between two requests that a site can ask for by Crawl-delay or by being slow."""

LONGEST_RETRY_AFTER = 24 * 3600.0


def user_agent(contact: str) -> str:
    """Who we are, with a way to reach the operator if one is set."""
    return f"interopwatch/{release()} (news reader{f'; +{contact}' if contact else ''})"


def scrapy_settings(crawl: Crawl) -> dict[str, Any]:
    """The settings of every crawl; what Scrapy would do by itself is unsafe for a daemon."""
    handler = "crawler.turns.DownloadHandler"
    return components() | {
        # Only the web: no files, no data addresses, no buckets, no FTP.
        "DOWNLOAD_HANDLERS": {
            "http": handler, "https": handler,
            "data": None, "file": None, "ftp": None, "s3": None,
        },
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": crawl.timeout_seconds,
        "CLOSESPIDER_TIMEOUT": crawl.run_budget_seconds,
        "REDIRECT_MAX_TIMES": 5,
        "COOKIES_ENABLED": False,
        "DNSCACHE_ENABLED": False,
        "HTTPPROXY_ENABLED": False,  # a proxy would resolve names past the guard
        "USER_AGENT": user_agent(crawl.contact),
        "DEFAULT_REQUEST_HEADERS": {
            "User-Agent": user_agent(crawl.contact),
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,"
            "application/json;q=0.8,*/*;q=0.7",
        },
        # Polite: the next poll is the retry, and it backs off.
        "ROBOTSTXT_OBEY": True,
        "RETRY_ENABLED": False,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": min(PER_HOST, crawl.concurrency),
        "DOWNLOAD_DELAY": crawl.host_delay_seconds,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": crawl.host_delay_seconds,
        "AUTOTHROTTLE_MAX_DELAY": LONGEST_DELAY,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        # Doors that nobody asked for.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "STATS_DUMP": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_VERSIONS": [],
    }  # fmt: skip


def retry_after_seconds(headers: Headers, now: datetime) -> float | None:
    """Seconds that an answer asked us to wait, at most a day; None if it said nothing sensible."""
    asked, date = (
        (headers.get(name) or b"").decode("ascii", "ignore") for name in ("Retry-After", "Date")
    )
    seconds = seconds_asked(asked, date, now)
    return None if seconds is None else min(seconds, LONGEST_RETRY_AFTER)
