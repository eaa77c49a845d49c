"""How French writes dates. The text is folded to lower case; accents stay."""

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
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
_MONTHS: Words = {
    **_FULL,
    **dict.fromkeys(("janv.",), 1),
    **dict.fromkeys(("févr.", "fév.", "fevrier"), 2),
    **dict.fromkeys(("avr.",), 4),
    **dict.fromkeys(("juil.",), 7),
    **dict.fromkeys(("aout",), 8),
    **dict.fromkeys(("sept.",), 9),
    **dict.fromkeys(("oct.",), 10),
    **dict.fromkeys(("nov.",), 11),
    **dict.fromkeys(("déc.", "decembre"), 12),
}
_WEEKDAYS = ranked("lundi mardi mercredi jeudi vendredi samedi dimanche", 0)
_RD: Words = {
    "avant-hier": -2,
    "hier": -1,
    **dict.fromkeys(("aujourd'hui", "ce matin", "ce soir", "cet après-midi", "dès maintenant",
                     "dès à présent"), 0),
    "demain": 1,
    "après-demain": 2,
}  # fmt: skip
_CD: Words = {
    **dict.fromkeys(("la veille", "le jour précédent"), -1),
    **dict.fromkeys(("le même jour", "ce jour-là", "le jour même"), 0),
    **dict.fromkeys(("le lendemain", "le jour suivant"), 1),
}
_RY: Words = {
    **dict.fromkeys(("l'an dernier", "l'année dernière", "l'an passé", "l'année passée"), -1),
    **dict.fromkeys(("cette année", "de l'année"), 0),
    **dict.fromkeys(("l'an prochain", "l'année prochaine"), 1),
}
_CY: Words = {"la même année": 0, "cette année-là": 0, "l'année suivante": 1}
_RM: Words = {
    **dict.fromkeys(("le mois dernier", "le mois passé", "du mois dernier"), -1),
    **dict.fromkeys(("ce mois-ci", "ce mois", "du mois", "de ce mois"), 0),
    **dict.fromkeys(("le mois prochain", "du mois prochain"), 1),
}
_WK: Words = {
    **dict.fromkeys(("la semaine dernière", "la semaine passée"), -1),
    **dict.fromkeys(("cette semaine",), 0),
    **dict.fromkeys(("la semaine prochaine",), 1),
}
_PART: Words = {
    **dict.fromkeys(("début", "au début de", "au début"), Part.EARLY),
    **dict.fromkeys(("mi-", "mi", "à la mi-", "courant"), Part.MID),
    **dict.fromkeys(("fin", "à la fin de", "la fin de", "à la fin", "la fin"), Part.LATE),
    **dict.fromkeys(("premier semestre", "1er semestre", "première moitié"), Part.FIRST_HALF),
    **dict.fromkeys(("second semestre", "deuxième semestre", "seconde moitié"), Part.SECOND_HALF),
    **{
        f"{name} trimestre": part
        for name, part in zip(
            ("premier", "deuxième", "troisième", "quatrième"),
            QUARTERS,
            strict=True,
        )
    },
    **{
        f"{written} trimestre": part
        for index, part in enumerate(QUARTERS, 1)
        for written in ("1er",) * (index == 1) or (f"{index}e", f"{index}ème")
    },
    "printemps": Part.SPRING,
    "été": Part.SUMMER,
    "automne": Part.AUTUMN,
    "hiver": Part.WINTER,
}
_SEASONS = "printemps|été|automne|hiver"
_COUNT: Words = {
    **ranked("un deux trois quatre cinq six sept huit neuf dix onze douze"),
    "une": 1,
    **dict.fromkeys(("quelques", "plusieurs"), A_FEW),
}
_UNITS: Words = {
    **dict.fromkeys(("jour", "jours"), Unit.DAY),
    **dict.fromkeys(("semaine", "semaines"), Unit.WEEK),
    "mois": Unit.MONTH,
    **dict.fromkeys(("an", "ans", "année", "années"), Unit.YEAR),
    **dict.fromkeys(("semestre", "semestres"), Unit.HALF_YEAR),
}
_FUZZ: Words = {
    **dict.fromkeys(("récemment", "dernièrement", "ces derniers jours"), -30),
    **dict.fromkeys(("dans les prochains jours", "dans les jours qui viennent"), 14),
}
_M = f"(?P<m>{one_of(_MONTHS)})(?!\\w)"
_D = r"(?P<d>3[01]|[12]\d|0?[1-9]|1er)"
_LATER_YEAR = (
    f"(?: (?:de )?(?:{YEAR}(?!\\d)|(?P<ry>{one_of(_RY)})|(?P<cy>la même année|cette année-là)"
    "|(?P<past>dernier)|(?P<ahead>prochain)))?"
)
_ALONE = "(?! (?:que|qu'|avoir|être|son|sa|ses|leurs?|les?|la|l'|une?|cette|ces?)\\b)"
"""Five years after something else: no time that counts from today."""

_WAY = "(?: (?:(?P<past>dernier|passé)|(?P<ahead>prochain)))?"

FRENCH = Grammar(
    words={
        "m": _MONTHS, "wd": _WEEKDAYS, "rd": _RD, "cd": _CD, "ry": _RY, "cy": _CY, "rm": _RM,
        "wk": _WK, "part": _PART, "n": _COUNT, "u": _UNITS, "fuzz": _FUZZ,
        "d": {"1er": 1}, "d2": {"1er": 1},
        "sign": {"il y a": Sign.AGO, "dans": Sign.FROM_NOW, "d'ici": Sign.FROM_NOW,
                 "plus tard": Sign.LATER, "après": Sign.LATER},
        "past": {"dernier": 1, "passé": 1, "dernière": 1}, "ahead": {"prochain": 1, "prochaine": 1},
    },
    dates=patterns(
        *NUMERIC,
        f"(?<![\\d/.]){_D}/(?P<m>1[0-2]|0?[1-9])/{YEAR}(?!\\d)",
        f"(?:\\b(?:{one_of(_WEEKDAYS)}),? )?(?<![\\d.,])\\b{_D}(?: ?(?:-|–|au) ?(?P<d2>3[01]|[12]\\d|0?[1-9]))? {_M}{_LATER_YEAR}",
        f"\\b(?:(?P<part>{one_of(_PART)}) ?(?:de )?)?{_M} (?:de )?(?:{YEAR}(?!\\d)|(?P<ry>{one_of(_RY)})|(?P<past>dernier)|(?P<ahead>prochain))",
        f"\\b(?P<part>début|mi-|fin|courant|à la mi-) ?{_M}",
        f"\\b(?:en|depuis|jusqu'en|dès|d'ici|pour|à partir de|au mois de|au mois d'|entre|et) (?P<m>{one_of(_FULL)})\\b{_LATER_YEAR}",
        f"\\b(?P<wd>{one_of(_WEEKDAYS)})\\b{_WAY}",
        f"(?<![\\w-])(?P<rd>{one_of(_RD)})\\b",
        f"\\b(?P<cd>{one_of(_CD)})\\b",
        f"\\b(?:(?P<part>début|fin|à la fin|la fin|au début|{_SEASONS}) (?:de )?)?(?P<ry>{one_of(_RY)})\\b",
        f"\\b(?P<cy>{one_of(_CY)})\\b",
        "\\b(?P<part>début|fin|à la fin|la fin|au début) (?P<rm>du mois(?: dernier| prochain)?|de ce mois)\\b",
        "\\b(?P<rm>le mois (?:dernier|passé|prochain)|ce mois(?:-ci)?)\\b",
        f"\\b(?P<wk>{one_of(_WK)})\\b",
        f"\\b(?:l'|le |au |cet |ce )(?P<part>{_SEASONS}) (?:(?P<past>dernier)|(?P<ahead>prochain))\\b",
        f"\\b(?:(?P<part>{one_of(_PART)}) ?(?:de )?)?{LATIN_YEAR}",
        f"\\b(?P<sign>il y a|dans|d'ici) (?:environ |près de )?(?P<n>\\d{{1,3}}|{one_of(_COUNT)}) (?P<u>{one_of(_UNITS)})\\b",
        f"\\b(?P<n>\\d{{1,3}}|{one_of(_COUNT)}) (?P<u>{one_of(_UNITS)}) (?P<sign>plus tard|après)\\b{_ALONE}",
        f"\\b(?P<fuzz>{one_of(_FUZZ)})\\b",
    ),
    others=patterns(
        f"\\b(?:chaque|tous les|un) (?:{one_of(_WEEKDAYS)})s?\\b",
        COPYRIGHT,
        "\\bblack friday\\b",
    ),
    cues=Cues(
        soft_before=re.compile("\\b(?:à partir du|à partir de|dès le|dès|à compter du|jusqu'au|d'ici le|d'ici|avant le|pour)(?: le)? $"),
        soft_after=re.compile("(?!)"),
        strong_before=re.compile(
            "\\b(?:devrait|devraient|doit|doivent|va|vont|prévue?s?|attendue?s?|\\w{2,12}(?:ra|ront))\\b"
        ),
        strong_after=re.compile("^ (?:devrait|doit|va|vont|\\w{2,12}(?:ra|ront))\\b"),
        saying=re.compile("\\b(?:annoncé|déclaré|indiqué|affirmé|expliqué|écrit|confirmé|a dit)\\b"),
        boundary=re.compile('[,;:!?()"«»\n|]|[a-zéèê]{4}\\. '),
    ),
)  # fmt: skip
