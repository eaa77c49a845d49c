"""Telegram's HTML as the server reads it, written apart from the product's own reader.

Strict where Telegram is strict: what it would answer with "can't parse entities" raises
MarkupError with the same words.
"""

import re
from dataclasses import dataclass
from html import unescape

TAGS = frozenset(
    [
        "a",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "ins",
        "s",
        "strike",
        "del",
        "code",
        "pre",
        "blockquote",
        "span",
        "tg-spoiler",
        "tg-emoji",
        "tg-time",
    ]
)
_KINDS = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s", "span": "tg-spoiler"}
_CHARREF = re.compile(r"&(lt|gt|amp|quot|#\d+|#[xX][0-9a-fA-F]+);")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z][\w-]*)(?:=("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_START = re.compile(rf"<([a-zA-Z][\w-]*)((?:{_ATTRIBUTE.pattern})*)\s*>")
_END = re.compile(r"</([a-zA-Z][\w-]*)\s*>")

_DETECTED = {
    "mention": re.compile(r"(?<!\w)@\w{2,32}\b", re.ASCII),
    "bot_command": re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?![\w/<>])"),
    "hashtag": re.compile(r"(?<![\w\u200c])#[\w\u200c]*[^\W\d_][\w\u200c]*"),
    "cashtag": re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])"),
    "url": re.compile(
        r"\w+://[^\s\u2000-\u206f<>]+|(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|co|me|io|cn|jp|kr|hk|tw"
        r"|dev|app|example|xyz)\b"
    ),
    "email": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
}


class MarkupError(ValueError):
    """What Telegram says in place of the message."""


@dataclass(frozen=True)
class TelegramEntity:
    """A stretch of text in UTF-16 units, as the Bot API gives it back."""

    type: str
    offset: int
    length: int
    url: str | None = None

    def as_json(self) -> dict[str, object]:
        """The form of the Bot API."""
        kind = {"a": "text_link", "b": "bold", "i": "italic"}.get(self.type, self.type)
        given: dict[str, object] = {"type": kind, "offset": self.offset, "length": self.length}
        return given | ({"url": self.url} if self.url else {})


def utf16(text: str) -> int:
    """Telegram's length of a text."""
    return len(text.encode("utf-16-le")) // 2


def read_html(html: str) -> tuple[str, list[TelegramEntity]]:
    """The text and the entities of a message. Raises MarkupError as Telegram would refuse it."""
    text = ""
    entities: list[TelegramEntity] = []
    stack: list[tuple[str, int, str | None, bool]] = []
    place = 0
    while place < len(html):
        char = html[place]
        if char == "&" and (ref := _CHARREF.match(html, place)):
            text += unescape(ref.group())
            place = ref.end()
        elif char == "<" and html.startswith("</", place):
            place = _close(html, place, stack, text, entities)
        elif char == "<":
            place = _open(html, place, stack, text)
        else:
            text += char
            place += 1
    if stack:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return text, sorted(entities, key=lambda one: (one.offset, -one.length))


def _open(html: str, place: int, stack: list[tuple[str, int, str | None, bool]], text: str) -> int:
    found = _START.match(html, place)
    if not found or found.group(1).lower() not in TAGS:
        shown = re.match(r"<([\w-]*)", html[place:])
        name = shown.group(1) if shown else ""
        raise MarkupError(f'Unsupported start tag "{name}" at byte offset {place}')
    tag = found.group(1).lower()
    if tag == "blockquote" and any(one[0] == tag for one in stack):
        raise MarkupError(f"Blockquotes can't be nested at byte offset {place}")
    given = {
        name: (value or "").strip("\"'") for name, value in _ATTRIBUTE.findall(found.group(2))
    }
    href = unescape(given["href"]) if "href" in given else None
    stack.append((tag, utf16(text), href, "expandable" in given))
    return found.end()


def _close(
    html: str,
    place: int,
    stack: list[tuple[str, int, str | None, bool]],
    text: str,
    entities: list[TelegramEntity],
) -> int:
    found = _END.match(html, place)
    if not found or not stack:
        raise MarkupError(f"Unexpected end tag at byte offset {place}")
    tag, start, href, expandable = stack.pop()
    if found.group(1).lower() != tag:
        raise MarkupError(
            f'Unmatched end tag at byte offset {place}, expected "</{tag}>", found "{found.group()}"'
        )
    length = utf16(text) - start
    if length and not (tag == "a" and not (href or "").startswith(("http", "tg:"))):
        kind = "expandable_blockquote" if expandable else _KINDS.get(tag, tag)
        entities.append(TelegramEntity(kind, start, length, href))
    return found.end()


def detect(text: str, entities: list[TelegramEntity]) -> list[TelegramEntity]:
    """What Telegram makes live by itself: mentions, commands, hashtags, links. Simplified."""
    linked = [(one.offset, one.offset + one.length) for one in entities if one.type == "a"]
    found = []
    for kind, pattern in _DETECTED.items():
        for hit in pattern.finditer(text):
            start, length = utf16(text[: hit.start()]), utf16(hit.group())
            if not any(first <= start < last for first, last in linked):
                found.append(TelegramEntity(kind, start, length))
    return found
