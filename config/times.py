"""Time zones and times of the day as people write them."""

import re
from datetime import time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

_CLOCK = re.compile(r"\d?\d:\d\d")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write one such as Asia/Shanghai") from error
    return name


def _clock(value: Any) -> Any:
    """Refuse what would be read as seconds after midnight, or carries a zone of its own."""
    if (isinstance(value, str) and not _CLOCK.fullmatch(value)) or isinstance(value, int | float):
        raise ValueError(f"{value!r} is no time of the day; write one such as 07:30")
    return value.zfill(5) if isinstance(value, str) else value


Zone = Annotated[str, AfterValidator(_known_zone)]
"""The IANA name of a time zone, such as Asia/Shanghai."""

Clock = Annotated[time, BeforeValidator(_clock)]
"""A time of the day, to the minute."""
