"""A small world for the tests of tagging: some platforms, and packs made on the spot."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from alerts.tagging.folding import FoldedText, fold_accents, prepare
from alerts.tagging.frames import CompiledPack
from alerts.tagging.gazetteer import Gazetteer, Mention
from alerts.tagging.reading import Reader, Reading
from alerts.tagging.scan import Scanned, scan
from alerts.tagging.sentences import Sentence, Zone
from config.platforms import Platform, Platforms
from config.rules import RulePack

DAY = date(2024, 9, 4)
"""The day on which the articles of these tests were published: a Wednesday."""

_ENTRIES: dict[str, dict[str, Any]] = {
    "alibaba": {"kind": "company", "names": ["Alibaba", "阿里巴巴", "アリババ", "알리바바"]},
    "taobao": {"owner": "alibaba", "traits": ["shop"], "names": ["Taobao", "淘宝", "タオバオ"]},
    "tmall": {
        "owner": "alibaba",
        "with": "taobao",
        "traits": ["shop"],
        "names": ["Tmall", "天猫"],
    },
    "taobao-live": {"owner": "taobao", "traits": ["video"], "names": ["Taobao Live", "淘宝直播"]},
    "alipay": {"owner": "ant-group", "traits": ["pay"], "names": ["Alipay", "支付宝", "アリペイ"]},
    "ant-group": {"kind": "company", "names": ["Ant Group", "蚂蚁集团"]},
    "tencent": {"kind": "company", "names": ["Tencent", "腾讯", "텐센트"]},
    "wechat": {
        "owner": "tencent",
        "traits": ["superapp", "chat"],
        "names": ["WeChat", "微信", "위챗"],
    },
    "wechat-pay": {"owner": "tencent", "traits": ["pay"], "names": ["WeChat Pay", "微信支付"]},
    "qq": {"owner": "tencent", "traits": ["chat"], "names": ["QQ"]},
    "douyin": {"traits": ["video", "social"], "names": ["Douyin", "抖音"]},
    "jd": {"kind": "company", "traits": ["shop"], "names": ["JD.com", "京东"]},
    "meituan": {"traits": ["shop"], "names": ["Meituan", "美团"]},
    "google": {"kind": "company", "names": ["Google", "구글", "グーグル"]},
    "quick-share": {"owner": "google", "traits": ["device"], "names": ["Quick Share"]},
    "samsung": {"kind": "company", "traits": ["device"], "names": ["Samsung", "삼성"]},
    "smartthings": {
        "owner": "samsung",
        "traits": ["home"],
        "names": ["SmartThings", "스마트싱스"],
    },
    "apple": {"kind": "company", "traits": ["device"], "names": ["Apple", "애플", "アップル"]},
    "ios": {"owner": "apple", "with": "apple", "traits": ["os"], "names": ["iOS"]},
    "apple-pay": {"owner": "apple", "traits": ["wallet"], "names": ["Apple Pay"]},
    "homekit": {"owner": "apple", "traits": ["home"], "names": ["HomeKit"]},
    "suica": {"traits": ["card"], "names": ["Suica", "スイカ"]},
    "mir": {"kind": "company", "names": ["Mir"]},
    "whatsapp": {"traits": ["chat"], "names": ["WhatsApp"]},
    "rcs": {"kind": "standard", "traits": ["protocol"], "names": ["RCS"]},
    "zoom": {"traits": ["meet"], "names": ["Zoom"]},
    "teams": {"traits": ["meet"], "names": ["Teams"]},
    "ad-hub": {"traits": ["ads"], "names": ["AdHub"]},
    "sky": {"traits": ["cloud"], "names": ["SkyCloud"]},
    "nimbus": {"traits": ["cloud"], "names": ["Nimbus"]},
    "supercharger": {"kind": "network", "traits": ["charging"], "names": ["Supercharger"]},
    "volt": {"kind": "company", "traits": ["car"], "names": ["Volt"]},
    "volt-plugs": {"kind": "network", "owner": "volt", "traits": ["charging"], "names": ["Plugs"]},
    "sony": {"kind": "company", "names": ["Sony"]},
    "ps": {"kind": "device", "owner": "sony", "traits": ["game"], "names": ["PlayStation"]},
    "xbox": {"kind": "device", "traits": ["game"], "names": ["Xbox"]},
    "ford": {"kind": "company", "traits": ["car"], "names": ["Ford"]},
    "qris": {"traits": ["code"], "names": ["QRIS"]},
    "sgqr": {"traits": ["code"], "names": ["SGQR"]},
    "miit": {"kind": "regulator", "names": ["MIIT", "工信部"]},
}


def platform(id_: str, **entry: Any) -> Platform:
    """One platform; `names` may be a bare list."""
    names = entry.pop("names", [id_])
    names = {"en": names} if isinstance(names, list) else names
    return Platform.model_validate({"id": id_, "kind": "service", **entry, "names": names})


PLATFORMS = Platforms([platform(id_, **entry) for id_, entry in _ENTRIES.items()])
GAZETTEER = Gazetteer(PLATFORMS)


def rules(language: str = "en", *patterns: str, **parts: Any) -> RulePack:
    """A rule pack; bare patterns become frames `f0`, `f1` …"""
    frames = [{"id": f"f{i}", "pattern": pattern} for i, pattern in enumerate(patterns)]
    data = {"language": language, "frames": frames, "capabilities": {}, "stages": {}, **parts}
    return RulePack.model_validate(data)


def pack(language: str = "en", *patterns: str, **parts: Any) -> CompiledPack:
    """A rule pack, compiled."""
    return CompiledPack(rules(language, *patterns, **parts), PLATFORMS)


def prepared(text: str, language: str = "en") -> FoldedText:
    """A text made ready as the reader does it."""
    return prepare(text, chinese=language == "zh", spaces=language not in ("zh", "ja"))


def mentions(text: FoldedText, language: str = "en") -> list[Mention]:
    """The platforms that a text names."""
    return GAZETTEER.find(text, chinese=language == "zh", context=lambda _: text.folded)


def sentence(text: FoldedText, language: str = "en") -> Sentence:
    """The whole text as one sentence of the lead."""
    latin = language in ("en", "de", "fr", "es")
    folded = fold_accents(text.folded) if latin else text.folded
    return Sentence(0, 0, 0, len(text.clean), Zone.LEAD, folded)


def scanned(
    title: str, text: str, rules: CompiledPack, published: date | None = DAY, fresh_days: int = 3
) -> Scanned:
    """An article, scanned."""
    whole = prepared(f"{title}\n{text}", rules.pack.language)
    return scan(whole, whole.clean.find("\n"), rules, GAZETTEER, published, fresh_days)


def read(title: str, text: str, rules: CompiledPack, published: date | None = DAY) -> Reading:
    """An article, read."""
    reader = Reader(PLATFORMS, {rules.pack.language: rules}, fresh_days=3)
    return reader.read(title, text, rules.pack.language, published)


def edges(reading: Reading, *, leading: bool = True) -> list[tuple[str, str]]:
    """Host and guest of what an article leads with, or of what it also says."""
    return [(c.host, c.guest) for c in reading.claims if c.leading is leading]


def filler(number: int, word: str = "Nothing") -> str:
    """Sentences that say nothing, one paragraph."""
    letters = "abcdefghijklmnop"[:number]
    return " ".join(f"{word} of any interest is said in sentence {i}{i}." for i in letters)


def texts(found: Sequence[Sentence], text: FoldedText) -> list[str]:
    """Sentences as they stand in the clean text."""
    return [text.clean[s.start : s.end] for s in found]
