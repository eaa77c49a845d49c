"""Dates that a page shows its readers: in time elements, and in the lines around its heading."""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.moments import Moment, read_moment
from crawler.extraction.relative import read_relative

_CHANGED = (
    r"(?:最[终終后後]|최종\s?)?(?:更新|修正|修改|수정|변경|업데이트)(?:时间|時間|日期|日時|日|일시|일)?|編輯|dateModified|"
    r"(?:last\s+)?(?:Updated|Modified)|(?:zuletzt\s+)?(?:Aktualisiert|Geändert)|actualizado|mis à jour"
)
_PUBLISHED = (
    r"发布|發布|发表|發表|発表|発行|發佈|刊登|时间|時間|日期|配信|公開|掲載|投稿|입력|등록|승인|게재|송고|datePublished|"
    r"Published|Posted|Veröffentlicht|publié|publicado"
)
_LABEL = re.compile(f"(?P<changed>{_CHANGED})|(?P<published>{_PUBLISHED})", re.IGNORECASE)
_HINT = re.compile(r"(?:date|time|publi|byline|meta|info|source|post)", re.IGNORECASE)
_RUNNING = re.compile(r"[。!?]|[다요]\.(?:\s|$)|[a-zäöüéèñ]{3}[.!?](?:\s+[A-Z„\"“]|$)")
"""Running text has dates of its own."""
_FOR_SCRIPTS = ("data-date-time", "data-publish-time", "data-timestamp", "data-time", "data-date")
_MUTE = frozenset(["script", "style", "title", "option"])
_HEADINGS = frozenset(["h1", "h2", "h3"])
_NEAR = 40
"""Elements around the heading in which a visible date is looked for."""

_LONGEST = 120
_LONGEST_LABEL = 20
_SHORTEST_DATE = 6
_BEST, _PLAIN, _WORST = range(3)


class Outline:
    """The elements of a page in order, and the place of its heading among them."""

    def __init__(self, tree: HtmlElement) -> None:
        self.elements = list(tree.iter(etree.Element))
        places = [(e.tag, place) for place, e in enumerate(self.elements) if e.tag in _HEADINGS]
        self.h1 = next((place for tag, place in places if tag == "h1"), None)
        self.heading = self.h1 if self.h1 is not None else next((p for _, p in places), None)


def in_time_element(outline: Outline, zone: str | None) -> Moment | None:
    """The time element nearest to the heading: lists of other articles have theirs too.

    One that says when the page was changed counts only if there is no other.
    """
    times = [(place, e) for place, e in enumerate(outline.elements) if e.tag == "time"]
    if outline.h1 is not None:
        heading = outline.h1
        times.sort(key=lambda pair: abs(pair[0] - heading))
    found: list[tuple[int, Moment]] = []
    for _, element in times[:3]:
        moment = read_moment(element.get("datetime"), zone)
        moment = moment or read_moment(element.text_content(), zone)
        if moment is not None:
            found.append((_rank(_about(element)), moment))
    return _first(found)


def _about(element: HtmlElement) -> str:
    """What names a time element: its own attributes, and the words before it."""
    before = element.getprevious()
    parent = element.getparent()
    words = before.tail or before.text_content() if before is not None else ""
    if before is None and parent is not None:
        words = parent.text or ""
    named = f"{element.get('itemprop') or ''} {element.get('class') or ''}"
    return f"{words[-_LONGEST_LABEL:]} {named}"


def near_heading(outline: Outline, zone: str | None, fetched: datetime | None) -> Moment | None:
    """A date in the text around the heading; one labelled as published before one without label.

    If there is none, and the page was `fetched` just now: one that counts from that moment.
    """
    texts = list(_texts_near_heading(outline))
    found: list[tuple[int, Moment]] = []
    label = ""
    for text in texts:
        for named, piece in _pieces(text):
            moment = read_moment(piece, zone) if len(piece) >= _SHORTEST_DATE else None
            if moment is not None:
                found.append((_rank(named or label), moment))
        label = text if len(text) <= _LONGEST_LABEL and _LABEL.search(text) else ""
    if found or fetched is None:
        return _first(found)
    counted = (read_relative(text, zone, fetched) for text in texts if len(text) <= _LONGEST // 3)
    return next((moment for moment in counted if moment is not None), None)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a text between its labels, each with the label that is about it.

    Labels stand before their dates (发布：…), or behind them (… 配信) if the first date has none before it.
    """
    ends = [(found.start(), found.end(), found[0]) for found in _LABEL.finditer(text)]
    starts = [0, *(end for _, end, _ in ends)]
    stops = [*(start for start, _, _ in ends), len(text)]
    names = [name for _, _, name in ends]
    parts = [text[start:stop] for start, stop in zip(starts, stops, strict=True)]
    behind = any(sign.isdigit() for sign in parts[0])
    yield from zip([*names, ""] if behind else ["", *names], parts, strict=True)


def _rank(about: str) -> int:
    found = _LABEL.search(about)
    if found is None:
        return _PLAIN
    return _BEST if found["published"] else _WORST


def _first(found: list[tuple[int, Moment]]) -> Moment | None:
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _texts_near_heading(outline: Outline) -> Iterator[str]:
    elements, heading = outline.elements, outline.heading
    if heading is None:
        near = [e for e in elements if _HINT.search(f"{e.get('class')} {e.get('id')}")][:_NEAR]
    else:
        near = elements[heading + 1 : heading + _NEAR] + elements[max(0, heading - 10) : heading]
    for element in near:
        if element.tag in _MUTE:
            continue
        pieces = [element.text or "", *(child.tail or "" for child in element)]
        text = " ".join("".join(pieces).split())
        if text and len(text) <= _LONGEST and not _RUNNING.search(text):
            yield text
        for name in _FOR_SCRIPTS:
            if stated := element.get(name):
                yield stated[:_LONGEST]
