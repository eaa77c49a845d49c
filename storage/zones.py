"""The time zone in which a reader thinks: in which days are written and tables show moments."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, tzinfo
from difflib import get_close_matches

import typer

ZONE: ContextVar[tzinfo] = ContextVar("zone", default=UTC)
"""The zone of the command that runs. Machine formats are in UTC whatever it is."""


@contextmanager
def in_zone(name: str | None) -> Iterator[None]:
    """Within it, days are those of this zone and tables show its times. Raises BadParameter."""
    before = ZONE.set(zone(name))
    try:
        yield
    finally:
        ZONE.reset(before)


def zone(name: str | None) -> tzinfo:
    """The zone of a name such as Asia/Tokyo. Raises BadParameter with near matches."""
    if name is None or name.upper() == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, available_timezones

    known = {one.casefold(): one for one in available_timezones()}
    found = known.get(name.strip().casefold())
    if found is None:
        near = get_close_matches(name.casefold(), known, 2)
        listed = " or ".join(known[one] for one in near)
        hint = f"did you mean {listed}?" if near else "write it like Asia/Shanghai"
        raise typer.BadParameter(f"no time zone {name!r}; {hint}", param_hint="--tz")
    return ZoneInfo(found)
