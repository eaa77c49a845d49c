"""How Japanese writes dates. The text is folded to half width, without spaces between words."""

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

_HAN = "〇一二三四五六七八九十"
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"

_RY: Words = {
    **dict.fromkeys(("一昨年", "おととし", "一昨"), -2),
    **dict.fromkeys(("昨年", "去年", "昨"), -1),
    **dict.fromkeys(("今年", "本年", "ことし", "今", "年", "この"), 0),
    **dict.fromkeys(("来年", "明年", "来"), 1),
    "再来年": 2,
}
_CY: Words = {"前年": -1, "同年": 0, "その年": 0, "この年": 0, "同じ年": 0, "翌年": 1}
_RM: Words = {"先々月": -2, "先月": -1, "今月": 0, "本月": 0, "来月": 1, "再来月": 2, "月": 0}
_CM: Words = {"前月": -1, "同月": 0, "翌月": 1}
_RD: Words = {
    **dict.fromkeys(("一昨日", "おととい"), -2),
    **dict.fromkeys(("昨日", "きのう", "昨夜", "昨晩", "昨"), -1),
    **dict.fromkeys(("今日", "本日", "きょう", "今朝", "けさ", "今夜", "今晩", "即日", "今"), 0),
    **dict.fromkeys(("明日", "あす", "あした", "明朝", "明"), 1),
    **dict.fromkeys(("明後日", "あさって"), 2),
}
_CD: Words = {"前日": -1, "同日": 0, "当日": 0, "この日": 0, "その日": 0, "翌日": 1, "翌朝": 1}
_RW: Words = {"先々週": -2, "先週": -1, "今週": 0, "来週": 1, "再来週": 2}
_WD: Words = {day: index for index, day in enumerate("月火水木金土日")}
_MONTH_PART: Words = {
    **dict.fromkeys(("上旬", "初旬", "初め", "はじめ", "初頭", "初"), Part.EARLY),
    **dict.fromkeys(("中旬", "半ば", "中頃", "中ごろ"), Part.MID),
    **dict.fromkeys(("下旬", "末", "終わり"), Part.LATE),
    "前半": Part.FIRST_HALF,
    "後半": Part.SECOND_HALF,
}
_PART: Words = {
    **_MONTH_PART,
    **dict.fromkeys(("上半期", "上期"), Part.FIRST_HALF),
    **dict.fromkeys(("下半期", "下期"), Part.SECOND_HALF),
    **{
        f"第{digit}四半期": part
        for part, digits in zip(QUARTERS, ("1一", "2二", "3三", "4四"), strict=True)
        for digit in digits
    },
    **{
        f"{season}{after}": part
        for season, part in zip(
            "春夏秋冬", (Part.SPRING, Part.SUMMER, Part.AUTUMN, Part.WINTER), strict=True
        )
        for after in ("", "季")
    },
    **{
        f"{first}{to}{first + 2}月期": part
        for part, first in zip(QUARTERS, (1, 4, 7, 10), strict=True)
        for to in ("~", "〜", "-", "–")
    },
    **dict.fromkeys(
        ("双11", "双十一", "独身の日", "ダブルイレブン", "ダブル11", "w11"), Part.DOUBLE_ELEVEN
    ),
    **dict.fromkeys(("618", "6・18", "6·18"), Part.MIDYEAR_SALE),
}
_UNITS: Words = {
    "日": Unit.DAY,
    "週間": Unit.WEEK,
    **dict.fromkeys(("カ月", "か月", "ヶ月", "ヵ月", "ケ月", "箇月"), Unit.MONTH),
    "年": Unit.YEAR,
    "半年": Unit.HALF_YEAR,
}
_FUZZ: Words = {
    **dict.fromkeys(("このほど", "先ごろ", "先頃", "先日", "最近", "ここ数日"), -14),
    **dict.fromkeys(("近日中", "近日", "近く公開"), 30),
}
_YEAR = (
    f"(?:(?P<y>(?:19|20)\\d\\d|二[〇零][{_HAN[:10]}]{{2}})年|令和(?P<reiwa>\\d{{1,2}}|元)年"
    "|平成(?P<heisei>\\d{1,2}|元)年|(?P<ry>一昨年|おととし|昨年|去年|今年|本年|ことし|来年|明年|再来年)"
    f"|(?P<cy>{one_of(_CY)}))(?:の)?"
)
_MONTH = f"(?:(?P<m>{_N})月|(?P<rm>先々月|先月|今月|本月|来月|再来月)|(?P<cm>{one_of(_CM)}))の?"
_DAY = f"(?P<d>{_N})日"
_TO = "(?:から|~|〜|-|–|—|至)"
_BRACKET = "(?:\\((?:(?P<bm>\\d{1,2})月)?(?P<bd>\\d{1,2})日?\\))?"
_FREE = f"(?<!\\d,)(?<![\\d.{_HAN}毎])"
_NO_DATE = "(?!間|ほど|程度|くらい|ぐらい|以内|分|目|前|後|本|ごと|おき|経|で(?!始|開|終)|かか|あた|当たり|連続|止ま|休)"
_NOT_YET = (
    "(?:(?:[一-龠]する|終える|始める|始まる|やめる|つながる|加わる|使える|できる|になる|となる|広げる)"
    "(?:$|[。」\\n]|と(?:発表|公表|明らか|表明|説明|述|報|伝|告|し)|こと|見通し|見込み|方針|予定|計画|もよう|という)"
    "|(?:終了|開始|停止|対応|導入|解禁|開放|廃止|施行|統合|提供)(?:へ|$|[。\\n]))"
)
"""A verb that is not in the past, at the end of its clause: 10月末で終了する, 10月に対応へ."""

JAPANESE = Grammar(
    words={
        "ry": _RY, "cy": _CY, "rm": _RM, "cm": _CM, "rd": _RD, "cd": _CD, "rw": _RW, "wk": _RW,
        "wd": _WD, "part": _PART, "u": _UNITS, "fuzz": _FUZZ, "n": {"数": A_FEW},
        "sign": {"前": Sign.AGO, "後": Sign.LATER},
        "over": dict.fromkeys(("余り", "あまり", "以上"), 1),
        "reiwa": {"元": 1}, "heisei": {"元": 1},
    },
    dates=patterns(
        *NUMERIC,
        f"{_FREE}(?:{_YEAR})?{_MONTH}(?:{_DAY}(?!間|ほど)(?:(?:\\([月火水木金土日]\\))?{_TO}"
        f"(?:(?P<m2>{_N})月)?(?P<d2>{_N})日)?|(?P<part>{one_of(_MONTH_PART)}))?",
        f"{_FREE}{_YEAR}(?:(?P<part>{one_of(_PART)}))?(?![代度型版比同割])",
        f"(?<![\\d昨今来去前同当毎周翌{_HAN}])(?P<ry>年)(?P<part>初|末|明け)",
        f"(?<![\\d今先来前同当毎{_HAN}])(?P<rm>月)(?P<part>初め|末)",
        "(?P<ry>一昨|[今昨来]|この)(?P<part>[春夏秋冬])",
        "(?<![年\\d])(?P<part>双11)(?!\\d)",
        f"(?<!\\d,)(?<![\\d.月第/])(?P<d>\\d{{1,2}})日?{_TO}(?P<d2>\\d{{1,2}})日{_NO_DATE}",
        f"(?<!\\d,)(?<![\\d.月第/])(?P<d>\\d{{1,2}})日{_NO_DATE}",
        f"(?P<rd>一昨日|おととい|昨[日夜晩]|きのう|今日|(?<!日)本日|きょう|今[朝夜晩]|けさ|即日"
        f"|明日|明後日|あさって|(?<![ぁ-ん])あす(?![ぁ-ん])|(?<![ぁ-ん])あした){_BRACKET}",
        f"(?P<rd>[今昨明])\\((?P<bd>{_N})日?\\)日?",
        f"(?P<cd>{one_of(_CD)})",
        f"(?:(?P<rw>{one_of(_RW)})の?)?(?P<wd>[月火水木金土日])曜日?{_BRACKET}",
        f"(?P<wk>{one_of(_RW)})(?!の?[月火水木金土日]曜)(?:末|初め)?",
        f"(?<!\\d,)(?<![\\d.{_HAN}])(?P<n>\\d{{1,3}}|[一二三四五六七八九十]{{1,2}}|数)"
        f"(?P<u>{one_of(_UNITS)})半?(?:ほど|(?P<over>余り|あまり|以上))?(?P<sign>[前後])(?!半)",
        "(?P<u>半年)(?:ほど|(?P<over>余り|あまり|以上))?(?P<sign>[前後])",
        f"(?P<fuzz>{one_of(_FUZZ)})",
        "(?<![\\d/.a-z])(?P<m>1[0-2]|[1-9])/(?P<d>3[01]|[12]\\d|[5-9])(?![\\d/%.a-z])",
        "(?<![\\d/.a-z])(?P<m>1[0-2]|[1-9])/(?P<d>[1-4])(?=[(~〜にの]|から|より|まで)",
    ),
    others=patterns(
        f"(?<![\\d月]){_N}日?(?:から|~|〜|-|ないし)?\\d{{0,3}}日(?:間|ほど|程度|くらい|ぐらい|以内|分|目)",
        f"毎[年月週]{_N}[月日](?:{_N}日)?",
        f"(?:過去|直近|ここ){_N}[日年]",
        "(?<![\\d年])\\d{1,2}[~〜–-]\\d{1,2}月期",
        "前年(?:同期|同月|比|度|割)|今日的",
    ),
    cues=Cues(
        soft_before=re.compile("(?!)"),
        soft_after=re.compile(
            "(?:\\([^)]{1,6}\\))?(?:午[前後])?(?:\\d{1,2}時)?(?:から|より|以降|まで|をめど|頃から|スタート"
            f"|(?:中|ごろ|頃)?(?:に|で|をもって|をもち|付で|付けで)(?:は|も)?[^。、!?\\n|]{{0,30}}?{_NOT_YET})"
        ),
        strong_before=re.compile("(?:早ければ|遅くとも|早くて)"),
        strong_after=re.compile("予定|方針|計画|見込み|見通し|めど|に向け|に備え|を控え|目指|つもり"),
        saying=re.compile("と(?:発表|公表|明らか|表明|説明|述べ|報じ|伝え|語)|発表した|明らかにした|述べた|報じた|伝えた|公表した|示した|語った|ていた|によると|によれば"),
        boundary=re.compile("[。!?\n|]"),
        verb_final=True,
    ),
)  # fmt: skip
