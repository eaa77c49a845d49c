"""Names that stand together for one platform: with a gloss, in quotes, behind their owner."""

import re
from collections.abc import Sequence
from dataclasses import replace

from alerts.tagging.gazetteer import Mention
from config.platforms import Platforms

_GLOSS = re.compile(r"\s?[(（]\s?$")
_QUOTE = re.compile(r"\s?[「『《\"'‘“〈]$")
_OWNER = re.compile(r"(?:'s|s'|の|의|的|旗下的?|旗下|傘下の|산하)?\s?[「『《\"'‘“〈]?$")
_APPOSITION = re.compile("等?[一二两三四五六七八九十几多\\d]+[款个家大]$|等$|など$")
"""Between products and the owner that sums them up: 优酷等五款阿里系应用."""

_CLOSING = ")）」』》\"'’”〉"
_WIDEST = 6
"""Characters that may stand between two names of one thing."""


def merge_names(mentions: Sequence[Mention], folded: str, platforms: Platforms) -> list[Mention]:
    """Make one mention of two names of one platform, and of an owner right before its product.

    `微信（WeChat）` is one platform, `Google 'Quick Share'` and `三星のSmartThings` are the
    product. Two unrelated names in brackets stay two.
    """
    merged: list[Mention] = []
    for mention in mentions:
        last = merged[-1] if merged else None
        both = _as_one(last, mention, folded, platforms) if last else None
        if both is None:
            merged.append(mention)
        else:
            merged[-1] = both
    return merged


def _as_one(first: Mention, second: Mention, folded: str, platforms: Platforms) -> Mention | None:
    between = folded[first.end : second.start]
    if len(between) > _WIDEST or "\n" in between:
        return None
    end = second.end
    bracketed = bool(_GLOSS.match(between)) or bool(_QUOTE.match(between))
    closed = bracketed and folded[end : end + 1] != "" and folded[end] in _CLOSING
    if first.platform == second.platform and (closed or not between.strip()):
        return replace(first, end=end + closed)
    if platforms.owner(second.platform) == first.platform and _OWNER.match(between):
        return replace(second, start=first.start)
    if platforms.owner(first.platform) == second.platform and _APPOSITION.match(between):
        return replace(first, end=second.end)
    if closed and _GLOSS.match(between) and platforms.owner(first.platform) == second.platform:
        return replace(first, end=end + 1)
    return None
