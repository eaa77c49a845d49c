"""Cutting a text into sentences and telling the title, the lead, the body and the chrome apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from alerts.tagging.folding import FoldedText, fold_accents


class Zone(StrEnum):
    """Where a sentence stands. Chrome is what the site put around the article."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    CHROME = "chrome"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at its place in the clean text, with its folded words."""

    index: int
    paragraph: int
    start: int
    end: int
    zone: Zone
    folded: str


ZONE_WEIGHT = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.5, Zone.CHROME: 0.0}
"""An article says what it is about in its title, else in its lead."""

LEAD_SENTENCES = 4
"""An article says what it is about in its title or in this many sentences (a common rule of
news writing; of 79 relevant development articles one states it later)."""

_PARAGRAPH = re.compile(r"[^\n]+")
# A full stop behind one or two digits is a German ordinal (am 3. März) or a list's number.
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Ms|Mrs|Dr|St|vs|No|Co|Inc|Ltd|Corp|etc|approx|Nr|bzw|ca|Sr|Sra|av|p|z|u|Mio|Mrd|Prof|usw|Tel))$"
    r"|(?:^|\s)\d{1,2}$"
)
# A mark between a Latin letter and a CJK one stands in a name (Yahoo!ショッピング, PayLah!与).
_END = re.compile(
    r"(?<!Yahoo)(?:(?<![A-Za-z])[。！？!?]+|[。！？!?]+(?![\u3040-\ud7a3]))[”」』\"’）)】]*"
    r"|(?<=\S)\.[”\"’)»]*(?=\s+[\"“‘«(]?[A-ZÀ-Ý\u3040-\ud7a3\ue000])"
    r"|[;；](?=\s|[\u3400-\u9fff])"
)
_BEFORE = 8
"""How many characters before a full stop can hold an abbreviation."""


def sentences(text: FoldedText, title_end: int, *, latin: bool) -> Iterator[Sentence]:
    """Sentences in order; the first `title_end` characters are the title, one sentence.

    With `latin` their folded words lose their accents as well.
    """
    folded = fold_accents(text.folded) if latin else text.folded
    index = paragraph = 0
    if title_end:
        yield Sentence(0, 0, 0, title_end, Zone.TITLE, folded[:title_end])
        index = paragraph = 1
    for block in _PARAGRAPH.finditer(text.clean, title_end):
        for start, end in _cut(text.clean, block.start(), block.end()):
            yield Sentence(index, paragraph, start, end, Zone.BODY, folded[start:end])
            index += 1
        paragraph += 1


def _cut(clean: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in _END.finditer(clean, start, end):
        before = clean[max(start, match.start() - _BEFORE) : match.start()]
        if match[0][0] == "." and _ABBREVIATION.search(before):
            continue
        yield from _stripped(clean, at, match.end())
        at = match.end()
    yield from _stripped(clean, at, end)


def _pieces(start: int, end: int, clean: str) -> Iterator[tuple[int, int]]:
    """A sentence in pieces of bounded length, cut at a space or a comma where there is one."""
    while end - start > LONGEST:
        cut = max(clean.rfind(mark, start, start + LONGEST) for mark in " ,，、") + 1
        cut = cut if cut > start else start + LONGEST
        yield start, cut
        start = cut
    yield start, end


LONGEST = 600
"""Characters of a sentence; what goes on longer is a list or hostile, and is read in pieces: the
gaps of frames make matching slower with the square of the length."""


def _stripped(clean: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and clean[start].isspace():
        start += 1
    while end > start and clean[end - 1].isspace():
        end -= 1
    if start < end:
        yield from _pieces(start, end, clean)
