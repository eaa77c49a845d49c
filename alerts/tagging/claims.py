"""Claims: what an article says of openings, with capability, stage, dates and a verbatim quote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from alerts.tagging.candidates import Candidate, pairs_of
from alerts.tagging.choice import choose, siblings
from alerts.tagging.dates import DateFound
from alerts.tagging.frames import FrameHit
from alerts.tagging.roles import (
    alike,
    is_chat,
    opposite,
    orient,
    related,
    specialise,
    takes_payments,
    way_to_pay,
    whole,
)
from alerts.tagging.scan import Scanned, SentenceScan
from alerts.tagging.sentences import Zone
from alerts.tagging.verdicts import (
    Passage,
    StageRead,
    decide_capability,
    decide_mode,
    decide_stage,
)
from config.platforms import Platforms
from config.words import ANYONE, BY_REPORT, Capability, Stage

_EVEN = dict.fromkeys(Zone, 1.0)
"""Weights for a sentence that is judged by itself."""

LEAST_UNDATED = 2.0
"""The same where neither a date nor a word of the past helps."""

RECENT_DAYS = 7
"""How far before the day of writing the day of the news may lie that "from today" stands for."""

SOON_DAYS = 366
"""How far ahead of the report a timetable reaches; "five years after" something is none."""

LEAST_BACKGROUND = 2.0
"""Strength of a frame that may speak for itself outside title and lead."""

MOST_RESTATED = 500
"""So many statements of one text about other openings are judged, from its beginning on. The
densest account of ten years that we know has 87, the densest of 1,030 pieces of news 18; a page
of 100,000 characters that does nothing but name openings has 32,000, and would take 20 seconds
and fill the store with what nobody can check. What the news itself is about has no bound."""


@dataclass(frozen=True, slots=True)
class ClaimFound:
    """One opening as one article states it; `start` and `end` index title + newline + text."""

    host: str
    guest: str
    capability: Capability
    mode: str | None
    stage: Stage
    sure: float
    """How far its stage leads the next best reading of the same words."""
    first: date | None
    last: date | None
    how: str | None
    planned_first: date | None
    planned_last: date | None
    background: bool
    leading: bool
    quote: str
    start: int
    end: int
    reasons: tuple[str, ...]


def leading_claims(
    scanned: Scanned, candidates: Sequence[Candidate], platforms: Platforms
) -> list[ClaimFound]:
    """The openings that the article is about: the best candidate and its companions."""
    pack = scanned.pack
    passages = _passages(scanned, candidates[:1])
    capability, _ = decide_capability(
        passages, candidates[0].hits, _parties(candidates[:1]), pack, platforms
    )
    chosen = choose(candidates, capability, platforms)
    passages = _passages(scanned, chosen)
    hits = [hit for c in chosen for hit in c.hits]
    capability, why = decide_capability(passages, hits, _parties(chosen), pack, platforms)
    happened, planned = _dates(scanned, chosen)
    to_come = _is_to_come(chosen, scanned.anchor)
    read = decide_stage(passages, chosen[0].hits, pack, planned=to_come)
    if read.stage is Stage.RUMOUR and happened is None:
        happened = _reported(scanned.anchor)
    mentioned = _named(scanned)
    edges: dict[tuple[str, str], Candidate] = {}
    if capability is Capability.REGULATION:
        edges = _ordered_to_open(chosen, platforms)
        chosen = []
    for candidate in chosen:
        pair = (candidate.host, candidate.guest)
        host, guest = _sides(pair, mentioned, capability, platforms)
        if not related(host, guest, platforms):
            edges.setdefault((host, guest), candidate)
            if candidate.both_ways:
                edges.setdefault((guest, host), candidate)
    head = scanned.in_zones(Zone.TITLE, Zone.LEAD)
    for first in chosen[:1]:
        unframed = not candidates[0].hits
        for pair in siblings(first, head, platforms, anywhere=unframed):
            host, guest = _sides(pair, mentioned, capability, platforms)
            if not related(host, guest, platforms):
                edges.setdefault((host, guest), first)
    return [
        _claim(
            scanned,
            edge,
            _plainest_sentence(candidate),
            capability,
            read,
            happened,
            planned,
            background=False,
            leading=True,
            reasons=(why, read.cue),
        )
        for edge, candidate in edges.items()
    ]


def _ordered_to_open(
    chosen: Sequence[Candidate], platforms: Platforms
) -> dict[tuple[str, str], Candidate]:
    """Edges of a rule: everybody whom it names must open, to anyone."""
    return {
        (whole(party, platforms), ANYONE): candidate
        for candidate in chosen
        for party in (candidate.host, candidate.guest)
        if party != ANYONE
    }


def _plainest_sentence(candidate: Candidate) -> SentenceScan:
    """The sentence to quote: one of the lead with a frame, else the title, else any."""
    framed = {id(hit.masked) for hit in candidate.hits}
    order = {Zone.LEAD: 0, Zone.TITLE: 1, Zone.BODY: 2}
    return min(candidate.scans, key=lambda s: (id(s.masked) not in framed, order.get(s.zone, 3)))


def _parties(chosen: Sequence[Candidate]) -> list[str]:
    return list(dict.fromkeys(p for c in chosen for p in (c.host, c.guest) if p != ANYONE))


def background_claims(scanned: Scanned, platforms: Platforms) -> tuple[list[ClaimFound], bool]:
    """What the article restates of other or earlier openings, sentence by sentence.

    And whether that is all of it: no more than MOST_RESTATED statements are judged.
    """
    claims: list[ClaimFound] = []
    seen: set[tuple[int, str, str, date | None]] = set()
    statements = _statements(scanned, platforms)
    for scan, hit, pair, happened in islice(statements, MOST_RESTATED):
        claim = _restated(scanned, scan, hit, pair, happened, platforms)
        key = (scan.sentence.index, claim.host, claim.guest, claim.first)
        if key not in seen and _worth_keeping(claim, hit, platforms):
            seen.add(key)
            claims.append(claim)
    return claims, next(statements, None) is None


Statement = tuple[SentenceScan, FrameHit, tuple[str, str], DateFound | None]


def _statements(scanned: Scanned, platforms: Platforms) -> Iterator[Statement]:
    """Every opening that a frame states outside the news, once for a sentence, pair and date."""
    for scan in scanned.scans:
        competed = scan.zone is not Zone.BODY and not scan.background
        if scan.zone is Zone.TITLE or competed or scan.unsure:
            continue
        judged: set[tuple[str, str, str, DateFound | None]] = set()
        for hit in scan.hits:
            if hit.frame.strength < LEAST_BACKGROUND:
                continue
            happened = _nearest([d for d in scan.dates if not d.planned], hit) or scan.context
            for pair in _directions(hit, platforms):
                statement = (hit.frame.id, *pair, happened)
                if statement not in judged:
                    judged.add(statement)
                    yield scan, hit, pair, happened


def _directions(hit: FrameHit, platforms: Platforms) -> list[tuple[str, str]]:
    pairs = list(pairs_of(hit, platforms))
    return [*pairs, *((guest, host) for host, guest in pairs if hit.frame.mutual)]


def _worth_keeping(claim: ClaimFound, hit: FrameHit, platforms: Platforms) -> bool:
    """True for what a timeline can use: a dated step, or a plain opening between two services.

    That two companies "tore down walls", undated, is the mood of an article and no event.
    """
    if related(claim.host, claim.guest, platforms):
        return False
    sides = [platforms.by_id.get(side) for side in (claim.host, claim.guest)]
    vague = any(side is None or side.kind == "company" for side in sides)
    if claim.first is None:
        sure = claim.background or hit.frame.strength >= LEAST_UNDATED
        return sure and not vague and claim.capability is not Capability.OTHER
    return not (vague and claim.capability is Capability.OTHER)


def _restated(
    scanned: Scanned,
    scan: SentenceScan,
    hit: FrameHit,
    pair: tuple[str, str],
    happened: DateFound | None,
    platforms: Platforms,
) -> ClaimFound:
    passages = [Passage(scan.masked.text, 0.5), Passage(_clause(hit), 1.0)]
    parties = [p for p in pair if p != ANYONE]
    capability, why = decide_capability(passages, [hit], parties, scanned.pack, platforms)
    read = decide_stage(passages, [hit], scanned.pack, _EVEN)
    edge = _sides(pair, scan.platforms, capability, platforms)
    planned = next((d for d in scan.dates if d.planned), None)
    return _claim(
        scanned,
        edge,
        scan,
        capability,
        read,
        happened,
        planned,
        background=scan.background,
        leading=False,
        reasons=(hit.frame.id, why, read.cue),
    )


def _clause(hit: FrameHit) -> str:
    """The words around a frame up to the commas: what tells its stage best."""
    text = hit.masked.text
    start = max(text.rfind(mark, 0, hit.start) for mark in ",;") + 1
    ends = [place for mark in ",;" if (place := text.find(mark, hit.end)) >= 0]
    return text[start : min(ends, default=len(text))]


def _nearest(dates: Sequence[DateFound], hit: FrameHit) -> DateFound | None:
    """The date of the clause that a frame stands in: the nearest, rather before than after."""
    start, end = hit.masked.place(hit.start), hit.masked.place(hit.end)

    def distance(found: DateFound) -> int:
        return max(start - found.end, 0) + 2 * max(found.start - end, 0)

    return min(dates, key=distance, default=None)


def _sides(
    pair: tuple[str, str], mentioned: Sequence[str], capability: Capability, platforms: Platforms
) -> tuple[str, str]:
    """Host and guest as the services that are meant, in the roles that they must have."""
    host, guest = (
        whole(specialise(party, mentioned, capability, platforms), platforms) for party in pair
    )
    host, guest = orient(host, guest, capability, platforms)
    if capability is Capability.PAYMENT and is_chat(host, platforms):
        host = way_to_pay(host, mentioned, platforms)
    if capability is Capability.PAYMENT and takes_payments(host, platforms):
        guest = way_to_pay(guest, mentioned, platforms)
    host, guest = alike(host, guest, mentioned, platforms)
    host, guest = (
        opposite(host, guest, capability, platforms, hosts=True),
        opposite(guest, host, capability, platforms, hosts=False),
    )
    return host, guest


def _claim(
    scanned: Scanned,
    edge: tuple[str, str],
    scan: SentenceScan,
    capability: Capability,
    read: StageRead,
    happened: DateFound | None,
    planned: DateFound | None,
    *,
    background: bool,
    leading: bool,
    reasons: tuple[str, ...],
) -> ClaimFound:
    sentence = scan.sentence
    start, end = scanned.text.span(sentence.start, sentence.end)
    return ClaimFound(
        host=edge[0],
        guest=edge[1],
        capability=capability,
        mode=decide_mode(capability, scan.masked.text, scanned.pack),
        stage=read.stage,
        sure=read.sure,
        first=happened.first if happened else None,
        last=happened.last if happened else None,
        how=happened.how if happened else None,
        planned_first=planned.first if planned else None,
        planned_last=planned.last if planned else None,
        background=background,
        leading=leading,
        quote=scanned.text.original[start:end],
        start=start,
        end=end,
        reasons=(*reasons, *_by("date", scanned, happened), *_by("planned", scanned, planned)),
    )


def _by(what: str, scanned: Scanned, found: DateFound | None) -> list[str]:
    """The words that gave a date, as they stand in the text; the day of a report has none."""
    if found is None or not found.end:
        return []
    return [f"{what}: {scanned.text.quote(found.start, found.end)!r}"]


def _passages(scanned: Scanned, chosen: Sequence[Candidate]) -> list[Passage]:
    """Title, the sentences of the frames and the rest of the lead, with falling weight."""
    own = {id(scan) for c in chosen for scan in c.scans}
    passages = []
    for scan in scanned.in_zones(Zone.TITLE, Zone.LEAD):
        if scan.background:
            continue
        title = scan.zone is Zone.TITLE
        weight = 1.5 if title else 1.0 if id(scan) in own else 0.5
        passages.append(Passage(scan.masked.text, weight, title))
    return passages


def _dates(
    scanned: Scanned, chosen: Sequence[Candidate]
) -> tuple[DateFound | None, DateFound | None]:
    """When it happened and when it is planned: from the frames' sentences, else from the lead."""
    own = [scan for c in chosen for scan in c.scans]
    lead = [s for s in scanned.in_zones(Zone.TITLE, Zone.LEAD) if not s.background]
    ordered = [d for scan in (*own, *lead) for d in scan.dates]
    past = [d for d in ordered if not d.planned and not d.vague]
    exact = _first_exact(past, scanned.anchor)
    planned = next((d for d in ordered if d.planned), None)
    vague = next((d for d in ordered if d.vague), None)
    return exact or next(iter(past), None) or vague, planned


def _is_to_come(chosen: Sequence[Candidate], anchor: date | None) -> bool:
    """True if a frame's sentence in title or lead names a day of the year after the report."""
    own = [scan for c in chosen for scan in c.scans if scan.zone is not Zone.BODY]
    days = [d.first for scan in own for d in scan.dates if d.planned]
    return anchor is not None and any(0 < (day - anchor).days <= SOON_DAYS for day in days)


def _reported(anchor: date | None) -> DateFound | None:
    """A rumour's day is that of the report, where the text names none."""
    if anchor is None:
        return None
    return DateFound(0, 0, anchor, anchor, BY_REPORT, planned=False, vague=False)


def _first_exact(past: Sequence[DateFound], anchor: date | None) -> DateFound | None:
    """The first day that is named; one before the day of writing, if that is what comes first.

    "Now", "from today" and 即日起 say that something can be used, and the day on which it began or
    was told stands a sentence further ("on Tuesday", 本月17日).
    """
    exact = [d for d in past if d.first == d.last]
    if not exact or exact[0].first != anchor or exact[0].how != "relative-day":
        return exact[0] if exact else None
    recent = (d for d in exact if 0 < (anchor - d.first).days <= RECENT_DAYS)
    return next(recent, exact[0])


def _named(scanned: Scanned) -> list[str]:
    head = scanned.in_zones(Zone.TITLE, Zone.LEAD)
    return list(dict.fromkeys(p for scan in head for p in scan.platforms))
