"""Which sentences are the article's own, and which the site put around them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from alerts.tagging.frames import CompiledPack
from alerts.tagging.sentences import LEAD_SENTENCES, Sentence, Zone

_MARKS = re.compile(r"[|›»▶▲▼★☆◆■●※☎©ⓒ→▍]|\{\{|_{3,}|={3,}|https?://|www\.|#\S+\s+#\S+")
_ENDS = re.compile(r"[。.!?！？…:：」』”\"'）)]\s*$")
_HASHTAG = re.compile(r"^\s*[#＃]\S+")

SHORT_WIDE = 30
"""A paragraph of fewer wide characters than this that does not end like a sentence is a label."""
SHORT_NARROW = 60


def assign_zones(found: Sequence[Sentence], pack: CompiledPack) -> list[Sentence]:
    """Give every sentence its zone: title, lead, body or chrome."""
    chrome = _chrome_paragraphs(found, pack)
    zoned: list[Sentence] = []
    lead = 0
    for sentence in found:
        if sentence.zone is Zone.TITLE:
            zoned.append(sentence)
        elif sentence.paragraph in chrome or _is_chrome(sentence.folded, pack):
            zoned.append(replace(sentence, zone=Zone.CHROME))
        else:
            lead += 1
            zone = Zone.LEAD if lead <= LEAD_SENTENCES else Zone.BODY
            zoned.append(replace(sentence, zone=zone))
    return zoned


def _chrome_paragraphs(found: Sequence[Sentence], pack: CompiledPack) -> set[int]:
    """Label-like paragraphs at the head and the tail of the text, up to the first real one."""
    paragraphs: dict[int, list[Sentence]] = {}
    for sentence in found:
        if sentence.zone is not Zone.TITLE:
            paragraphs.setdefault(sentence.paragraph, []).append(sentence)
    chrome: set[int] = set()
    for order in (list(paragraphs), list(reversed(paragraphs))):
        for paragraph in order:
            if not _is_label(paragraphs[paragraph], pack):
                break
            chrome.add(paragraph)
    return chrome


def _is_label(sentences: Sequence[Sentence], pack: CompiledPack) -> bool:
    text = " ".join(sentence.folded for sentence in sentences)
    if _HASHTAG.match(text) or all(_is_chrome(sentence.folded, pack) for sentence in sentences):
        return True
    wide = sum(character > "\u2e80" for character in text)
    short = wide < SHORT_WIDE and len(text) - wide < SHORT_NARROW
    return short and not _ENDS.search(text)


def _is_chrome(text: str, pack: CompiledPack) -> bool:
    if pack.chrome is not None and pack.chrome.search(text):
        return True
    return len(_MARKS.findall(text)) > len(text) / 60 + 1
