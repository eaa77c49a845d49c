"""How German writes dates. The text is folded to lower case."""

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
    "januar februar märz april mai juni juli august september oktober november dezember"
)
_MONTHS: Words = {
    **_FULL,
    **{f"{name[:3]}.": index for name, index in _FULL.items()},
    "jänner": 1,
    "sept.": 9,
}
_WEEKDAYS: Words = {
    f"{name}{tag}": index
    for index, (name, tag) in enumerate(
        (("mon", "tag"), ("diens", "tag"), ("mitt", "woch"), ("donners", "tag"), ("frei", "tag"),
         ("sams", "tag"), ("sonn", "tag"))
    )
} | {"sonnabend": 5}  # fmt: skip
_RD: Words = {
    "vorgestern": -2,
    **dict.fromkeys(("gestern", "gestrigen"), -1),
    **dict.fromkeys(("heute", "heutigen", "ab sofort"), 0),
    **dict.fromkeys(("ab morgen", "morgen früh"), 1),
    "übermorgen": 2,
}
_CD: Words = {
    **dict.fromkeys(("am vortag", "tags zuvor", "am tag zuvor", "einen tag zuvor"), -1),
    **dict.fromkeys(("am selben tag", "am gleichen tag"), 0),
    **dict.fromkeys(("am nächsten tag", "am tag darauf", "am folgenden tag", "tags darauf"), 1),
}
_RY: Words = {
    "vorletztes jahr": -2,
    **{
        f"{word}{end} jahr{s}": shift
        for word, shift in (
            ("letzte", -1), ("vergangene", -1), ("vorige", -1), ("diese", 0), ("laufende", 0),
            ("kommende", 1), ("nächste", 1),
        )
        for end in ("s", "n", "m")
        for s in ("", "es")
    },
    **dict.fromkeys(("vorjahr", "vorjahres"), -1),
    **dict.fromkeys(("heuer", "des jahres"), 0),
}  # fmt: skip
_CY: Words = {"im selben jahr": 0, "im gleichen jahr": 0, "im jahr darauf": 1, "im folgejahr": 1}
_RM: Words = {
    **dict.fromkeys(("letzten monat", "vergangenen monat", "vorigen monat"), -1),
    **dict.fromkeys(("diesen monat", "diesem monat", "dieses monats", "des monats"), 0),
    **dict.fromkeys(("nächsten monat", "kommenden monat"), 1),
}
_WK: Words = {
    **dict.fromkeys(("letzte woche", "vergangene woche", "vorige woche", "letzten woche",
                     "vergangenen woche", "vorigen woche"), -1),
    **dict.fromkeys(("diese woche", "dieser woche"), 0),
    **dict.fromkeys(("nächste woche", "kommende woche", "nächsten woche", "kommenden woche"), 1),
}  # fmt: skip
_PART: Words = {
    "anfang": Part.EARLY,
    "mitte": Part.MID,
    "ende": Part.LATE,
    **{
        f"{name}{end} halbjahr": part
        for name, part in (("erste", Part.FIRST_HALF), ("zweite", Part.SECOND_HALF))
        for end in ("n", "s")
    },
    **{
        f"{name} {half}": part
        for names, part in (
            (("erste", "ersten"), Part.FIRST_HALF),
            (("zweite", "zweiten"), Part.SECOND_HALF),
        )
        for name in names
        for half in ("hälfte", "jahreshälfte")
    },
    "1. halbjahr": Part.FIRST_HALF,
    "2. halbjahr": Part.SECOND_HALF,
    **{
        f"{written}": part
        for index, part in enumerate(QUARTERS, 1)
        for written in (f"{index}. quartal", f"q{index}")
    },
    **{
        f"{name}{end} quartal": part
        for name, part in zip(
            ("erste", "zweite", "dritte", "vierte"),
            QUARTERS,
            strict=True,
        )
        for end in ("n", "s")
    },
    **dict.fromkeys(("frühjahr", "frühling"), Part.SPRING),
    "sommer": Part.SUMMER,
    "herbst": Part.AUTUMN,
    "winter": Part.WINTER,
}
_SEASONS = "frühjahr|frühling|sommer|herbst|winter"
_COUNT: Words = {
    **ranked("einem zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"),
    **dict.fromkeys(("einer", "ein", "eine", "einen"), 1),
    **dict.fromkeys(("wenigen", "einigen", "ein paar", "mehreren"), A_FEW),
}
_UNITS: Words = {
    **dict.fromkeys(("tag", "tage", "tagen"), Unit.DAY),
    **dict.fromkeys(("woche", "wochen"), Unit.WEEK),
    **dict.fromkeys(("monat", "monate", "monaten"), Unit.MONTH),
    **dict.fromkeys(("jahr", "jahre", "jahren"), Unit.YEAR),
}
_HALF: Words = dict.fromkeys(("halben jahr", "halbes jahr"), Unit.HALF_YEAR)
_FUZZ: Words = {
    **dict.fromkeys(("kürzlich", "neulich", "vor kurzem", "jüngst", "in den letzten tagen"), -30),
    **dict.fromkeys(("in den kommenden tagen", "in den nächsten tagen"), 14),
}
_M = f"(?P<m>{one_of(_MONTHS)})(?!\\w)"
_D = r"(?P<d>3[01]|[12]\d|0?[1-9])\."
_SHORT = r" ?(?P<d>3[01]|[12]\d|0?[1-9])\. ?(?P<m>1[0-2]|0?[1-9])\.(?! ?\d)"
_LATER_YEAR = f"(?: (?:{YEAR}(?!\\d)|(?:des )?(?P<ry>{one_of(_RY)})))?"
_WAY = (
    "(?:(?P<past>(?:vergangene|letzte|vorige)[nrsm]?)|(?P<ahead>(?:kommende|nächste)[nrsm]?)"
    "|diese[nrsm]?)"
)
_WORDS_PAST: Words = {
    f"{word}{end}": 1
    for word in ("vergangene", "letzte", "vorige", "kommende", "nächste")
    for end in ("", "n", "r", "s", "m")
}
_TIMES = "(?:abend|morgen|nachmittag|vormittag|mittag|nacht)?"

GERMAN = Grammar(
    words={
        "m": _MONTHS,
        "wd": _WEEKDAYS,
        "rd": _RD,
        "cd": _CD,
        "ry": _RY,
        "cy": _CY,
        "rm": _RM,
        "wk": _WK,
        "part": _PART,
        "n": _COUNT,
        "u": {**_UNITS, **_HALF},
        "fuzz": _FUZZ,
        "sign": {
            "vor": Sign.AGO,
            "in": Sign.FROM_NOW,
            "binnen": Sign.FROM_NOW,
            "später": Sign.LATER,
            "danach": Sign.LATER,
        },
        "past": _WORDS_PAST,
        "ahead": _WORDS_PAST,
    },
    dates=patterns(
        *NUMERIC,
        f"(?<![\\d.]){_D} ?(?P<m>1[0-2]|0?[1-9])\\. ?{YEAR}(?!\\d)",
        f"\\b(?:am|vom|zum|(?:ab|seit|bis zum|vor) (?:dem )?){_SHORT}",
        f"(?:\\b(?:{one_of(_WEEKDAYS)}|mo|di|mi|do|fr|sa|so)\\.?,? (?:(?:dem|den|der) )?)?(?<![\\d.]){_D}"
        f"(?: ?(?:-|–|bis) ?(?P<d2>3[01]|[12]\\d|0?[1-9])\\.)? ?{_M}{_LATER_YEAR}",
        f"\\b(?:(?P<part>anfang|mitte|ende) )?{_M} (?:{YEAR}(?!\\d)|(?:des )?(?P<ry>{one_of(_RY)}))",
        f"\\b(?P<part>anfang|mitte|ende) {_M}",
        f"\\b(?:im|seit|ab|bis|für|von|zum|{_WAY}) (?:monat )?(?P<m>{one_of(_FULL)})\\b{_LATER_YEAR}",
        f"\\b(?:{_WAY} )?(?P<wd>{one_of(_WEEKDAYS)}){_TIMES}\\b",
        f"\\b(?P<rd>{one_of(_RD)})\\b",
        f"\\b(?P<cd>{one_of(_CD)})\\b",
        f"\\b(?:(?P<part>anfang|mitte|ende|{_SEASONS}) )?(?:des |im )?(?P<ry>{one_of(_RY)})\\b",
        f"\\b(?P<cy>{one_of(_CY)})\\b",
        f"\\b(?:(?P<part>anfang|mitte|ende) )?(?:im |in )?(?P<rm>{one_of(_RM)})\\b",
        f"\\b(?P<wk>{one_of(_WK)})\\b",
        f"\\b{_WAY} (?P<part>{_SEASONS})\\b",
        f"\\b(?:(?P<part>{one_of(_PART)}) )?(?:des jahres |im jahr |jahr )?{LATIN_YEAR}",
        f"\\b(?P<sign>vor|in|binnen) (?:rund |etwa |gut |knapp )?(?P<n>\\d{{1,3}}|{one_of(_COUNT)})"
        f" (?P<u>{one_of(_UNITS)})\\b",
        f"\\b(?P<n>\\d{{1,3}}|{one_of(_COUNT)}) (?P<u>{one_of(_UNITS)}) (?P<sign>später|danach)\\b",
        "\\b(?P<sign>vor|in|binnen) (?:rund |etwa |gut |knapp )?einem (?P<u>halben jahr)\\b",
        "\\bein (?P<u>halbes jahr) (?P<sign>später|danach)\\b",
        f"\\b(?P<fuzz>{one_of(_FUZZ)})\\b",
    ),
    others=patterns(
        f"\\b(?:jede[nrsm]?|ein(?:em|en)?) (?:{one_of(_WEEKDAYS)})\\b",
        COPYRIGHT,
        "\\bblack friday\\b|\\bkarfreitag\\b|\\bostermontag\\b",
    ),
    cues=Cues(
        soft_before=re.compile("\\b(?:ab|vom|bis|bis zum|ab dem|zum|für)(?: dem)? $|^ab $"),
        soft_after=re.compile(" an\\b"),
        strong_before=re.compile(
            "\\b(?:wird|werden|soll|sollen|geplant|voraussichtlich|dürfte|dürften|startet|starten|folgt|folgen)\\b"
        ),
        strong_after=re.compile("^ (?:wird|werden|soll|sollen|startet|starten|geplant|dürfte)\\b"),
        saying=re.compile(
            "\\b(?:sagte|teilte|erklärte|kündigte|gab|hieß|berichtete|schrieb|bestätigte)\\b"
        ),
        boundary=re.compile('[,;:!?()"\n|]|[a-zäöüß]{4}\\. '),
    ),
)
