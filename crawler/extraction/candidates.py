"""Ways to find the text of an article with trafilatura, and which of them to believe."""

import logging
import re
from collections import Counter
from copy import copy

import trafilatura
import trafilatura.utils
from lxml.html import HtmlElement
from trafilatura.readability_lxml import Document as Readability
from trafilatura.settings import Extractor

from crawler.cleaning import clean_text
from crawler.extraction.plain import plain_text

# trafilatura drops lines that are just the name of a network: those names are our subject.
trafilatura.utils.RE_FILTER = re.compile(
    r"\W*(?:Drucken|E-?Mail|PDF|Print|Share|Instagram|Pinterest|Pocket|Flipboard|RSS|"
    r"Quick link|More from this section|Copyright.{0,80}|Terms of .{0,20})$",
    re.IGNORECASE,
)

# It warns of every page without an article; the caller learns that from the outcome.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

Shingles = Counter[tuple[str, ...]]

# Made once: reading trafilatura's settings costs as much as a fifth of a page.
_QUICK = Extractor(fast=True, comments=False, output_format="python")
_WIDE = Extractor(fast=True, recall=True, comments=False, output_format="python")
_CAREFUL = Extractor(precision=True, comments=False, output_format="python")

# A word that trafilatura does not know: neither precision nor recall, and no second pass in recall
# for short texts. Whether one is needed is asked more cheaply, with better answers to choose from.
_QUICK.focus = "quick"

_SHINGLE = 4
_LATIN_TOKEN = re.compile(r"\w+")
_CJK_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[a-zA-Z0-9]+")


def quick_text(tree: HtmlElement) -> str:
    """One pass of rules, without asking other algorithms."""
    return _extracted(tree, _QUICK)


def careful_text(tree: HtmlElement) -> str:
    """What is left after doubtful parts are dropped, compared with other algorithms."""
    return _extracted(tree, _CAREFUL)


def agreed_text(tree: HtmlElement, *, cjk: bool) -> str:
    """Of three ways to find the text, the outcome that shares most with the other two."""
    texts = [_extracted(tree, _WIDE), careful_text(tree), _readable(tree)]
    texts = [text for text in texts if text]
    token = _CJK_TOKEN if cjk else _LATIN_TOKEN
    shingles = [_shingles(text, token) for text in texts]
    best, most = "", -1.0
    for text, own in zip(texts, shingles, strict=True):
        agreement = sum(_likeness(own, other) for other in shingles if other is not own)
        if agreement > most + 1e-9:  # among equals the first, which keeps most
            best, most = text, agreement
    return best


def _extracted(tree: HtmlElement, options: Extractor) -> str:
    document = trafilatura.bare_extraction(tree, options=options)
    text = getattr(document, "text", None)
    return clean_text(text or "")


def _readable(tree: HtmlElement) -> str:
    try:
        return plain_text(Readability(copy(tree)).summary())
    except (AttributeError, TypeError, ValueError):  # it stumbles over pages without a body
        return ""


def _shingles(text: str, token: re.Pattern[str]) -> Shingles:
    tokens = token.findall(text)
    return Counter(
        tuple(tokens[start : start + _SHINGLE])
        for start in range(max(1, len(tokens) - _SHINGLE + 1))
    )


def _likeness(one: Shingles, other: Shingles) -> float:
    """Shared shingles over all of both, from 0 to 1."""
    shared = sum((one & other).values())
    return 2 * shared / (sum(one.values()) + sum(other.values()))
