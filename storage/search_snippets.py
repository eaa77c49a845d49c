"""The part of a text that shows why it was found."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, islice, takewhile

from storage.search_words import clean, folded

WIDTH = 110
"""Cells of a snippet; a Chinese character takes two."""

LOOKED_AT = 50
"""Places of each term that are weighed for the best part of a long text."""

_BREAKS = re.compile(r"(?<=[.!?]) |[\n。！？；]")


@dataclass(frozen=True)
class Snippet:
    """A part of a text on one line, and the places in it that were looked for."""

    text: str
    marks: tuple[tuple[int, int], ...]

    def marked(self, before: str, after: str) -> str:
        """The text with something written around each mark."""
        parts, at = [], 0
        for start, end in self.marks:
            parts += [self.text[at:start], before, self.text[start:end], after]
            at = end
        return "".join([*parts, self.text[at:]])


def snippet(text: str, expressions: Iterable[re.Pattern[str]]) -> Snippet:
    """The part of a text with the most different terms, the earliest if several have as many."""
    text = clean(text)
    looked_at = folded(text)
    hits = sorted(
        (found.start(), found.end(), number)
        for number, expression in enumerate(expressions)
        for found in islice(expression.finditer(looked_at), LOOKED_AT)
    )
    first = _best(hits, text)
    start, end = _around(text, *first)
    spans = _joined([(a, b) for a, b, _ in hits if start <= a and b <= end])
    return _on_one_line(text, start, end, spans)


def _best(hits: list[tuple[int, int, int]], text: str) -> tuple[int, int]:
    """From the first to the last hit of the best part."""
    terms = {term for _, _, term in hits}
    best, most = (0, 0), 0
    for number, (start, end, _) in enumerate(hits):
        near: set[int] = set()
        for _, last, term in hits[number:]:
            if _cells(text[start:last]) > WIDTH * 3 // 4:
                break
            near.add(term)
            end = max(end, last)
        if len(near) > most:
            most, best = len(near), (start, end)
        if most == len(terms):
            break
    return best if most else (hits[0][:2] if hits else best)


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The hits with as much before and after them as there is room for."""
    before = text[max(0, start - WIDTH) : start]
    breaks = [found.end() for found in _BREAKS.finditer(before)]
    if breaks:
        before = before[breaks[-1] :]
    room = max(0, WIDTH - _cells(text[start:end]))
    before = before[len(before) - _fitting(before[::-1], room // 2) :]
    room -= _cells(before)
    return start - len(before), end + _fitting(text[end : end + room], room)


def _fitting(text: str, room: int) -> int:
    """How many of its first characters there is room for."""
    ends = accumulate(map(_cells, text))
    return sum(1 for _ in takewhile(lambda end: end <= room, ends))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _on_one_line(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> Snippet:
    lead = "…" if text[:start].strip() and text[start - 1] not in "\n。！？" else ""
    shown = re.sub(r"\s", " ", text[start:end])
    blank = len(shown) - len(shown.lstrip())
    tail = "…" if text[end:].strip() else ""
    move = len(lead) - start - blank
    marks = tuple((a + move, b + move) for a, b in spans)
    return Snippet(lead + shown.strip() + tail, marks)


def _cells(text: str) -> int:
    """Cells on a terminal, nearly: what takes three bytes is twice as wide as what takes one."""
    return (len(text) + len(text.encode("utf-8", "replace"))) // 2
