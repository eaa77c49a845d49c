"""The border for foreign text: after it there is nothing that hides, steers or cannot be stored."""

import html
import re
import unicodedata

MAX_TITLE = 300
"""Characters of a title that are kept."""

# Controls (C0 without tab and line feed, DEL, C1), soft hyphen, bidi marks and overrides,
# zero-width characters, variation tags, interlinear marks, surrogates and noncharacters.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad"
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff"
    "\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_HALF_WIDTH_KANA = re.compile("[\uff65-\uff9f]+")
_TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]{0,2000}>|<!--.{0,2000}?-->", re.DOTALL)
_COMBINING_RUN = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff]+"
)


def clean_text(text: str) -> str:
    """Paragraphs as lines: no hidden characters, no empty lines, no doubled spaces, in NFC.

    Half-width kana are composed, because their voicing marks are characters of their own.
    """
    text = _HIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    text = _HALF_WIDTH_KANA.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    text = _COMBINING_RUN.sub(r"\1", unicodedata.normalize("NFC", text))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def clean_line(text: str) -> str:
    """The same for something that is one line."""
    return " ".join(clean_text(text).split("\n"))


def clean_title(text: str) -> str:
    """A title without markup and entities, on one line, cut at MAX_TITLE characters."""
    text = html.unescape(_TAG.sub("", html.unescape(text)))
    return clean_line(_TAG.sub("", text))[:MAX_TITLE].rstrip()
