"""Finding the dates of a text, left to right: each one is the context of the next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from alerts.tagging.dates.candidates import Lean
from alerts.tagging.dates.chinese import CHINESE
from alerts.tagging.dates.english import ENGLISH
from alerts.tagging.dates.french import FRENCH
from alerts.tagging.dates.german import GERMAN
from alerts.tagging.dates.grammar import A_FEW, Cues, Fields, Grammar, Part
from alerts.tagging.dates.japanese import JAPANESE
from alerts.tagging.dates.korean import KOREAN
from alerts.tagging.dates.numeric import PLAIN
from alerts.tagging.dates.resolution import Context, resolve
from alerts.tagging.dates.spanish import SPANISH

GRAMMARS = {
    "zh": CHINESE,
    "ja": JAPANESE,
    "ko": KOREAN,
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
}

_NEAR = 120
"""So many characters on, a year named before still says which year a month belongs to."""

_SENTENCE_END = re.compile(r"[。!?]|\.\s")

_AROUND = 60
"""Cues are looked for so many characters before and after a date."""


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date expression, its place in the given text and its bounds (equal: the day is known)."""

    start: int
    end: int
    first: date
    last: date
    how: str
    planned: bool
    """It lies after the anchor, or a planning cue governs it."""
    vague: bool
    """Recently, this week, a few days ago: bounds at best, never a day."""


def find_dates(
    folded: str, language: str, anchor: date | None, year: int | None = None
) -> list[DateFound]:
    """Every date of a folded text, in order.

    `anchor` is the day of publication, `year` the last absolute year named before the text.
    What neither can resolve is left out.
    """
    grammar = GRAMMARS.get(language.partition("-")[0].lower(), PLAIN)
    reader = _Reader(folded, grammar.cues, anchor, year)
    for match, fields in _expressions(folded, grammar):
        reader.take(match, fields)
    return reader.found


def _expressions(folded: str, grammar: Grammar) -> Iterator[tuple[re.Match[str], Fields]]:
    """The expressions from left to right; of those that overlap, the first and longest."""
    hits = [
        (match.start(), -match.end(), order, match)
        for order, pattern in enumerate((*grammar.others, *grammar.dates))
        for match in pattern.finditer(folded)
    ]
    end = 0
    for start, _, order, match in sorted(hits, key=lambda hit: hit[:3]):
        if start < end:
            continue
        end = match.end()
        if order < len(grammar.others):
            continue
        fields = grammar.read(match)
        if fields:
            yield match, fields


class _Reader:
    """Resolves expressions in order and remembers what the next one may lean on."""

    def __init__(self, folded: str, cues: Cues, anchor: date | None, year: int | None) -> None:
        self.found: list[DateFound] = []
        self._folded = folded
        self._cues = cues
        self._anchor = anchor
        self._year, self._year_at = year, 0
        self._story_year = year
        self._day: date | None = None
        self._near: date | None = None
        self._at = 0
        self._same_sentence = True

    def take(self, match: re.Match[str], fields: Fields) -> None:
        """Resolve one expression and keep it."""
        between = self._folded[self._at : match.start()]
        if "\n" in between:
            self._near, self._year_at = None, -_NEAR
        self._same_sentence = self._same_sentence and not _SENTENCE_END.search(between)
        self._at = match.end()
        soft, strong = _cue(self._folded, match, self._cues)
        strong = strong and not self._was_said(match, fields)
        bounds = resolve(fields, self._context(match.start(), fields, soft=soft, strong=strong))
        if bounds is None:
            return
        first, last = bounds
        later = self._anchor is not None and first > self._anchor
        planned = later or (strong and self._may_be_planned(fields, last))
        vague = "fuzz" in fields or "wk" in fields or fields.get("n") == A_FEW
        how = how_found(fields)
        end = match.start() + len(match[0].rstrip())
        self.found.append(DateFound(match.start(), end, first, last, how, planned, vague))
        if not vague:
            self._remember(match.end(), fields, bounds, planned=planned)

    def _may_be_planned(self, fields: Fields, last: date) -> bool:
        """A cue beside a past day without a year does not govern it after all."""
        if self._anchor is None or fields.keys() & {"y", "ry"}:
            return True
        return "rd" not in fields and last > self._anchor

    def _was_said(self, match: re.Match[str], fields: Fields) -> bool:
        """A year that is over, named with "as early as" before a verb of saying, is no plan."""
        year = fields.get("y")
        if year is None or self._anchor is None or year >= self._anchor.year:
            return False
        rest = self._folded[match.end() : match.end() + _AROUND]
        stop = self._cues.boundary.search(rest)
        rest = rest[: stop.start()] if stop else rest
        return self._cues.verb_final and bool(self._cues.saying.search(rest))

    def _context(self, at: int, fields: Fields, *, soft: bool, strong: bool) -> Context:
        lean = Lean.BACK
        if strong and "wd" in fields:
            lean = Lean.AHEAD
        elif soft or strong or (fields.get("part", 0) > Part.WINTER):
            lean = Lean.NEAREST
        near_year = self._year if at - self._year_at <= _NEAR else None
        if strong or (soft and not self._same_sentence):
            near_year = None
        elif soft and near_year is not None:
            lean = Lean.BACK
        return Context(self._anchor, near_year, self._story_year, self._day, self._near, lean)

    def _remember(
        self, at: int, fields: Fields, bounds: tuple[date, date], *, planned: bool
    ) -> None:
        first, last = bounds
        if fields.keys() & {"y", "roc", "reiwa", "heisei"} or fields.get("cy", -1) >= 0:
            self._year, self._year_at, self._same_sentence = first.year, at, True
        self._story_year = first.year
        if first == last and not planned and fields.get("cd", 0) >= 0:
            self._day = first
        if how_found(fields) not in ("year", "relative-year", "season") or "m" in fields:
            self._near = last if "d2" in fields else first


def how_found(fields: Fields) -> str:
    """The name of the way in which an expression states its date."""
    ways = (
        ("range", {"d2"}),
        ("relative-day", {"rd", "cd"}),
        ("weekday", {"wd"}),
        ("relative-week", {"wk"}),
        ("vague", {"fuzz"}),
        ("counted", {"u"}),
        ("relative-year", {"ry", "cy"}),
        ("relative-month", {"rm", "cm"}),
    )
    for name, groups in ways:
        if fields.keys() & groups:
            return name
    if "d" in fields:
        if "m" not in fields:
            return "day-of-month"
        return "absolute" if fields.keys() & {"y", "roc", "reiwa", "heisei"} else "month-day"
    if "m" in fields:
        return "month"
    return "season" if "part" in fields else "year"


def _cue(folded: str, match: re.Match[str], cues: Cues) -> tuple[bool, bool]:
    """Whether a soft and whether a strong planning cue goes with a date."""
    end = match.end()
    # a preposition may be part of the match: what counts stands before the first word read
    start = min(match.start(name) for name, text in match.groupdict().items() if text is not None)
    before = folded[max(0, start - _AROUND) : start]
    after = folded[end : end + _AROUND]
    soft = bool(cues.soft_before.search(before) or cues.soft_after.match(after))
    return soft, _governed(before, after, cues)


def _governed(before: str, after: str, cues: Cues) -> bool:
    ends = [boundary.end() for boundary in cues.boundary.finditer(before)]
    clause = before[ends[-1] :] if ends else before
    plans = [hit.end() for hit in cues.strong_before.finditer(clause)]
    if plans and not cues.saying.search(clause, plans[-1]):
        return True
    stop = cues.boundary.search(after)
    rest = after[: stop.start()] if stop else after
    plan = cues.strong_after.search(rest)
    if plan is None:
        return False
    said = cues.saying.search(after if cues.verb_final else rest)
    return said is None or (not cues.verb_final and said.start() > plan.start())
