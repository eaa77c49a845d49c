"""Shapes of pages that trafilatura loses, made into shapes that it knows."""

import re
from collections.abc import Iterable

from lxml import html
from lxml.html import HtmlElement

from crawler.extraction.plain import BLOCKS

_BODY = re.compile(r"body|text|content|paragraph|chunk|story", re.IGNORECASE)
_BEYOND_LEAD = BLOCKS - {"br"}
_LEAD = 20
"""Characters without an element around them that are taken for the lead of an article."""

_LINK = 12
"""Characters of a link that may be the title of an article."""

_INLINE = frozenset(["b", "strong", "em", "i", "span", "u", "font"])
_OF_LISTS = frozenset(["li", "td", "blockquote"])

_BREAKS = 2
_IN_A_CELL = 150
"""Characters, with more than so many paragraphs or breaks, that make a cell a part of the page."""

_PARAGRAPH = 80
"""Characters that make a paragraph of running text."""


def mend(tree: HtmlElement) -> None:
    """Give lost shapes the shape of paragraphs inside one body, in place."""
    _dissolve_layout_tables(tree)
    _name_leaf_sections(tree)
    for place in [*tree.iter("article", "main")]:
        _wrap_lead(place)
    _join_pieces(tree)
    _drop_links_to_others(tree)


def _dissolve_layout_tables(tree: HtmlElement) -> None:
    """Old sites lay out the page with tables: an article in one cell would come out as one line."""
    for cell in [*tree.iter("td")]:
        breaks = len(cell.findall(".//p")) + len(cell.findall(".//br"))
        if breaks > _BREAKS and len(cell.text_content()) > _IN_A_CELL:
            for table in [*cell.iterancestors("table")]:
                for part in _parts_of(table):
                    part.tag = "div"


def _parts_of(table: HtmlElement) -> list[HtmlElement]:
    """The table and its rows and cells, without those of tables inside it."""
    parts = table.iter("thead", "tbody", "tr", "td", "th")
    return [table, *(p for p in parts if next(p.iterancestors("table"), None) is table)]


def _name_leaf_sections(tree: HtmlElement) -> None:
    """Editors of WeChat articles write a `section` per paragraph, which would be glued together."""
    for section in [*tree.iter("section")]:
        if not any(child.tag in BLOCKS for child in section.iterdescendants()):
            section.tag = "p"


def _wrap_lead(place: HtmlElement) -> None:
    """Text that stands in `article` without an element is dropped, if `br` parts the paragraphs."""
    if not place.text or len(place.text.strip()) <= _LEAD:
        return
    lead = html.Element("p")
    lead.text, place.text = place.text, None
    while len(place) and place[0].tag not in _BEYOND_LEAD:
        lead.append(place[0])
    place.insert(0, lead)


def _join_pieces(tree: HtmlElement) -> None:
    """A body cut into pieces by adverts: only the first of several like containers would be read."""
    for article in tree.iter("article", "main"):
        if len([*article.iter("h1")]) > 1 or article.find(".//article") is not None:
            continue  # several articles, each with a body of its own
        pieces: dict[str, list[HtmlElement]] = {}
        for paragraph in article.iter("p"):
            parent = paragraph.getparent()
            name = parent.get("class")
            if name and _BODY.search(name) and len(paragraph.text_content()) > _PARAGRAPH:
                known = pieces.setdefault(f"{parent.tag} {name}", [])
                if not known or known[-1] is not parent:
                    known.append(parent)
        for found in pieces.values():
            _move_into_first(found)


def _move_into_first(pieces: Iterable[HtmlElement]) -> None:
    first, *others = dict.fromkeys(pieces)
    for other in others:
        if not any(ancestor is first for ancestor in other.iterancestors()):
            first.extend(list(other))


def _drop_links_to_others(tree: HtmlElement) -> None:
    """A paragraph that is nothing but a link leads to another article; a list of them may stay."""
    links: dict[HtmlElement, list[HtmlElement]] = {}
    for anchor in tree.iter("a"):
        paragraph = anchor.getparent()
        while paragraph is not None and paragraph.tag in _INLINE:
            paragraph = paragraph.getparent()
        if paragraph is not None and paragraph.tag == "p" and _is_all(anchor, paragraph):
            links.setdefault(paragraph.getparent(), []).append(paragraph)
    for parent, found in links.items():
        if parent.tag not in _OF_LISTS and len(found) < len(parent.findall("p")) / 2:
            for paragraph in found:
                paragraph.drop_tree()


def _is_all(part: HtmlElement, whole: HtmlElement) -> bool:
    text = "".join(part.text_content().split())
    return len(text) >= _LINK and len(text) >= len("".join(whole.text_content().split())) - 1
