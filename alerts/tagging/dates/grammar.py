"""What a language file says about dates: patterns, the worth of their words, planning cues.

A pattern is a plain regular expression whose NAMED GROUPS say what was read; the same few names
serve every language, and one function turns them into dates (see resolution.py):

    y roc reiwa heisei   a year, also of the Minguo and the two last Japanese eras
    ry / cy              years counted from the anchor (last year) / from the story (that year)
    m  rm  cm            a month, counted from the anchor (next month), of the story (同月)
    d                    a day of the month; y2 m2 d2 end a range
    rd / cd              days counted from the anchor (yesterday) / from the day named last (이날)
    wd  rw  wk           a weekday; weeks counted from the anchor's, with and without a weekday
    bm  bd               the bracket that confirms a word: 昨日(18日), 周四(12月4日)
    n  u  sign           so many units (Unit) ago, later (from the story) or from now (Sign)
    over                 so many units and more: 半年以上後
    part                 a piece of a month or year (Part)
    past / ahead         last, 지난 / next, 오는: which way to look
    fuzz                 recently, 近日: so many days from the anchor
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

Fields = dict[str, int]
Words = Mapping[str, int]


class Part(IntEnum):
    """A piece of a month (the first five) or of a year."""

    EARLY = 1
    MID = 2
    LATE = 3
    FIRST_HALF = 4
    SECOND_HALF = 5
    Q1 = 11
    Q2 = 12
    Q3 = 13
    Q4 = 14
    SPRING = 21
    SUMMER = 22
    AUTUMN = 23
    WINTER = 24
    MIDYEAR_SALE = 31
    DOUBLE_ELEVEN = 32
    DOUBLE_TWELVE = 33


QUARTERS = (Part.Q1, Part.Q2, Part.Q3, Part.Q4)


class Unit(IntEnum):
    """What is counted in "two weeks ago"."""

    DAY = 1
    WEEK = 2
    MONTH = 3
    YEAR = 4
    HALF_YEAR = 5
    HALF_MONTH = 6


class Sign(IntEnum):
    """Where counting starts and which way it goes."""

    AGO = 1
    LATER = 2
    FROM_NOW = 3


A_FEW = 0
"""The worth of "several": a count that is not known."""


@dataclass(frozen=True, slots=True)
class Cues:
    """Words around a date that tell a plan from a report.

    A `soft` cue (from, 起, から) goes with both and makes the nearest such day the likely one; a
    `strong` one (will, 将, 予定) makes it a plan, unless a word of `saying` stands between, for
    then the day belongs to the statement.
    """

    soft_before: re.Pattern[str]
    soft_after: re.Pattern[str]
    strong_before: re.Pattern[str]
    strong_after: re.Pattern[str]
    saying: re.Pattern[str]
    boundary: re.Pattern[str]
    verb_final: bool = False
    """The verb of saying comes last, so a later one still governs the day."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one language writes dates."""

    words: Mapping[str, Words]
    dates: tuple[re.Pattern[str], ...]
    others: tuple[re.Pattern[str], ...]
    """What looks like a date and is none: durations, prices, recurring days."""
    cues: Cues = field(repr=False)

    def read(self, match: re.Match[str]) -> Fields | None:
        """The worth of every group of a match; None where one of them has none."""
        fields: Fields = {}
        for name, text in match.groupdict().items():
            if text is None:
                continue
            value = self.words.get(name, {}).get(text)
            if value is None:
                value = number(text)
            if value is None:
                return None
            fields[name] = value
        return fields


def ranked(words: str, first: int = 1) -> Words:
    """Words with spaces between them, each worth its place: months, weekdays, numerals."""
    return {word: place for place, word in enumerate(words.split(), first)}


def one_of(words: Iterable[str]) -> str:
    """An alternation that tries longer words first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def patterns(*sources: str) -> tuple[re.Pattern[str], ...]:
    """Compiled patterns."""
    return tuple(re.compile(source) for source in sources)


_HAN_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "両": 2,
}


def number(text: str) -> int | None:
    """Digits or Chinese numerals below a hundred, also digit by digit: 二〇二四, 十四, 二十."""
    if text.isdecimal():
        return int(text)
    tens, ten, units = text.partition("十")
    if any(digit not in _HAN_DIGITS for digit in tens + units) or not text:
        return None
    if ten:
        return (_HAN_DIGITS.get(tens, 1)) * 10 + (_HAN_DIGITS.get(units, 0))
    return int("".join(str(_HAN_DIGITS[digit]) for digit in text))
