"""What a page says of itself for machines: JSON-LD nodes, meta elements, the state of its scripts."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

Metas = dict[str, str]

_MAX_SCRIPT = 600_000
"""Characters of one script that are read."""

_ARTICLE = re.compile(r"(?:\w*Article|\w*BlogPosting|DiscussionForumPosting|Report)$")
_STATE = re.compile(
    r"(?:window\.|self\.|var\s+|const\s+)?(?:__INITIAL_STATE__|__INITIAL_DATA__|__NUXT__|__APP_DATA__|"
    r"initialState|__PRELOADED_STATE__|__NEXT_DATA__|artInfo|__ARTICLE__)\s*=\s*(?=[{\[])"
)
_NEXT_PUSH = re.compile(r"__next_f\.push\(\[1,\s*(\"(?:[^\"\\]|\\.)*\")\]\)")
_BODY_KEYS = (
    "articlebody", "content", "contenthtml", "content_html", "articlecontent", "article_content",
    "widgetcontent", "body", "bodyhtml", "html", "text", "rawcontent", "detail",
)  # fmt: skip


def article_nodes(tree: HtmlElement) -> list[dict[str, Any]]:
    """The JSON-LD nodes of the page that describe an article, in order."""
    nodes: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        nodes.extend(_typed(_loads(script.text or "")))
    return nodes[:20]


def _typed(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, list):
        for part in value[:200]:
            yield from _typed(part, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if isinstance(kind, str) and _ARTICLE.match(kind.rpartition("/")[2]):
                yield value
                break
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _typed(value.get(key), depth + 1)


def text_of(node: dict[str, Any], *keys: str) -> str | None:
    """The first of the keys that holds a string (or a number), as a string."""
    for key in keys:
        value = node.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def read_metas(tree: HtmlElement) -> Metas:
    """The content of every meta element under its names, in lower case; the first one counts."""
    metas: Metas = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        if content:
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                name = meta.get(attribute)
                if name:
                    metas.setdefault(name.strip().lower(), content)
    return metas


def meta_content(metas: Metas, *names: str) -> str | None:
    """The content of the first of the names that the page states."""
    return next((metas[name] for name in names if name in metas), None)


def script_bodies(tree: HtmlElement) -> list[str]:
    """Texts (often HTML) that the page's scripts carry as an article's body, longest first."""
    found: list[str] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if len(text) < 200:
            continue
        if script.get("id") == "__NEXT_DATA__":
            found.extend(_bodies(_loads(text)))
            continue
        state = _STATE.search(text[:_MAX_SCRIPT])
        if state is not None:
            found.extend(_bodies(_loads(text[state.end() :], partial=True)))
        for push in _NEXT_PUSH.finditer(text[:_MAX_SCRIPT]):
            pushed = _loads(push[1])
            if isinstance(pushed, str) and len(pushed) > 200 and "<p" in pushed:
                found.append(pushed)
    return sorted(found, key=len, reverse=True)[:5]


def _bodies(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > 12:
        return
    if isinstance(value, list):
        for part in value[:500]:
            yield from _bodies(part, depth + 1)
    elif isinstance(value, dict):
        for key, part in value.items():
            if isinstance(part, str):
                if key.lower() in _BODY_KEYS and len(part) > 80:
                    yield part
            else:
                yield from _bodies(part, depth + 1)


def _loads(text: str, *, partial: bool = False) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()[:_MAX_SCRIPT]
    try:
        if partial:
            return json.JSONDecoder(strict=False).raw_decode(text)[0]
        return json.loads(text.rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None
