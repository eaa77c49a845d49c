"""How English writes dates. The text is folded to lower case."""

import re

from alerts.tagging.dates.grammar import (
    A_FEW,
    QUARTERS,
    Cues,
    Grammar,
    Part,
    Sign,
    Unit,
    Words,
    one_of,
    patterns,
    ranked,
)
from alerts.tagging.dates.numeric import COPYRIGHT, LATIN_YEAR, NUMERIC, YEAR

_FULL = ranked(
    "january february march april may june july august september october november december"
)
_MONTHS: Words = {
    **_FULL,
    **{name[:3]: index for name, index in _FULL.items()},
    **{f"{name[:3]}.": index for name, index in _FULL.items()},
    "sept": 9,
    "sept.": 9,
}
_WEEKDAYS: Words = {
    f"{name}day": index
    for index, name in enumerate(["mon", "tues", "wednes", "thurs", "fri", "satur", "sun"])
}
_RD: Words = {
    "the day before yesterday": -2,
    **dict.fromkeys(("yesterday", "last night"), -1),
    **dict.fromkeys(
        ("today", "tonight", "this morning", "this afternoon", "this evening", "as of midnight",
         "since midnight", "effective immediately", "starting immediately", "from now on"),
        0,
    ),
    "tomorrow": 1,
    "the day after tomorrow": 2,
}  # fmt: skip
_CD: Words = {
    **dict.fromkeys(("the day before", "the previous day", "a day earlier"), -1),
    **dict.fromkeys(("that day", "the same day", "that same day"), 0),
    **dict.fromkeys(("the next day", "the following day", "the day after", "a day later"), 1),
}
_RY: Words = {
    "the year before last": -2,
    **dict.fromkeys(("last year", "the past year"), -1),
    **dict.fromkeys(("this year", "the year", "year-", "year"), 0),
    **dict.fromkeys(("next year", "the coming year"), 1),
}
_CY: Words = {
    **dict.fromkeys(("the previous year", "the year before"), -1),
    **dict.fromkeys(("that year", "the same year", "that same year"), 0),
    **dict.fromkeys(("the following year", "the year after"), 1),
}
_RM: Words = {"last month": -1, "this month": 0, "the month": 0, "next month": 1}
_CM: Words = {"that month": 0, "the same month": 0, "the following month": 1}
_RW: Words = {"last week": -1, "this week": 0, "the week": 0, "next week": 1}
_PART: Words = {
    **dict.fromkeys(
        ("early", "early in", "at the start of", "the beginning of", "the start of"), Part.EARLY
    ),
    **dict.fromkeys(("mid", "mid-", "mid ", "the middle of"), Part.MID),
    **dict.fromkeys(("late", "late in", "the end of", "end of", "end"), Part.LATE),
    **dict.fromkeys(("the first half of", "first half of"), Part.FIRST_HALF),
    **dict.fromkeys(("the second half of", "second half of"), Part.SECOND_HALF),
    **{
        f"{the}{name} quarter{of}": part
        for the in ("the ", "")
        for of in (" of", "")
        for name, part in zip(
            ("first", "second", "third", "fourth"),
            QUARTERS,
            strict=True,
        )
    },
    **{f"q{index + 1}": part for index, part in enumerate(QUARTERS)},
    **dict.fromkeys(("spring", "spring of"), Part.SPRING),
    **dict.fromkeys(("summer", "summer of"), Part.SUMMER),
    **dict.fromkeys(("autumn", "fall", "autumn of", "fall of"), Part.AUTUMN),
    **dict.fromkeys(("winter", "winter of"), Part.WINTER),
}
_SEASONS = "spring|summer|autumn|fall|winter"
_COUNT: Words = {
    **ranked(
        "one two three four five six seven eight nine ten "
        "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    ),
    "a": 1,
    "an": 1,
    **dict.fromkeys(("a few", "several", "some", "a couple of"), A_FEW),
}
_UNITS: Words = {
    f"{name}{plural}": unit
    for name, unit in zip(("day", "week", "month", "year"), Unit, strict=False)
    for plural in ("", "s")
}
_HALF: Words = dict.fromkeys(("half a year", "a half-year", "half year"), Unit.HALF_YEAR)
_SALES: Words = {
    **dict.fromkeys(
        ("double 11", "double eleven", "singles day", "singles' day", "single's day"),
        Part.DOUBLE_ELEVEN,
    ),
    **dict.fromkeys(("double 12", "double twelve"), Part.DOUBLE_TWELVE),
    **dict.fromkeys(
        ("618 shopping festival", "618 festival", "618 sale", "618 sales", "the 618"),
        Part.MIDYEAR_SALE,
    ),
}
"""With their year only: "ahead of Singles' Day" dates nothing."""

_FUZZ: Words = {
    **dict.fromkeys(
        ("recently", "lately", "in recent days", "the other day", "not long ago"), -30
    ),
    **dict.fromkeys(("in the coming days", "in the coming weeks"), 30),
}
_M = f"(?P<m>{one_of(_MONTHS)})"
_FULL_M = f"(?P<m>{one_of(_FULL)})"
_D = r"(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_D2 = r"(?P<d2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_WD = f"(?:{one_of(_WEEKDAYS)}|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)"
_RELATIVE_YEAR = (
    "(?P<ry>last year|this year|next year)|(?P<cy>that year|the same year|the following year)"
)
_YEAR = f"(?:,? (?:of |in )?(?:{YEAR}(?!\\d)|{_RELATIVE_YEAR}))"
_PARTS = f"(?:(?P<part>{one_of(_PART)})[ -]?)"
_IN = (
    "(?:in|since|until|till|by|from|of|for|through|after|before|during|around|"
    "starting|beginning|throughout|as of)"
)
_WAY = "(?:(?P<past>last|past|this past)|(?P<ahead>next|coming|this coming)|this)"

ENGLISH = Grammar(
    words={
        "m": _MONTHS,
        "wd": _WEEKDAYS,
        "rd": _RD,
        "cd": _CD,
        "ry": _RY,
        "cy": _CY,
        "rm": _RM,
        "cm": _CM,
        "wk": _RW,
        "part": {**_PART, **_SALES},
        "n": _COUNT,
        "u": {**_UNITS, **_HALF},
        "fuzz": _FUZZ,
        "sign": {
            "ago": Sign.AGO,
            "earlier": Sign.AGO,
            "later": Sign.LATER,
            "from now": Sign.FROM_NOW,
            "in": Sign.FROM_NOW,
            "within": Sign.FROM_NOW,
        },
        "past": {"last": 1, "past": 1, "this past": 1},
        "ahead": {"next": 1, "coming": 1, "this coming": 1},
    },
    dates=patterns(
        *NUMERIC,
        f"(?:\\b{_WD},? )?\\b{_M} {_D}(?![\\d:%]|[.,]\\d)(?: ?(?:-|–|to|through|until|and) ?"
        f"(?:(?P<m2>{one_of(_FULL)}) )?{_D2}(?![\\d:%]|[.,]\\d))?{_YEAR}?",
        f"(?:\\b{_WD},? )?\\b(?:the )?{_D}(?: ?(?:-|–|to) ?{_D2})? (?:of )?{_M}(?![a-z]){_YEAR}?",
        f"\\b{_PARTS}?{_M},? (?:of |in )?(?:{YEAR}(?!\\d)|{_RELATIVE_YEAR})",
        f"\\b(?:in )?{_WAY} {_FULL_M}\\b",
        f"\\b{_IN} {_PARTS}?{_FULL_M}\\b{_YEAR}?(?! \\d)",
        f"\\b{_PARTS}(?P<m>{one_of(set(_FULL) - {'may', 'march'})}|(?<=of )(?:may|march)|(?<=-)(?:may|march))\\b",
        f"\\b(?:{_WAY} )?(?P<wd>{one_of(_WEEKDAYS)})\\b(?!s)",
        f"\\b(?P<wd>{one_of(_WEEKDAYS)}) (?P<past>last) week\\b",
        f"\\b(?P<rd>{one_of(_RD)})\\b",
        f"\\b(?P<cd>{one_of(_CD)})\\b(?! yesterday| tomorrow| of)",
        f"\\b(?:earlier |later |{_PARTS})?(?P<rm>{one_of(_RM)})\\b",
        f"\\b(?P<cm>{one_of(_CM)})\\b",
        f"\\b(?:earlier |later |{_PARTS})?(?P<ry>last year|this year|next year|the year before last)\\b",
        f"\\b(?P<cy>{one_of(_CY)})\\b(?! last)",
        "\\b(?P<part>the end of|end of|the start of|the beginning of) (?P<ry>the year)\\b",
        "\\b(?P<ry>year-)(?P<part>end)\\b",
        "\\b(?:earlier |later |early |late |the end of )?(?P<wk>last week|this week|next week)(?:end)?\\b",
        f"\\b{_WAY} (?P<part>{_SEASONS})\\b",
        f"\\b(?:{_PARTS}?)(?:in |of )?{LATIN_YEAR}",
        f"\\b(?P<n>\\d{{1,3}}|{one_of(_COUNT)}) (?P<u>{one_of(_UNITS)}) (?P<sign>ago|earlier|later|from now)\\b(?! than)",
        f"\\b(?P<u>{one_of(_HALF)}) (?P<sign>ago|earlier|later|from now)\\b(?! than)",
        f"\\b(?P<sign>in|within) (?P<u>{one_of(_HALF)})\\b(?! ago)",
        f"\\b(?P<part>{one_of(_SALES)})(?: shopping)?(?: festival| sales?| campaign)?(?:,? (?:of |in )?)"
        f"(?:{YEAR}(?!\\d)|(?P<ry>last year|this year))",
        f"(?<![\\d.,])\\b(?:{YEAR}|(?P<ry>last year|this year))(?:'s)? (?P<part>{one_of(_SALES)})\\b",
        f"\\b(?P<sign>in|within) (?P<n>\\d{{1,3}}|{one_of(_COUNT)}) (?P<u>{one_of(_UNITS)})\\b(?! ago)",
        f"\\b(?P<fuzz>{one_of(_FUZZ)})\\b",
        "\\bon the (?P<d>3[01]|[12]\\d|[1-9])(?:st|nd|rd|th)\\b(?! [a-z])",
        # one of the two figures is no month, so the order is plain
        f"(?<![\\d/.])(?P<m>0?[1-9]|1[0-2])/(?P<d>1[3-9]|2\\d|3[01])/{YEAR}(?!\\d)",
        f"(?<![\\d/.])(?P<d>1[3-9]|2\\d|3[01])/(?P<m>0?[1-9]|1[0-2])/{YEAR}(?!\\d)",
    ),
    others=patterns(
        f"\\b(?:every|each|any|a|an|most) (?:{one_of(_WEEKDAYS)})\\b",
        "\\bblack friday\\b|\\bcyber monday\\b|\\bgood friday\\b|\\beaster (?:sun|mon)day\\b",
        COPYRIGHT,
    ),
    cues=Cues(
        soft_before=re.compile(
            "(?:\\bfrom|\\bstarting|\\bstarts|\\bbeginning|\\beffective|\\bby|\\buntil|\\bbefore|\\bas of|\\bfor)(?: on)? $"
        ),
        soft_after=re.compile("(?: onwards?\\b| on,)"),
        strong_before=re.compile(
            "\\b(?:will|would|shall|expects?|plans? to|aims? to|due|expected|planned|scheduled|slated|set to|set for|is to|are to|"
            "to (?:be|launch|start|begin|open|arrive|follow|take effect))\\b"
        ),
        strong_after=re.compile("^ (?:will|it will|they will|is expected|is planned)\\b"),
        saying=re.compile(
            "\\b(?:said|says|announced|told|wrote|reported|confirmed|declared|revealed|unveiled|stated)\\b"
        ),
        boundary=re.compile('[,;:!?()"\n|]|\\.(?= )|[a-z]{4}\\. | that '),
    ),
)
