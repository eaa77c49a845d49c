"""How Korean writes dates."""

import re

from alerts.tagging.dates.grammar import (
    A_FEW,
    Cues,
    Grammar,
    Part,
    Sign,
    Unit,
    Words,
    one_of,
    patterns,
)
from alerts.tagging.dates.numeric import NUMERIC

_N = r"\d{1,2}"

_RY: Words = {
    **dict.fromkeys(("재작년", "지지난해", "지지난 해"), -2),
    **dict.fromkeys(("지난해", "지난 해", "작년"), -1),
    **dict.fromkeys(("올해", "금년", "올", "연"), 0),
    **dict.fromkeys(("내년", "이듬 해"), 1),
    "내후년": 2,
}
_CY: Words = {"전해": -1, "같은 해": 0, "같은해": 0, "그해": 0, "그 해": 0, "동년": 0, "이듬해": 1}
_RM: Words = {
    **dict.fromkeys(("지난달", "지난 달", "전월"), -1),
    **dict.fromkeys(("이달", "이번 달", "이번달", "금월"), 0),
    **dict.fromkeys(("다음 달", "다음달", "내달"), 1),
}
_CM: Words = {"같은 달": 0, "같은달": 0, "그달": 0, "동월": 0}
_RD: Words = {
    **dict.fromkeys(("그저께", "그제"), -2),
    **dict.fromkeys(("어제", "어젯밤", "전일"), -1),
    **dict.fromkeys(("오늘", "금일"), 0),
    "내일": 1,
    "모레": 2,
}
_CD: Words = {
    "전날": -1,
    **dict.fromkeys(("이날", "같은 날", "같은날", "당일", "그날"), 0),
    **dict.fromkeys(("이튿날", "다음 날", "다음날"), 1),
}
_RW: Words = {
    **dict.fromkeys(("지지난주",), -2),
    **dict.fromkeys(("지난주", "지난 주"), -1),
    **dict.fromkeys(("이번 주", "이번주", "금주"), 0),
    **dict.fromkeys(("다음 주", "다음주", "내주"), 1),
}
_WD: Words = {day: index for index, day in enumerate("월화수목금토일")}
_MONTH_PART: Words = {
    **dict.fromkeys(("초", "초순", "상순"), Part.EARLY),
    **dict.fromkeys(("중순",), Part.MID),
    **dict.fromkeys(("말", "하순"), Part.LATE),
}
_PART: Words = {
    **_MONTH_PART,
    "중반": Part.MID,
    **dict.fromkeys(("상반기",), Part.FIRST_HALF),
    **dict.fromkeys(("하반기",), Part.SECOND_HALF),
    "1분기": Part.Q1,
    "2분기": Part.Q2,
    "3분기": Part.Q3,
    "4분기": Part.Q4,
    "봄": Part.SPRING,
    "여름": Part.SUMMER,
    "가을": Part.AUTUMN,
    "겨울": Part.WINTER,
    **dict.fromkeys(("광군제", "솽스이"), Part.DOUBLE_ELEVEN),
}
_UNITS: Words = {
    "일": Unit.DAY,
    "주": Unit.WEEK,
    "주일": Unit.WEEK,
    **dict.fromkeys(("개월", "달"), Unit.MONTH),
    **dict.fromkeys(("년", "해"), Unit.YEAR),
    "반년": Unit.HALF_YEAR,
}
_DAYS: Words = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "열흘": 10, "보름": 15,
}  # fmt: skip
"""Counts of days that are one word; what is behind them is nothing, and that is their unit."""

_FUZZ: Words = {
    **dict.fromkeys(("최근", "근래", "얼마 전", "며칠 전", "일전에"), -14),
    **dict.fromkeys(("조만간",), 30),
}
_COUNT: Words = {
    **dict.fromkeys(("수", "몇", "여러"), A_FEW),
    **{word: index for index, word in enumerate(("한", "두", "세", "네", "다섯", "여섯"), 1)},
}
_WAY = "(?:(?P<past>지난|앞서) ?|(?P<ahead>오는|다가오는) ?)?"
_YEAR = (
    "(?:(?P<y>(?:19|20)\\d\\d)년|(?P<ry>재작년|지지난 ?해|지난 ?해|작년|올해|금년|내년|내후년)"
    f"|(?P<cy>{one_of(_CY)})) ?"
)
_MONTH = f"(?:{_WAY}(?P<m>{_N})월|(?P<rm>{one_of(_RM)})|(?P<cm>{one_of(_CM)}))"
_DAY = f"(?P<d>{_N})일"
_TO = " ?(?:부터|에서|~|∼|-|–) ?"
_FREE = r"(?<![\d.,])"
_ALONE = "(?=에|엔|까지|부터|쯤|께|만|의|과|보다|인|이(?!후|용|체|환|동|미|번|하)|으로|[^가-힣]|$)"
"""Behind 전, 후 and 뒤 that count: 전면, 전격, 전환, 후속 and 뒤늦게 are words of their own."""
_EVERY = " (?:세계|국민|국가|지역|기종|매장|가맹점|직원|고객|이용자|사용자|회원|서비스|차종|노선|상품|제품|계열사|금융권)"
"""전 before these says "all": 25일 전 세계."""
_NO_DATE = (
    "(?!간|째|차(?!례|단|량|세)|본(?!격|사|인|지|회)|요|반(?!응|영|도|발|면|복)| ?만에| ?동안| ?이내| ?내에| ?안에"
    f"| ?(?:뒤|후){_ALONE}| ?전{_ALONE}(?!{_EVERY}))"
)

KOREAN = Grammar(
    words={
        "ry": _RY, "cy": _CY, "rm": _RM, "cm": _CM, "rd": _RD, "cd": _CD, "rw": _RW, "wk": _RW,
        "wd": _WD, "part": _PART, "u": {**_UNITS, "": Unit.DAY}, "fuzz": _FUZZ, "n": {**_COUNT, **_DAYS},
        "sign": {"전": Sign.AGO, "뒤": Sign.LATER, "후": Sign.LATER, "만에": Sign.LATER},
        "past": {"지난": 1, "앞서": 1}, "ahead": {"오는": 1, "다가오는": 1},
    },
    dates=patterns(
        *NUMERIC,
        f"{_FREE}(?:{_YEAR})?{_MONTH}(?: ?{_DAY}{_NO_DATE}(?:{_TO}(?:(?P<m2>{_N})월 ?)?(?P<d2>{_N})일)?"
        f"| ?(?P<part>{one_of(_MONTH_PART)})(?![가-힣]{{2}}|[기드씀])|(?!\\d))",
        f"{_FREE}{_YEAR}(?:(?P<part>{one_of(_PART)}))?(?!대)",
        "(?P<ry>올) ?(?P<part>봄|여름|가을|겨울|상반기|하반기)",
        "(?P<past>지난) ?(?P<part>봄|여름|가을|겨울)",
        "(?P<ry>연)(?P<part>초|말)(?![가-힣]{2})",
        "(?<![년해 ])(?P<part>상반기|하반기)",
        f"{_FREE}(?<!월 )(?<!월){_WAY}(?P<d>{_N})일{_TO}(?P<d2>{_N})일{_NO_DATE}",
        f"{_FREE}(?<!월 )(?<!월){_WAY}(?P<d>{_N})일{_NO_DATE}",
        "(?<![가-힣])(?P<rd>오늘(?!날)|금일|어제|어젯밤|그저께|그제(?!야)|내일|모레)(?:\\((?P<bd>\\d{1,2})일?\\))?",
        f"(?<![가-힣])(?P<cd>{one_of(_CD)})",
        f"(?:(?P<rw>{one_of(_RW)}) ?|{_WAY})(?P<wd>[월화수목금토일])요일(?:\\((?P<bd>\\d{{1,2}})일\\))?",
        f"(?P<wk>{one_of(_RW)})(?! ?[월화수목금토일]요일)(?:말|초)?",
        "(?<![\\d.,])(?P<n>\\d{1,3}|한|두|세|네|다섯|여섯|수|몇|여러) ?(?P<u>일|주일?|개월|달|년|해)"
        f" ?(?P<sign>전(?!{_EVERY})|뒤|후){_ALONE}",
        f"(?<![가-힣])(?P<n>{one_of(_DAYS)})(?P<u>) ?(?P<sign>전(?!{_EVERY})|뒤|후){_ALONE}",
        f"(?P<u>반년) ?(?P<sign>(?:전|뒤|후){_ALONE}|만에)",
        f"(?<![가-힣])(?P<fuzz>{one_of(_FUZZ)})",
    ),
    others=patterns(
        "매[년월주] ?\\d{1,2}[월일](?: ?\\d{1,2}일)?",
        "(?:최근|지난) ?\\d{1,3} ?(?:일|주|개월|년)(?:간| ?동안| ?사이)",
        "\\d{1,3}~\\d{1,3}일",
    ),
    cues=Cues(
        soft_before=re.compile("(?!)"),
        soft_after=re.compile("(?:\\([^)]{1,6}\\))?(?: ?[가-힣]{2} ?\\d{1,2}시)?(?:부터|까지|이후)"),
        strong_before=re.compile("(?:이르면|늦어도|빠르면)"),
        strong_after=re.compile(
            "예정|계획|방침|전망|하기로|할 것|목표|(?:출시|시작|공개|개막|개통|개최)(?:되|하)는|열리는"
        ),
        saying=re.compile("밝혔|발표|전했|말했|보도|공개했|공지했|따르면|알려졌"),
        boundary=re.compile("[.。!?\n|]"),
        verb_final=True,
    ),
)  # fmt: skip
