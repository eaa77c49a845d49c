"""The language of a text: scripts decide for zh, ja and ko, small words for Latin letters."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache

_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = ("en", "de", "fr", "es")

# The small words that running text is full of; one that several of the languages have tells nothing.
_SMALL = {
    "en": "the of and to is that for with was are this from at has have which will its by on be it not",
    "de": "der die und den das von zu mit ist dem nicht ein eine im auf für sich auch werden bei wird",
    "fr": "le les et des du une est dans qui pour pas sur au par avec plus ce aux sont cette il été",
    "es": "el los y las del una con para por como su más al lo pero sus este desde fue también sobre",
}
_LANGUAGE_OF = {word: language for language, words in _SMALL.items() for word in words.split()}
_WORD = re.compile(r"[^\W\d_]{1,7}(?![^\W\d_])")
_SURE = 8
"""Small words by which the first language must lead, and be thrice the second."""

# Characters that only one of the two ways of writing Chinese uses, among the frequent ones.
_SIMPLIFIED = frozenset(
    "国会这个们来对时说为发经学还没开样动现长两从将点进实种机给业间东电与关号无产车场钱网"
    "务报导让应众双购买卖货币联阅览转账户单选续总计划调资银统线设备术请问题讯华书专广气达过边选连"
    "见观规视觉亲认识议论证评词译语读谁课谈贝负财责败质贯费贸贺贵赏赛赞页项顺须顾预领频颗额"
    "风飞饭饮馆马驾验骑鱼鸟鸡麦黄齐龙龟宝腾团码扫链载输营权约给级区软苹断护测试闭儿万亿"
)
_TRADITIONAL = frozenset(
    "國會這個們來對時說為發經學還沒開樣動現長兩從將點進實種機給業間東電與關號無產車場錢網"
    "務報導讓應眾雙購買賣貨幣聯閱覽轉賬帳戶單選續總計劃調資銀統線設備術請問題訊華書專廣氣達過邊連"
    "見觀規視覺親認識議論證評詞譯語讀誰課談貝負財責敗質貫費貿賀貴賞賽贊頁項順須顧預領頻顆額"
    "風飛飯飲館馬駕驗騎魚鳥雞麥黃齊龍龜裡麼臺灣寶騰團碼掃鏈載輸營權約給級區軟蘋斷護測試閉兒萬億"
)
_ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL
_ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED

_ENOUGH = 3_000
"""Characters that are looked at: enough for any text."""


def detect_language(text: str, expected: str | None = None) -> str:
    """One of zh-Hans, zh-Hant, ja, ko, en, de, fr, es; `expected` decides where the text cannot.

    A text without any letters gets `expected`, or `und`.
    """
    sample = text[:_ENOUGH]
    letters = len(_LETTER.findall(sample))
    if not letters:
        return expected or "und"
    kana, hangul, hanzi = (len(p.findall(sample)) / letters for p in (_KANA, _HANGUL, _HANZI))
    if kana > 0.08:
        return "ja"
    if hangul > 0.2:
        return "ko"
    if hanzi > 0.2:
        return _chinese(sample, expected)
    return _latin(sample, expected)


def _chinese(sample: str, expected: str | None) -> str:
    if expected == "ja":  # a Japanese headline may have no kana at all
        return "ja"
    simplified = sum(character in _ONLY_SIMPLIFIED for character in sample)
    traditional = sum(character in _ONLY_TRADITIONAL for character in sample)
    if simplified == traditional:
        return expected if expected in {"zh-Hans", "zh-Hant"} else "zh-Hans"
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _latin(sample: str, expected: str | None) -> str:
    if len(sample) < 40 and expected in _LATIN:
        return expected
    sample = sample[:1_000]
    counts = Counter(_LANGUAGE_OF.get(word, "") for word in _WORD.findall(sample.lower()))
    del counts[""]
    (first, most), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    if most >= _SURE + second and most >= 3 * second:
        return first
    return _statistics()(sample)


@cache
def _statistics() -> Callable[[str], str]:
    import py3langid  # numpy behind it: not for those who only need the scripts

    py3langid.set_languages(list(_LATIN))
    return lambda sample: str(py3langid.classify(sample)[0])
