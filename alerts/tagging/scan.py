"""Everything that is found in an article before anything is decided."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter

from alerts.tagging.dates import DateFound, find_dates
from alerts.tagging.folding import FoldedText
from alerts.tagging.frames import CompiledPack, FrameHit
from alerts.tagging.gazetteer import Gazetteer, Mention
from alerts.tagging.masks import Masked
from alerts.tagging.names import merge_names
from alerts.tagging.sentences import Sentence, Zone, sentences
from alerts.tagging.zones import assign_zones


@dataclass(slots=True)
class SentenceScan:
    """One sentence with its mentions, frames and dates."""

    sentence: Sentence
    masked: Masked
    hits: list[FrameHit]
    dates: list[DateFound]
    background: bool = False
    unsure: bool = False
    context: DateFound | None = None
    """The year under whose heading the sentence stands, if it names no date itself."""

    @property
    def zone(self) -> Zone:
        """Where the sentence stands."""
        return self.sentence.zone

    @property
    def platforms(self) -> tuple[str, ...]:
        """Platforms that it names, in order, each once."""
        return tuple(
            dict.fromkeys(p for slot in self.masked.slots.values() for p in slot.platforms)
        )

    def lists(self, *parties: str) -> bool:
        """True if one list of the sentence names them all."""
        return any(set(parties) <= set(slot.platforms) for slot in self.masked.slots.values())


@dataclass(slots=True)
class Scanned:
    """One article, scanned. Dates index the clean text."""

    text: FoldedText
    pack: CompiledPack
    anchor: date | None
    scans: list[SentenceScan]
    mentions: list[Mention] = field(default_factory=list)

    def in_zones(self, *zones: Zone) -> list[SentenceScan]:
        """The sentences of some zones, in order."""
        return [scan for scan in self.scans if scan.zone in zones]


def scan(
    text: FoldedText,
    title_end: int,
    pack: CompiledPack,
    gazetteer: Gazetteer,
    anchor: date | None,
    fresh_days: int,
) -> Scanned:
    """Find sentences, mentions, frames and dates, and tell background from news."""
    zoned = assign_zones(list(sentences(text, title_end, latin=pack.latin)), pack)
    mentions = _mentions(text, zoned, pack, gazetteer)
    dates = find_dates(text.folded, pack.pack.language, anchor)
    scans = [_scan_sentence(s, mentions, dates, pack) for s in zoned if s.zone is not Zone.CHROME]
    _mark_background(scans, anchor, fresh_days, pack)
    return Scanned(text, pack, anchor, scans, mentions)


def _mentions(
    text: FoldedText, zoned: Sequence[Sentence], pack: CompiledPack, gazetteer: Gazetteer
) -> list[Mention]:
    title = zoned[0].folded if zoned and zoned[0].zone is Zone.TITLE else ""
    own = [s for s in zoned if s.zone is not Zone.CHROME]

    def context(place: int) -> str:
        before = bisect_right(own, place, key=_start)
        around = own[before - 1] if before else None
        inside = around.folded if around and place < around.end else ""
        return f"{inside}\n{title}"

    found = gazetteer.find(text, chinese=pack.chinese, context=context)
    inside = [m for m in found if _stands_in_one(m, own)]
    return merge_names(inside, text.folded, gazetteer.platforms)


_start = attrgetter("start")


def _stands_in_one(mention: Mention, ordered: Sequence[Sentence]) -> bool:
    """True if one of some sentences, which are in order of place, has all of a mention."""
    before = bisect_right(ordered, mention.start, key=_start)
    return before > 0 and mention.end <= ordered[before - 1].end


def _scan_sentence(
    sentence: Sentence, mentions: Sequence[Mention], dates: Sequence[DateFound], pack: CompiledPack
) -> SentenceScan:
    masked = pack.mask(sentence, mentions)
    hits = _without_contradicted([h for h in pack.hits(masked) if not _negated(h, pack)])
    first, last = (bisect_left(dates, at, key=_start) for at in (sentence.start, sentence.end))
    inside = [d for d in dates[first:last] if not _dateline(sentence, d)]
    unsure = pack.unsure is not None and pack.unsure.search(masked.text) is not None
    return SentenceScan(sentence, masked, hits, inside, unsure=unsure)


def _without_contradicted(hits: list[FrameHit]) -> list[FrameHit]:
    """Drop openings of a pair that the same sentence closes: `to stop taking` is no `taking`."""
    closed = [{*h.hosts, *h.guests} for h in hits if h.frame.polarity == "close"]
    return [
        h
        for h in hits
        if h.frame.polarity == "close" or not any({*h.hosts, *h.guests} <= c for c in closed)
    ]


def _dateline(sentence: Sentence, found: DateFound) -> bool:
    """True for the day of writing in a dateline (`(新加坡30日讯)`): it is no day of an event."""
    after = sentence.folded[found.end - sentence.start :][:3]
    early = found.start - sentence.start < _DATELINE
    return early and any(mark in after for mark in ("讯", "电)", "訊", "電)"))


_DATELINE = 14
"""A dateline stands within this many characters of its sentence's beginning."""

_AFTER = 24
"""Japanese and Korean negate at the end of the clause: look this many characters past the frame."""


def _negated(hit: FrameHit, pack: CompiledPack) -> bool:
    if pack.negations is None or hit.frame.polarity == "close":
        return False
    after = _AFTER if pack.pack.language in ("ja", "ko") else 0
    before = 0 if after else 6
    text = hit.masked.text[max(0, hit.start - before) : hit.end + after]
    return pack.negations.search(text) is not None


def _mark_background(
    scans: Sequence[SentenceScan], anchor: date | None, fresh_days: int, pack: CompiledPack
) -> None:
    """Tell background from news.

    A sentence with an old date or a word of the past is background, and so is what follows in its
    paragraph until a word brings the text back to the news.
    """
    newest = _newest(scans, anchor)
    _give_context(scans, pack)
    paragraph, past = -1, False
    for found in scans:
        if found.zone is Zone.TITLE:
            continue
        if found.sentence.paragraph != paragraph:
            paragraph, past = found.sentence.paragraph, False
        folded = found.sentence.folded
        if pack.now is not None and pack.now.search(folded):
            past = False
        days = max(fresh_days, LEAD_DAYS) if found.zone is Zone.LEAD and found.hits else fresh_days
        dates = found.dates or ([found.context] if found.context else [])
        old = _is_old(dates, _before(newest, days) if newest else None)
        if old is not None:
            past = old
        if _looks_back(folded, pack):
            found.background = True
            past = past or old is not False
        found.background = found.background or past


def _looks_back(folded: str, pack: CompiledPack) -> bool:
    """True if a sentence has a word of the past and no word of the present behind it.

    "Until last year closed to both, it now takes cards" tells what is new.
    """
    gone = pack.background.search(folded) if pack.background is not None else None
    if gone is None:
        return False
    return pack.now is None or pack.now.search(folded, gone.end()) is None


def _give_context(scans: Sequence[SentenceScan], pack: CompiledPack) -> None:
    """Let a year that opens a passage ("2023 began with …") date the sentences after it."""
    year: DateFound | None = None
    left = 0
    for scan in scans:
        if year is not None and left:
            if _is_relative(scan, pack):
                year = None
            else:
                _date_within(scan, year.first.year, pack)
        past = [d for d in scan.dates if not d.planned and not d.vague]
        if past and all(d.how == "year" for d in past):
            year, left = past[0], CONTEXT_SENTENCES
        elif past:
            same = year is not None and all(d.first.year == year.first.year for d in past)
            year, left = (year, CONTEXT_SENTENCES) if same else (None, 0)
        elif pack.now is not None and pack.now.search(scan.sentence.folded):
            year = None
        elif year is not None and left:
            scan.context = year
            left -= 1


def _is_relative(scan: SentenceScan, pack: CompiledPack) -> bool:
    """True for a sentence that counts from the day of writing ("last year", 今年3月)."""
    found = find_dates(scan.sentence.folded, pack.pack.language, _ANY_DAY)
    return any(d.how.startswith("relative") for d in found)


_ANY_DAY = date(2000, 6, 15)
"""A day to count from, where only the way of counting matters."""


def _date_within(scan: SentenceScan, year: int, pack: CompiledPack) -> None:
    """Read months and sales periods of a sentence as those of the passage's year."""
    start = scan.sentence.start
    for found in find_dates(scan.sentence.folded, pack.pack.language, None, year):
        moved = replace(found, start=found.start + start, end=found.end + start)
        if not any(d.start < moved.end and moved.start < d.end for d in scan.dates):
            scan.dates.append(moved)


CONTEXT_SENTENCES = 3
"""So many sentences after a bare year are still about it."""


def _before(day: date, days: int) -> date:
    return date.fromordinal(max(day.toordinal() - days, 1))


LEAD_DAYS = 7
"""What a lead states with a frame is news although it is older than what a body restates: weekly
papers and blogs report late."""


def _newest(scans: Sequence[SentenceScan], anchor: date | None) -> date | None:
    """The day from which to count back: the newest that the text names, if none was published."""
    if anchor is not None:
        return anchor
    named = [d.last for s in scans for d in s.dates if not d.planned and not d.vague]
    return max(named, default=None)


def _is_old(dates: Sequence[DateFound], horizon: date | None) -> bool | None:
    """True if all past dates of a sentence lie before the horizon; None if it has none."""
    past = [d for d in dates if not d.planned and not d.vague]
    if not past or horizon is None:
        return None
    return all(d.last < horizon for d in past)
