"""Other people's text made safe to show: no hidden characters, no forged links or mentions."""

import re
import unicodedata

WORD_JOINER = "\u2060"
"""Put behind the sign that would start a mention, a command, a hashtag or a domain: Telegram's
own patterns end there, and nothing is seen."""

MOST_COMBINING = 3
"""Marks on one letter; more of them only climb over the lines around."""

_FSI, _PDI = "\u2068", "\u2069"
_ZWNJ, _ZWJ = "\u200c", "\u200d"
_JOINING = re.compile(r"[\u0600-\u08ff\u0900-\u0dff\ufb50-\ufdff\ufe70-\ufefc]")
"""Letters of scripts in which a joiner is part of the spelling: Arabic and the Indic ones."""

_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPACE = re.compile(r"\s+")
_LIVE = re.compile(
    r"(?P<sign>[@#$/](?=\w))"
    r"|(?P<scheme>(?<=\w)://)"
    r"|(?P<dot>(?<=[\w-])[.\u3002\uff0e\uff61](?=\w))"
)


def clean(text: str) -> str:
    """The text as one line of visible characters, composed (NFC). Cleaning twice changes nothing."""
    text = _HIDDEN.sub("", text.replace("\u2028", " ").replace("\u2029", " "))
    text = unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip())
    return _cap_marks(_drop_joiners(text)).strip()


def _drop_joiners(text: str) -> str:
    """Keep the zero-width joiners of emoji and of scripts that need them; drop all others."""
    kept: list[str] = []
    for place, char in enumerate(text):
        if char in (_ZWJ, _ZWNJ):
            before = kept[-1] if kept else ""
            after = text[place + 1] if place + 1 < len(text) else ""
            if not (before and after and _may_join(char, before, after)):
                continue
        kept.append(char)
    return "".join(kept)


def _may_join(joiner: str, before: str, after: str) -> bool:
    if _JOINING.match(before) and (_JOINING.match(after) or after == " "):
        return True
    return joiner == _ZWJ and _is_emoji(before) and _is_emoji(after)


def _is_emoji(char: str) -> bool:
    return char == "\ufe0f" or unicodedata.category(char) in ("So", "Sk")


def _cap_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= MOST_COMBINING:
            kept.append(char)
    return "".join(kept)


def tame(text: str) -> str:
    """Foreign text for a message: cleaned, nothing in it turned into a link, direction kept in."""
    return isolate(break_links(clean(text)))


def break_links(text: str) -> str:
    """Stop Telegram from making mentions, commands, hashtags or links out of plain text."""
    return _LIVE.sub(lambda found: found.group()[0] + WORD_JOINER + found.group()[1:], text)


def isolate(text: str) -> str:
    """Keep right-to-left text from reordering what stands around it; other text needs nothing."""
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text):
        return f"{_FSI}{text}{_PDI}"
    return text


def plain(text: str) -> str:
    """What a reader sees of a tamed text: without joiners and isolates, for terminals and tests."""
    return text.replace(WORD_JOINER, "").replace(_FSI, "").replace(_PDI, "")


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, most: int) -> str:
    """At most so many UTF-16 units, ended by … where something is missing, at a word if near."""
    if units(text) <= most:
        return text
    kept, used = [], 1
    for char in text:
        used += units(char)
        if used > most:
            break
        kept.append(char)
    short = "".join(kept)
    while short and (unicodedata.combining(short[-1]) or short[-1] in (_ZWJ, "\ufe0f")):
        short = short[:-1]
    at_word = short.rfind(" ", len(short) - 24)
    if at_word > 0:
        short = short[:at_word]
    return short.rstrip() + "…"
