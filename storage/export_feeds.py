"""What other programs subscribe to: stage changes and articles as Atom, sources as OPML."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from sqlalchemy import exists
from sqlmodel import Session, col, select

from config.steering import escaped
from config.words import FeedKind
from storage import listings
from storage.chunks import chunks
from storage.lasting import change_id, lasting_id
from storage.layouts import Naming
from storage.listings import Wanted
from storage.models import Article, Claim, Edge, Event, Feed, Source, StageChange
from storage.plain import plain

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"
_NO_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True)
class Entry:
    """One entry of a feed. The id never changes; `words` are what readers may filter by."""

    id: str
    title: str
    at: datetime
    text: str
    url: str | None
    words: tuple[str, ...]


def stage_changes(
    session: Session, named: Naming, wanted: Wanted, *, alerted: bool = False
) -> list[Entry]:
    """The steps of events as the news told them, the newest first: each is an entry of its own.

    With `alerted` only those that readers were told of, without what filled the past afterwards.
    """
    statement = (
        select(StageChange, Event)
        .join(Event, col(Event.id) == StageChange.event_id)
        .where(col(Event.merged_into).is_(None))
        .where(*listings.between(col(StageChange.seen_at), wanted))
        .order_by(col(StageChange.seen_at).desc(), col(StageChange.id).desc())
        .limit(wanted.limit)
    )
    if alerted:
        statement = statement.where(col(StageChange.alerted).is_(True))
    if wanted.stage is not None:
        statement = statement.where(StageChange.stage == wanted.stage)
    if rules := listings.of_edge(wanted):
        held = col(Edge.event_id) == col(Event.id)
        statement = statement.where(exists().where(held, *rules))
    changes = session.exec(statement).all()
    told = _told(session, [change.claim_id for change, _ in changes])
    return [_stage_change(change, event, told, named) for change, event in changes]


def told_platforms(session: Session) -> set[str]:
    """The platforms that readers were told of, on either side."""
    told = select(StageChange.event_id).where(col(StageChange.alerted).is_(True))
    rows = session.exec(select(Edge.host, Edge.guest).where(col(Edge.event_id).in_(told)))
    return {platform for both in rows for platform in both}


def _told(session: Session, claims: Sequence[int | None]) -> dict[int, tuple[str, str, str]]:
    """The quote of each claim, its outlet and its address."""
    found: dict[int, tuple[str, str, str]] = {}
    for some in chunks(number for number in claims if number is not None):
        rows = session.exec(
            select(Claim.id, Claim.quote, Source.name, Article.url)
            .join(Article, col(Article.id) == Claim.article_id)
            .join(Source, col(Source.slug) == Article.source_slug)
            .where(col(Claim.id).in_(some))
        )
        found.update({number or 0: (quote, name, url) for number, quote, name, url in rows})
    return found


def _stage_change(
    change: StageChange, event: Event, told: dict[int, tuple[str, str, str]], named: Naming
) -> Entry:
    quote, outlet, url = told.get(change.claim_id or 0, ("", "", None))
    before = f" (before: {change.previous})" if change.previous else ""
    said = f"“{quote}” — {outlet}" if quote else ""
    return Entry(
        id=change_id(event, change),
        title=f"{named(event.host)} → {named(event.guest)}: {change.stage}",
        at=change.seen_at,
        text=f"{event.capability}, {change.stage}{before}. E{event.id}. {said}".strip(),
        url=url,
        words=(event.host, event.guest, event.capability, change.stage),
    )


def articles(session: Session, wanted: Wanted) -> list[Entry]:
    """Articles, the last stored first, with the platforms that they name."""
    found = listings.articles(session, wanted)
    named = listings.mentions(session, found)
    return [
        Entry(
            id=lasting_id(article.url),
            title=article.title,
            at=article.published_at or article.fetched_at,
            text=f"{article.source_slug}, {article.language}",
            url=article.url,
            words=tuple(named.get(article.id or 0, ())),
        )
        for article in found
    ]


def atom(title: str, entries: Iterable[Entry], now: datetime, name: str = "") -> str:
    """A feed for readers of news, as an Atom document; `name` is what never changes about it."""
    entries = list(entries)
    feed = ET.Element("feed", xmlns=_ATOM)
    _put(feed, "id", lasting_id(name or title))
    _put(feed, "title", title)
    _put(feed, "updated", plain(max([entry.at for entry in entries], default=now)))
    _put(ET.SubElement(feed, "author"), "name", "interopwatch")
    for entry in entries:
        one = ET.SubElement(feed, "entry")
        _put(one, "id", entry.id)
        _put(one, "title", entry.title)
        _put(one, "updated", plain(entry.at))
        for word in dict.fromkeys(entry.words):
            ET.SubElement(one, "category", term=_text(word))
        if entry.url:
            ET.SubElement(one, "link", rel="alternate", href=_text(entry.url))
        _put(one, "content", entry.text)
    return _document(feed)


def json_feed(title: str, entries: Iterable[Entry]) -> str:
    """The same as JSON Feed 1.1."""
    items = [
        {
            "id": entry.id,
            "title": _text(entry.title),
            "content_text": _text(entry.text),
            "date_published": plain(entry.at),
            "tags": [_text(word) for word in dict.fromkeys(entry.words)],
            **({"external_url": entry.url} if entry.url else {}),
        }
        for entry in entries
    ]
    feed = {"version": _JSON_FEED, "title": title, "items": items}
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def opml(session: Session, now: datetime) -> str:
    """Sources that are read and their feeds, as an OPML document."""
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    _put(head, "title", "interopwatch")
    _put(head, "dateCreated", now.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"))
    body = ET.SubElement(root, "body")
    rows = session.exec(
        select(Source, Feed)
        .join(Feed, col(Feed.source_slug) == Source.slug)
        .where(Source.enabled, Feed.enabled)
        .order_by(Source.slug, col(Feed.id))
    )
    for source, feed in rows:
        said = {
            "type": "rss" if feed.kind is FeedKind.RSS else str(feed.kind),
            "text": source.name,
            "xmlUrl": feed.url,
            "htmlUrl": source.homepage,
            "language": source.language or "",
        }
        ET.SubElement(body, "outline", {name: _text(value) for name, value in said.items()})
    return _document(root)


def _put(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _text(text)


def _text(value: object) -> str:
    """Text without what XML cannot hold, nor what would turn a reader's view around."""
    return _NO_XML.sub("", escaped(str(value)))


def _document(root: ET.Element) -> str:
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="utf-8"?>\n', "\n")
    )
