"""Lists of feeds as OPML 2.0, which every feed reader writes and reads."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from config.errors import InteropwatchError
from config.sources import FeedSpec, SourceSpec
from config.words import FeedKind
from crawler.cleaning import clean_line
from crawler.extraction.decoding import decode
from crawler.extraction.errors import ExtractionError

MAX_BYTES = 5 * 1024 * 1024
MAX_FEEDS = 2_000
MAX_URL = 2_000

OURS = "https://opml.interopwatch.invalid/1"
"""Namespace of what other readers have no attribute for; they leave it alone."""


_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_RAW = re.compile(r"&(?!#?\w+;)")


class OpmlError(InteropwatchError):
    """A list that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list. What a list does not say is empty."""

    url: str
    name: str = ""
    homepage: str = ""
    language: str = ""
    country: str = ""
    timezone: str = ""
    slug: str = ""


def read_opml(body: bytes) -> list[Outline]:
    """The feeds of a list, in its order and each once, whatever folders they lie in.

    Raises OpmlError for anything else, and for a list that defines entities or is too long.
    """
    if len(body) > MAX_BYTES:
        raise OpmlError(f"the list has more than {MAX_BYTES // 1024 // 1024} MiB")
    root = _parsed(body)
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise OpmlError("that is no OPML: there is no <opml> at its top")
    found: dict[str, Outline] = {}
    for element in root.iter("{*}outline"):
        outline = _outline(element)
        if outline is not None and len(outline.url) <= MAX_URL:
            found.setdefault(outline.url, outline)
        if len(found) > MAX_FEEDS:
            raise OpmlError(f"the list has more than {MAX_FEEDS} feeds; split it")
    return list(found.values())


def _parsed(body: bytes) -> Any:
    # Tolerant, as lists often have a raw & in an address; but with no way to outside documents
    # and none to entities, whose only use in a list of feeds is to do harm.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        text = _DECLARED.sub("", decode(body)).strip()
        root = etree.fromstring(_RAW.sub("&amp;", text).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError, ExtractionError) as error:
        raise OpmlError(f"that is no OPML: {str(error)[:200]}") from error
    if root is not None and root.getroottree().docinfo.internalDTD is not None:
        raise OpmlError("the list defines a document type of its own, which no honest list does")
    return root


def _outline(element: Any) -> Outline | None:
    said = {str(key).lower(): clean_line(value) for key, value in element.attrib.items()}
    url = said.get("xmlurl", "")
    if not url.lower().startswith(("http://", "https://")):
        return None
    homepage = said.get("htmlurl", "")
    return Outline(
        url=url,
        name=(said.get("text") or said.get("title") or "")[:200],
        homepage=homepage if homepage.lower().startswith(("http://", "https://")) else "",
        language=said.get("language", ""),
        country=said.get(f"{{{OURS}}}country", ""),
        timezone=said.get(f"{{{OURS}}}timezone", ""),
        slug=said.get(f"{{{OURS}}}slug", ""),
    )


def write_opml(sources: Iterable[SourceSpec], title: str) -> str:
    """The list of the sources' RSS and Atom feeds; other kinds mean nothing to feed readers."""
    root = etree.Element("opml", version="2.0", nsmap={"interopwatch": OURS})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        for feed in exported(source):
            etree.SubElement(body, "outline", _attributes(source, feed))
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text.decode("utf-8")


def exported(source: SourceSpec) -> Sequence[FeedSpec]:
    """The feeds of a source that go into a list."""
    return [feed for feed in source.feeds if feed.kind is FeedKind.RSS]


def _attributes(source: SourceSpec, feed: FeedSpec) -> dict[str, str]:
    said = {
        "type": "rss",
        "text": source.name,
        "title": source.name,
        "xmlUrl": str(feed.url),
        "htmlUrl": str(source.homepage),
        "language": source.language or "",
        f"{{{OURS}}}slug": source.slug,
        f"{{{OURS}}}country": source.country or "",
        f"{{{OURS}}}timezone": source.timezone,
    }
    return {key: clean_line(value) for key, value in said.items() if value}
