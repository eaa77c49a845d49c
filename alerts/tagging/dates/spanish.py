"""How Spanish writes dates. The text is folded to lower case; accents stay."""

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
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
_MONTHS: Words = {
    **_FULL,
    **{f"{name[:3]}.": index for name, index in _FULL.items()},
    "setiembre": 9,
    "sept.": 9,
}
_WEEKDAYS = ranked("lunes martes miércoles jueves viernes sábado domingo", 0)
_RD: Words = {
    **dict.fromkeys(("anteayer", "antes de ayer"), -2),
    **dict.fromkeys(("ayer", "anoche"), -1),
    **dict.fromkeys(("hoy", "esta mañana", "esta tarde", "esta noche", "a partir de ahora",
                     "desde ya"), 0),
    "mañana": 1,
    "pasado mañana": 2,
}  # fmt: skip
_CD: Words = {
    **dict.fromkeys(("el día anterior", "un día antes", "la víspera"), -1),
    **dict.fromkeys(("ese día", "el mismo día", "ese mismo día"), 0),
    **dict.fromkeys(("al día siguiente", "el día siguiente", "un día después"), 1),
}
_RY: Words = {
    **dict.fromkeys(("el año pasado", "del año pasado", "el pasado año"), -1),
    **dict.fromkeys(("este año", "de este año", "este mismo año", "del año"), 0),
    **dict.fromkeys(("el próximo año", "el año que viene", "del próximo año",
                     "del año que viene", "el año próximo"), 1),
}  # fmt: skip
_CY: Words = {"ese año": 0, "ese mismo año": 0, "el mismo año": 0, "el año siguiente": 1}
_RM: Words = {
    **dict.fromkeys(("el mes pasado", "del mes pasado", "el pasado mes"), -1),
    **dict.fromkeys(("este mes", "de este mes", "del mes", "de mes"), 0),
    **dict.fromkeys(("el mes que viene", "el próximo mes", "del próximo mes"), 1),
}
_WK: Words = {
    **dict.fromkeys(("la semana pasada", "la pasada semana"), -1),
    **dict.fromkeys(("esta semana",), 0),
    **dict.fromkeys(("la próxima semana", "la semana que viene"), 1),
}
_PART: Words = {
    **dict.fromkeys(("principios", "comienzos", "inicios"), Part.EARLY),
    **dict.fromkeys(("mediados",), Part.MID),
    **dict.fromkeys(("finales", "fines", "final", "fin"), Part.LATE),
    **dict.fromkeys(("primer semestre", "primera mitad"), Part.FIRST_HALF),
    **dict.fromkeys(("segundo semestre", "segunda mitad"), Part.SECOND_HALF),
    **{
        f"{name} trimestre": part
        for name, part in zip(
            ("primer", "segundo", "tercer", "cuarto"),
            QUARTERS,
            strict=True,
        )
    },
    "primavera": Part.SPRING,
    "verano": Part.SUMMER,
    "otoño": Part.AUTUMN,
    "invierno": Part.WINTER,
}
_SEASONS = "primavera|verano|otoño|invierno"
_COUNT: Words = {
    **ranked("un dos tres cuatro cinco seis siete ocho nueve diez once doce"),
    "una": 1,
    **dict.fromkeys(("unos", "unas", "varios", "varias", "pocos", "pocas"), A_FEW),
}
_UNITS: Words = {
    **dict.fromkeys(("día", "días"), Unit.DAY),
    **dict.fromkeys(("semana", "semanas"), Unit.WEEK),
    **dict.fromkeys(("mes", "meses"), Unit.MONTH),
    **dict.fromkeys(("año", "años"), Unit.YEAR),
    "medio año": Unit.HALF_YEAR,
}
_FUZZ: Words = {
    **dict.fromkeys(("recientemente", "hace poco", "en los últimos días"), -30),
    **dict.fromkeys(("próximamente", "en los próximos días"), 30),
}
_M = f"(?P<m>{one_of(_MONTHS)})(?!\\w)"
_D = r"(?P<d>3[01]|[12]\d|0?[1-9]|1\.?o|primero)"  # folding makes º an o
_LATER_YEAR = f"(?:,? (?:de |del )?(?:{YEAR}(?!\\d)|(?P<ry>{one_of(_RY)})|(?P<past>pasado)|(?P<ahead>próximo)))?"
_NO_LATER = "(?! (?:pasado|próximo|que viene))"

SPANISH = Grammar(
    words={
        "m": _MONTHS, "wd": _WEEKDAYS, "rd": _RD, "cd": _CD, "ry": _RY, "cy": _CY, "rm": _RM,
        "wk": _WK, "part": _PART, "n": _COUNT, "u": _UNITS, "fuzz": _FUZZ,
        "d": {"1o": 1, "1.o": 1, "primero": 1},
        "sign": {"hace": Sign.AGO, "dentro de": Sign.FROM_NOW, "en": Sign.FROM_NOW,
                 "después": Sign.LATER, "más tarde": Sign.LATER, "atrás": Sign.AGO},
        "past": {"pasado": 1, "pasada": 1, "desde": 1},
        "ahead": {"próximo": 1, "próxima": 1, "que viene": 1},
    },
    dates=patterns(
        *NUMERIC,
        f"(?<![\\d/.]){_D}/(?P<m>1[0-2]|0?[1-9])/{YEAR}(?!\\d)",
        f"(?:\\b(?:{one_of(_WEEKDAYS)}),? )?(?<![\\d.,])\\b{_D}(?: ?(?:-|–|al) ?(?P<d2>3[01]|[12]\\d|0?[1-9]))? de {_M}{_LATER_YEAR}",
        f"\\b(?:(?P<part>{one_of(_PART)}) de )?{_M} (?:de |del )?(?:{YEAR}(?!\\d)|(?P<ry>{one_of(_RY)})|(?P<past>pasado)|(?P<ahead>próximo))",
        f"\\b(?P<part>principios|comienzos|inicios|mediados|finales|fines) de {_M}",
        f"\\b(?:en|desde|hasta|a partir de|para|entre|y) (?:mes de )?(?P<m>{one_of(_FULL)})\\b{_LATER_YEAR}",
        f"\\b(?:(?P<past>pasado)|(?P<ahead>próximo)) (?:mes de )?(?P<m>{one_of(_FULL)})\\b",
        f"\\b(?:(?P<past>pasado)|(?P<ahead>próximo)|este|el) (?P<wd>{one_of(_WEEKDAYS)})\\b{_NO_LATER}",
        f"\\b(?P<past>desde) el (?P<wd>{one_of(_WEEKDAYS)})\\b{_NO_LATER}(?! (?:se |ya |los |las |el |la )?(?:\\w+ ){{0,2}}\\w+(?:rá|rán)\\b)",
        f"\\b(?P<wd>{one_of(_WEEKDAYS)})\\b(?: (?:(?P<past>pasado)|(?P<ahead>próximo|que viene)))?",
        f"\\b(?P<rd>{one_of(set(_RD) - {'mañana'})}|(?<!la )(?<!por )(?<!cada )mañana)\\b",
        f"\\b(?P<cd>{one_of(_CD)})\\b",
        f"\\b(?:(?P<part>{one_of(_PART)}) (?:de )?)?(?P<ry>{one_of(_RY)})\\b",
        f"\\b(?P<cy>{one_of(_CY)})\\b",
        f"\\b(?:(?P<part>principios|mediados|finales|fines) (?:de )?)?(?P<rm>{one_of(set(_RM) - {'de mes'})})\\b",
        "\\b(?P<part>principios|mediados|finales|fines) (?P<rm>de mes)\\b",
        f"\\b(?P<wk>{one_of(_WK)})\\b",
        f"\\b(?:el |la )(?:(?P<past>pasad[oa])|(?P<ahead>próxim[oa])) (?P<part>{_SEASONS})\\b",
        f"\\b(?:(?P<part>{one_of(_PART)}) (?:de |del )?)?{LATIN_YEAR}",
        f"\\b(?P<sign>hace|dentro de|en) (?:unos |casi )?(?P<n>\\d{{1,3}}|{one_of(_COUNT)}) (?P<u>{one_of(_UNITS)})\\b",
        f"\\b(?P<n>\\d{{1,3}}|{one_of(_COUNT)}) (?P<u>{one_of(_UNITS)}) (?P<sign>después(?! de)|más tarde|atrás)\\b",
        "\\b(?P<sign>hace|dentro de|en) (?:casi )?(?P<u>medio año)\\b",
        "\\b(?P<u>medio año) (?P<sign>después(?! de)|más tarde|atrás)\\b",
        f"\\b(?P<fuzz>{one_of(_FUZZ)})\\b",
    ),
    others=patterns(
        f"\\b(?:cada|todos los|un) (?:{one_of(_WEEKDAYS)})\\b",
        COPYRIGHT,
        "\\bblack friday\\b|\\bjueves santo\\b|\\bviernes santo\\b",
    ),
    cues=Cues(
        soft_before=re.compile("\\b(?:a partir del?|desde el|hasta el|antes del?|para|hasta)(?: día)? $"),
        soft_after=re.compile("(?!)"),
        strong_before=re.compile(
            "\\b(?:deben?|debería|deberían|va a|van a|previst[oa]s?|prevé|\\w{2,12}(?:rá|rán))\\b"
        ),
        strong_after=re.compile("^ (?:debe|va a|\\w{2,12}(?:rá|rán))\\b"),
        saying=re.compile("\\b(?:anunci(?:ó|aron)|dij(?:o|eron)|explicó|informó|confirmó|señaló)\\b"),
        boundary=re.compile('[,;:!?()"«»\n|]|[a-zé]{4}\\. '),
    ),
)  # fmt: skip
