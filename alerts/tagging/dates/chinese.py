"""How Chinese writes dates. The text is folded: Simplified, half-width, without spaces."""

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
)
from alerts.tagging.dates.numeric import NUMERIC

_HAN = "〇零一二三四五六七八九十"
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"

_RY: Words = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2} | {
    "年": 0,
    "去": -1,
    "今": 0,
    "明": 1,
}
_CY: Words = {"同年": 0, "当年": 0, "次年": 1, "翌年": 1, "隔年": 1, "第二年": 1}
_RM: Words = {"上月": -1, "上个月": -1, "本月": 0, "这个月": 0, "下月": 1, "下个月": 1, "月": 0}
_CM: Words = {"同月": 0, "当月": 0, "次月": 1}
_RD: Words = {
    **dict.fromkeys(("大前天",), -3),
    **dict.fromkeys(("前天", "前日", "前晚", "前"), -2),
    **dict.fromkeys(("昨天", "昨日", "昨晚", "昨夜", "昨晨", "昨早", "昨", "日昨"), -1),
    **dict.fromkeys(("今天", "今日", "今晚", "今早", "今晨", "今", "即日", "今午"), 0),
    **dict.fromkeys(("明天", "明日", "明早", "明晚", "明晨", "明"), 1),
    **dict.fromkeys(("后天", "后日"), 2),
}
_CD: Words = {
    **dict.fromkeys(("当天", "当日", "当晚", "同日", "同一天"), 0),
    **dict.fromkeys(("次日", "翌日", "第二天", "隔天", "隔日"), 1),
    **dict.fromkeys(("前一天", "前一日", "前一晚"), -1),
}
_RW: Words = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "下下": 2}
_WK: Words = {f"{word}周": value for word, value in _RW.items()} | {
    f"{word}{week}": value for word, value in _RW.items() for week in ("星期", "个星期", "礼拜")
}
_WD: Words = {day: index for index, day in enumerate("一二三四五六日")} | {"天": 6}
_PART: Words = {
    **dict.fromkeys(("初", "年初", "上旬", "伊始"), Part.EARLY),
    **dict.fromkeys(("中", "年中", "中旬"), Part.MID),
    **dict.fromkeys(("底", "末", "年底", "年末", "下旬"), Part.LATE),
    **dict.fromkeys(("上半年", "前半年"), Part.FIRST_HALF),
    **dict.fromkeys(("下半年", "后半年"), Part.SECOND_HALF),
    **{
        f"{before}{digit}季{after}": part
        for part, digits in zip(QUARTERS, ("一1", "二2", "三3", "四4"), strict=True)
        for digit in digits
        for before in ("第", "")
        for after in ("", "度")
    },
    **{
        f"{season}{after}": part
        for season, part in zip(
            "春夏秋冬", (Part.SPRING, Part.SUMMER, Part.AUTUMN, Part.WINTER), strict=True
        )
        for after in ("", "天", "季")
    },
    **dict.fromkeys(("双11", "双十一"), Part.DOUBLE_ELEVEN),
    **dict.fromkeys(("双12", "双十二"), Part.DOUBLE_TWELVE),
    **dict.fromkeys(("618", "6·18", "6.18", "6・18"), Part.MIDYEAR_SALE),
}
_PARTS = f"(?P<part>{one_of(_PART)})(?!节)"
_UNITS: Words = {
    "天": Unit.DAY,
    "周": Unit.WEEK,
    "星期": Unit.WEEK,
    "个星期": Unit.WEEK,
    "个月": Unit.MONTH,
    "年": Unit.YEAR,
    "半年": Unit.HALF_YEAR,
    "半个月": Unit.HALF_MONTH,
}
_FUZZ: Words = {
    **dict.fromkeys(
        (
            "近日",
            "日前",
            "近期",
            "最近",
            "不久前",
            "前不久",
            "近几天",
            "前几天",
            "这两天",
            "连日来",
        ),
        -14,
    ),
    "日内": 14,
}
_YEAR = (
    f"(?:(?P<y>(?:19|20)\\d\\d|[一二][九零〇][{_HAN[:10]}]{{2}})年|民国(?P<roc>\\d{{2,3}})年"
    f"|(?P<ry>前年|去年|上年|今年|本年|明年|后年)|(?P<cy>{one_of(_CY)}))的?"
)
_MONTH = f"(?:(?P<m>{_N})月份?|(?P<rm>[上下]个?月|本月|这个月)|(?P<cm>{one_of(_CM)}))"
_DAY = f"(?P<d>{_N})[日号]"
_TO = "[至到~\\-–—]"
_BRACKET = f"(?:\\((?:(?P<bm>{_N})月)?(?P<bd>{_N})[日号]?\\))?"
_FREE = f"(?<!\\d,)(?<![\\d.{_HAN}每])"
_NO_DATE = "(?![内间游均活报本常线楼元岁])"

CHINESE = Grammar(
    words={
        "ry": _RY, "cy": _CY, "rm": _RM, "cm": _CM, "rd": _RD, "cd": _CD, "rw": _RW, "wk": _WK,
        "wd": _WD, "part": _PART, "u": _UNITS, "fuzz": _FUZZ,
        "n": {"几": A_FEW, "数": A_FEW, "多": A_FEW, "两": 2},
        "sign": {"前": Sign.AGO, "后": Sign.LATER},
    },
    dates=patterns(
        *NUMERIC,
        f"{_FREE}(?:{_YEAR})?{_MONTH}(?:{_DAY}(?:{_TO}(?:(?P<m2>{_N})月)?(?P<d2>{_N})[日号])?"
        "|(?P<part>上旬|中旬|下旬|初|底|末))?",
        f"{_FREE}{_YEAR}(?:{_PARTS})?(?![代级款版])",
        f"(?<![\\d去今明前后同当全每周{_HAN}])(?P<ry>年)(?P<part>初|底|末)",
        f"(?<![\\d个本上下{_HAN}])(?P<rm>月)(?P<part>初|底|末)",
        "(?P<ry>[去今明])(?P<part>[春夏秋冬])(?!节)",
        "(?<![年\\d])(?P<part>上半年|下半年|双11|双十一|双12|双十二)(?!\\d)",
        "(?<![年\\d.])(?P<part>618)(?=期间|前夕|当天|大促|预热|开始|结束|年中)",
        f"(?<!\\d,)(?<![\\d.月第])(?P<d>\\d{{1,2}})日?{_TO}(?P<d2>\\d{{1,2}})[日号]{_NO_DATE}",
        f"(?<!\\d,)(?<![\\d.月第/])(?P<d>\\d{{1,2}})日{_NO_DATE}",
        f"(?<![月第{_HAN}])(?P<d>[二三]?十[一二三四五六七八九]?)日{_NO_DATE}",
        "(?<!\\d,)(?<![\\d.月第/])(?P<d>\\d{1,2})号(?=[起晚早、,。)]|上午|下午|凌晨|开始|当|宣|正式|发)",
        f"(?P<rd>今[日天晚早晨午](?!头条)|日?昨[日天晚夜晨早]|明[日天早晚晨]|大前天|前(?:日(?!本)|[天晚])|后[日天]"
        f"|今(?=起)|即日){_BRACKET}",
        f"(?P<rd>[今昨明前])\\((?P<bd>{_N})[日号]?\\)日?",
        f"(?P<cd>{one_of(_CD)})(?!本)",
        f"(?<![一二两三四五六每几半\\d])(?P<rw>上上|下下|[上本这下])?个?(?:周|星期|礼拜)"
        f"(?P<wd>[一二三四五六日天]){_BRACKET}",
        f"(?P<wk>{one_of(_WK)})(?![一二三四五六日天年])",
        f"(?<!\\d,)(?<![\\d.{_HAN}])(?P<n>\\d{{1,3}}|[一二两三四五六七八九十]{{1,2}}|[几数])"
        f"(?P<u>天|周|个?星期|个月|年)多?(?:以|之)?(?P<sign>[前后])",
        "(?P<u>半年|半个月)多?(?:以|之)?(?P<sign>[前后])",
        f"(?P<fuzz>{one_of(_FUZZ)})",
        "(?<![\\d/.a-z])(?P<m>1[0-2]|[1-9])/(?P<d>3[01]|[12]\\d|[5-9])(?![\\d/%.a-z])",
        "(?<![\\d/.a-z])(?P<m>1[0-2]|[1-9])/(?P<d>[1-4])(?=[起至到~(日晚早]|上午|下午|开始)",
    ),
    others=patterns(
        f"(?:每|近|过去|最近|连续|为期|历时|共){_N}[日天周年月]",
        f"每[年月周]{_N}[月日号](?:{_N}日)?",
        "(?<![\\d.,])[\\d,.]{1,8}(?:至|到|~|-)?\\d{0,4}(?:天|日)(?:内|间|左右|以内)",
        "今日头条",
    ),
    cues=Cues(
        soft_before=re.compile("(?:自|从|由)$"),
        soft_after=re.compile("(?:\\d{1,2}[时点]|零[时点]|[上下]午|凌晨|晚上?)?(?:\\d{1,2}[时点])?(?:起|开始|前|之前|以前|截止)"),
        strong_before=re.compile("将|预计|计划|拟|有望|最快|预定|定于|料|即将|打算|会在|会于"),
        strong_after=re.compile("将|预计|才会|有望|才能"),
        saying=re.compile("宣布|表示|称|发布|公告|通知|回应|报道|透露|证实|公布|消息|指出|说"),
        boundary=re.compile('[,。;:!?、"\n|]'),
    ),
)  # fmt: skip
