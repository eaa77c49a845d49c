"""From bytes to text: UTF-8 if it is that without a fault, else the most plausible of the rest.

A label is a hint and no more: pages in GBK, Big5, Shift_JIS or EUC-KR come with a wrong label, with
none, and with stray bytes. Each candidate is decoded in its superset and judged by how much of the
outcome is everyday text.
"""

import codecs
import re
import unicodedata
from collections import Counter

from crawler.extraction.errors import ExtractionError, Reason
from crawler.extraction.realigning import realign

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "windows-31j": "cp932", "euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp_ext",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "cp949": "cp949", "uhc": "cp949",
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252",
}  # fmt: skip
_KNOWN = re.compile(
    r"(?:utf-?8|utf-16(?:le|be)?|windows-125\d|cp125\d|iso-8859-\d+|koi8-[ru]|macintosh|tis-620)$|"
    + "|".join(f"{re.escape(label)}$" for label in _SUPERSETS)
)
"""Labels that are followed; Python knows more, such as `punycode`, that a page has no use for."""

_TWO_BYTES = frozenset(["gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"])
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1252")
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]{2,40})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_MARKUP = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)

_SAMPLE = 20_000
"""Bytes of visible text that are judged: more does not change the verdict."""

# The most frequent characters of running text; a wrong decoding hits them by chance only.
_EVERYDAY = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三"
    "已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问"
    "力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代"
    "這個們來國說時會過對後裡發經麼為學還沒開樣動現長兩從將點進實們種機給業間東電與關號無產車場錢網"
    "元支付微信宝淘平台用户服务公司市场商家腾讯阿里巴"
    "日本年社事業者新会同表発対象店計画導入済利用支払決契約関係始定市場部間当意見円万今後"
    "の、。はがにをとでしてたいなるかっれさりもことまあこスンルトラリクシイレア"
    "이다는에을를의가고은로하지도서한기사자인대시어있것나전해정"
    "\uff0c\u3002\u3001\uff01\uff1f\uff1a\uff1b\u300c\u300d\u300e\u300f\uff08\uff09"
)

_SEARCHED = 480_000
"""Bytes of a page in which visible text is looked for."""

_NO_TEXT = dict.fromkeys([*range(9), 11, *range(14, 27), *range(28, 32), 0xFFFD])
"""Controls (not tab, line ends, form feed, escape) and the sign for what could not be decoded."""

_WEIGHTS = (
    ("\ufffd", "\ufffd", -3.0),
    ("\u2010", "\u203a", 0.5),
    ("\u20ac", "\u20ac", 0.5),
    ("\u3040", "\u30ff", 0.4),
    ("\u4e00", "\u9fff", 0.15),
    ("\uac00", "\ud7a3", 0.3),
    ("\ue000", "\uf8ff", -0.7),
    ("\uff61", "\uff9f", -0.7),
)


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page or feed.

    `content_type` is the header as it came. Raises ExtractionError (undecodable) for something
    that is no text in any of the encodings, such as a picture.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    if 0 < body.count(0) < len(body) / 100:  # strays; a picture is full of them
        body = body.replace(b"\0", b"")
    stated = _stated(body, content_type)
    if "iso2022_jp_ext" in stated and b"\x1b$" in body:
        return body.decode("iso2022_jp_ext", "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = _decoded(body, _most_plausible(body, stated))
    if _is_binary(text):
        raise ExtractionError(Reason.UNDECODABLE, "the body is not text in any known encoding")
    return text


def _stated(body: bytes, content_type: str | None) -> list[str]:
    labels = [found[1] for found in [_HEADER.search(content_type or "")] if found]
    head = body[:4096]
    labels += [
        found[1].decode("ascii") for found in (_META.search(head), _XML.search(head)) if found
    ]
    labels = [label.lower() for label in labels]
    return [_SUPERSETS.get(label, label) for label in labels if _KNOWN.match(label)]


def _decoded(body: bytes, encoding: str) -> str:
    if encoding not in _TWO_BYTES:
        return body.decode(encoding, "replace")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return realign(body, encoding, _likelihood)


def _most_plausible(body: bytes, stated: list[str]) -> str:
    sample = _MARKUP.sub(b" ", body[:_SEARCHED])[:_SAMPLE] or body[:_SAMPLE]
    scores = {}
    for encoding in dict.fromkeys([*stated, *_CANDIDATES]):
        try:
            text = sample.decode(encoding, "replace")
        except LookupError:  # a label that names no encoding
            continue
        scores[encoding] = _plausibility(text) + (0.05 if encoding in stated else 0.0)
    return max(scores, key=lambda encoding: scores[encoding])


def _plausibility(text: str) -> float:
    """Share of everyday characters among those outside ASCII, less what cannot be text."""
    foreign = Counter(character for character in text if character > "\x7f")
    total = foreign.total()
    if not total:
        return 0.0
    latin = total < 0.25 * len(text)  # accents are few among plain letters
    weights = sum(_weight(character, latin) * count for character, count in foreign.items())
    return weights / total + _latin_guard(text)


def _likelihood(character: str) -> float:
    """How much a character speaks for the cut that yields it, in text of two-byte characters."""
    return 0.4 if character < "\x80" else _weight(character, latin=False)


def _weight(character: str, latin: bool) -> float:
    if character in _EVERYDAY:
        return 1.0
    if character < "\u0250":
        wanted = latin and (character.isalpha() or character in "«»·°§©®£¥€\xa0")
        return 0.6 if wanted else -0.3
    for low, high, weight in _WEIGHTS:
        if low <= character <= high:
            return weight
    return -2.0 if unicodedata.category(character) in {"Cc", "Cn", "Co"} else 0.0


def _latin_guard(text: str) -> float:
    """Accented words (`für`) look like odd hanzi in CJK encodings: one hanzi between letters."""
    odd = len(re.findall(r"[A-Za-z][\u3400-\u9fff\uac00-\ud7a3][A-Za-z ]", text))
    cjk = len(re.findall(r"[\u3040-\u9fff\uac00-\ud7a3]", text))
    return -0.8 if cjk and odd > cjk / 2 else 0.0


def _is_binary(text: str) -> bool:
    head = text[:2000]
    return len(head) - len(head.translate(_NO_TEXT)) > len(head) * 0.1
