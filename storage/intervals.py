"""How often a feed is read: as often as it has news, within bounds, and less often while it fails."""

from datetime import datetime, timedelta

from storage.models import Feed

LONGEST_WAIT = timedelta(hours=24)
"""A feed is slowed, never dropped: it is tried at least this often."""

SHRINK = 2 / 3
GROW = 5 / 4
"""Together they settle where about every third reading finds something new."""

GAP_WEIGHT = 0.2
"""What the newest gap counts in the usual one."""

FIRST_GAP_SECONDS = 3 * 24 * 3600.0
"""The usual gap of a feed of which nothing is known yet."""


def next_interval(seconds: int, shortest: int, longest: int, *, changed: bool) -> int:
    """The interval after a reading that found something new or not, within the bounds."""
    wanted = seconds * (SHRINK if changed else GROW)
    rounded = int(wanted) if changed else -int(-wanted // 1)  # so that small ones move as well
    return max(shortest, min(rounded, longest))


def backed_off(seconds: int, failures: int) -> timedelta:
    """The wait after so many failures in a row: doubled with each, a day at most."""
    interval = timedelta(seconds=seconds)
    wait: timedelta = min(interval * 2 ** min(failures, 16), max(LONGEST_WAIT, interval))
    return wait


def usual_gap(before: float | None, gap: timedelta) -> float:
    """Seconds that usually pass between two readings with news, the last gap counted in."""
    known = FIRST_GAP_SECONDS if before is None else before
    return known + GAP_WEIGHT * (max(gap.total_seconds(), 0.0) - known)


def set_interval(
    feed: Feed, stated: int | None, first: int, bounds: tuple[int, int] | None
) -> None:
    """A stated interval holds as it is; else the feed's own pace, as long as the bounds allow."""
    if stated is not None:
        feed.interval_seconds, feed.shortest_seconds, feed.longest_seconds = stated, None, None
        return
    if bounds is not None:
        shortest, longest = min(bounds[0], first), max(bounds[1], first)
        if feed.shortest_seconds is None:
            feed.interval_seconds = first
        feed.shortest_seconds, feed.longest_seconds = shortest, longest
    if feed.shortest_seconds is None or feed.longest_seconds is None:
        feed.interval_seconds = first
    else:
        within = min(feed.interval_seconds, feed.longest_seconds)
        feed.interval_seconds = max(within, feed.shortest_seconds)


def keep_pace(feed: Feed, now: datetime, *, changed: bool) -> None:
    """Note whether a run found something new, and read the feed more or less often for it."""
    if changed and feed.last_new is not None:
        feed.usual_gap_seconds = usual_gap(feed.usual_gap_seconds, now - feed.last_new)
    if changed or feed.last_new is None:
        feed.last_new = now
    if feed.shortest_seconds is not None and feed.longest_seconds is not None:
        feed.interval_seconds = next_interval(
            feed.interval_seconds, feed.shortest_seconds, feed.longest_seconds, changed=changed
        )
