"""How the date tests write what they see: "2024-09-04", "2024-09-01..2024-09-30 planned"."""

from collections.abc import Callable
from datetime import date

import pytest

from alerts.tagging.dates import find_dates
from alerts.tagging.folding import prepare

Seen = Callable[..., list[str]]


def _seen(text: str, language: str, anchor: str | None, year: int | None = None) -> list[str]:
    folded = prepare(
        text, chinese=language.startswith("zh"), spaces=language[:2] not in ("zh", "ja")
    ).folded
    day = date.fromisoformat(anchor) if anchor else None
    written = []
    for found in find_dates(folded, language, day, year):
        assert 0 <= found.start < found.end <= len(folded)
        bounds = str(found.first)
        if found.last != found.first:
            bounds += f"..{found.last}"
        marks = " planned" * found.planned + " vague" * found.vague
        written.append(bounds + marks)
    return written


@pytest.fixture
def seen() -> Seen:
    return _seen
