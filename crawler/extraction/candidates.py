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

_LEAST = 250
"""Characters (a third for CJK) below which trafilatura takes whatever text the page has, in one line."""


def _options(
    *, fast: bool = False, precision: bool = False, recall: bool = False, least: int = _LEAST
) -> Extractor:
    options = Extractor(
        fast=fast, precision=precision, recall=recall, comments=False, output_format="python"
    )
    options.min_extracted_size = least
    return options


# Made once: reading trafilatura's settings costs as much as a fifth of a page.
_QUICK = _options(fast=True)
_WIDE = _options(fast=True, recall=True)
_CAREFUL = _options(precision=True)
_WIDE_CJK = _options(fast=True, recall=True, least=_LEAST // 3)
_CAREFUL_CJK = _options(precision=True, least=_LEAST // 3)
# A word that trafilatura does not know: neither precision nor recall, and no second pass in recall
# for short texts. Whether one is needed is asked more cheaply, with better answers to choose from.
_QUICK.focus = "quick"

_SHINGLE = 4
_LATIN_TOKEN = re.compile(r"\w+")
_CJK_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[a-zA-Z0-9]+")


def quick_text(tree: HtmlElement) -> str:
    """One pass of rules, without asking other algorithms."""
    return _extracted(tree, _QUICK)


def careful_text(tree: HtmlElement, *, cjk: bool) -> str:
    """What is left after doubtful parts are dropped, compared with other algorithms."""
    return _extracted(tree, _CAREFUL_CJK if cjk else _CAREFUL)


def agreed_text(tree: HtmlElement, *, cjk: bool) -> str:
    """Of three ways to find the text, the outcome that shares most with the other two."""
    wide = _extracted(tree, _WIDE_CJK if cjk else _WIDE)
    texts = [text for text in (wide, careful_text(tree, cjk=cjk), _readable(tree)) if text]
    token = _CJK_TOKEN if cjk else _LATIN_TOKEN
    shingles = [_shingles(text, token) for text in texts]
    best, most = -1, -1.0
    for place, own in enumerate(shingles):
        agreement = sum(_likeness(own, other) for other in shingles if other is not own)
        if agreement > most + 1e-9:  # among equals the first, which keeps most
            best, most = place, agreement
    same = (t for t, s in zip(texts, shingles, strict=True) if s == shingles[best])
    return max(same, key=lambda text: text.count("\n"), default="")


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
