"""Claims: what an article says of openings, with capability, stage, dates and a verbatim quote."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alerts.tagging.candidates import Candidate, pairs_of
from alerts.tagging.dates import DateFound
from alerts.tagging.frames import FrameHit
from alerts.tagging.roles import orient, related, specialise, way_to_pay, whole
from alerts.tagging.scan import Scanned, SentenceScan
from alerts.tagging.sentences import Zone
from alerts.tagging.verdicts import Passage, decide_capability, decide_mode, decide_stage
from config.platforms import Platforms
from config.words import ANYONE, Capability, Stage

COMPANION = 0.6
"""A pair that scores at least this share of the best and shares a party was opened with it."""

COMPANION_LISTED = 0.3
"""The same where a list names the new party beside that of the best pair."""

LEAST_SERVICE = 0.7
"""Score at which a pair of services stands in for the pair of their companies."""

LEAST_BACKGROUND = 2.0
"""Strength of a frame that may speak for itself outside title and lead."""


@dataclass(frozen=True, slots=True)
class ClaimFound:
    """One opening as one article states it; `start` and `end` index title + newline + text."""

    host: str
    guest: str
    capability: Capability
    mode: str | None
    stage: Stage
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
    chosen = _chosen(candidates, platforms)
    passages = _passages(scanned, chosen)
    hits = [hit for c in chosen for hit in c.hits]
    parties = list(dict.fromkeys(p for c in chosen for p in (c.host, c.guest) if p != ANYONE))
    capability, why = decide_capability(passages, hits, parties, scanned.pack, platforms)
    stage, cue = decide_stage(passages, hits, scanned.pack)
    happened, planned = _dates(scanned, chosen)
    mentioned = _named(scanned)
    edges: dict[tuple[str, str], Candidate] = {}
    for candidate in chosen:
        pair = (candidate.host, candidate.guest)
        host, guest = _sides(pair, mentioned, capability, platforms)
        if not related(host, guest, platforms):
            edges.setdefault((host, guest), candidate)
    return [
        _claim(
            scanned,
            edge,
            candidate.scans[0],
            capability,
            stage,
            happened,
            planned,
            background=False,
            leading=True,
            reasons=(why, cue),
        )
        for edge, candidate in edges.items()
    ]


def _chosen(candidates: Sequence[Candidate], platforms: Platforms) -> list[Candidate]:
    """The best candidate, what was opened with it, and services in place of their company."""
    best = candidates[0]
    first = _services_of(best, candidates, platforms) or [best]
    top = max(c.score for c in first)
    chosen = list(first)
    for candidate in candidates:
        if candidate is best or candidate in chosen:
            continue
        least = min((_least(candidate, c, platforms) for c in first), default=1.0)
        if candidate.score >= least * top:
            chosen.append(candidate)
    named = [c for c in chosen if ANYONE not in c.parties]
    return named or chosen


def _least(candidate: Candidate, best: Candidate, platforms: Platforms) -> float:
    """The share of the best score that a candidate needs to come along; infinite for none."""
    if not _companion(candidate, best, platforms):
        return math.inf
    return COMPANION_LISTED if _listed_with(candidate, best) else COMPANION


def _listed_with(candidate: Candidate, best: Candidate) -> bool:
    """True if a list names the party that the candidate adds beside the one of the best."""
    new, old = (
        (candidate.guest, best.guest)
        if candidate.host == best.host
        else (candidate.host, best.host)
    )
    return any({new, old} <= {*h.hosts} or {new, old} <= {*h.guests} for h in candidate.hits)


def _companion(candidate: Candidate, best: Candidate, platforms: Platforms) -> bool:
    """True for the way back, and for another party in the same role beside the same other side.

    A second name of one owner in that role is a companion only where a list names both: a phone
    and its maker are one party, five apps of a group are five.
    """
    if (candidate.host, candidate.guest) == (best.guest, best.host):
        return bool({id(h.frame) for h in candidate.hits} & {id(h.frame) for h in best.hits})
    if candidate.host == best.host:
        new, old = candidate.guest, best.guest
    elif candidate.guest == best.guest:
        new, old = candidate.host, best.host
    else:
        return False
    if new == ANYONE:
        return False
    if old == ANYONE or platforms.surface(new) == platforms.surface(old):
        return True
    return _listed_with(candidate, best) or platforms.owner(new) != platforms.owner(old)


def _services_of(
    vague: Candidate, candidates: Sequence[Candidate], platforms: Platforms
) -> list[Candidate]:
    """Candidates that name services where this one names their company, on one side or both."""

    def fits(one: str, other: str) -> bool:
        return one == other or (platforms.owner(other) == one and one != ANYONE)

    return [
        c
        for c in candidates
        if (c.host, c.guest) != (vague.host, vague.guest)
        and c.score >= LEAST_SERVICE
        and c.in_head
        and fits(vague.host, c.host)
        and fits(vague.guest, c.guest)
    ]


def background_claims(scanned: Scanned, platforms: Platforms) -> list[ClaimFound]:
    """What the article restates of other or earlier openings, sentence by sentence."""
    claims: list[ClaimFound] = []
    for scan in scanned.scans:
        if scan.zone is Zone.TITLE or scan.unsure:
            continue
        strong = [hit for hit in scan.hits if hit.frame.strength >= LEAST_BACKGROUND]
        seen: set[tuple[str, str]] = set()
        for hit in strong:
            for pair in pairs_of(hit, platforms):
                claim = _restated(scanned, scan, hit, pair, platforms)
                if (claim.host, claim.guest) not in seen and _worth_keeping(claim, platforms):
                    seen.add((claim.host, claim.guest))
                    claims.append(claim)
    return claims


def _worth_keeping(claim: ClaimFound, platforms: Platforms) -> bool:
    """True for what a timeline can use: a dated step, or a plain opening between two services.

    That two companies "tore down walls", undated, is the mood of an article and no event.
    """
    if related(claim.host, claim.guest, platforms):
        return False
    sides = [platforms.by_id.get(side) for side in (claim.host, claim.guest)]
    vague = any(side is None or side.kind == "company" for side in sides)
    if claim.first is None:
        return claim.background and not vague and claim.capability is not Capability.OTHER
    return not (vague and claim.capability is Capability.OTHER)


def _restated(
    scanned: Scanned,
    scan: SentenceScan,
    hit: FrameHit,
    pair: tuple[str, str],
    platforms: Platforms,
) -> ClaimFound:
    passages = [Passage(scan.masked.text, 1.0)]
    parties = [p for p in pair if p != ANYONE]
    capability, why = decide_capability(passages, [hit], parties, scanned.pack, platforms)
    stage, cue = decide_stage(passages, [hit], scanned.pack)
    edge = _sides(pair, scan.platforms, capability, platforms)
    happened = next((d for d in scan.dates if not d.planned), None)
    planned = next((d for d in scan.dates if d.planned), None)
    return _claim(
        scanned,
        edge,
        scan,
        capability,
        stage,
        happened,
        planned,
        background=scan.background,
        leading=False,
        reasons=(hit.frame.id, why, cue),
    )


def _sides(
    pair: tuple[str, str], mentioned: Sequence[str], capability: Capability, platforms: Platforms
) -> tuple[str, str]:
    """Host and guest as the services that are meant, in the roles that they must have."""
    host, guest = (
        whole(specialise(party, mentioned, capability, platforms), platforms) for party in pair
    )
    host, guest = orient(host, guest, capability, platforms)
    if capability is Capability.PAYMENT:
        guest = way_to_pay(guest, mentioned, platforms)
    return host, guest


def _claim(
    scanned: Scanned,
    edge: tuple[str, str],
    scan: SentenceScan,
    capability: Capability,
    stage: Stage,
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
        stage=stage,
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
        reasons=reasons,
    )


def _passages(scanned: Scanned, chosen: Sequence[Candidate]) -> list[Passage]:
    """Title, the sentences of the frames and the rest of the lead, with falling weight."""
    own = {id(scan) for c in chosen for scan in c.scans}
    passages = []
    for scan in scanned.in_zones(Zone.TITLE, Zone.LEAD):
        if scan.background:
            continue
        weight = 1.5 if scan.zone is Zone.TITLE else 1.0 if id(scan) in own else 0.5
        passages.append(Passage(scan.masked.text, weight))
    return passages


def _dates(
    scanned: Scanned, chosen: Sequence[Candidate]
) -> tuple[DateFound | None, DateFound | None]:
    """When it happened and when it is planned: from the frames' sentences, else from the lead."""
    own = [scan for c in chosen for scan in c.scans]
    lead = [s for s in scanned.in_zones(Zone.TITLE, Zone.LEAD) if not s.background]
    ordered = [d for scan in (*own, *lead) for d in scan.dates]
    past = [d for d in ordered if not d.planned and not d.vague]
    exact = next((d for d in past if d.first == d.last), None)
    planned = next((d for d in ordered if d.planned), None)
    vague = next((d for d in ordered if d.vague), None)
    return exact or next(iter(past), None) or vague, planned


def _named(scanned: Scanned) -> list[str]:
    head = scanned.in_zones(Zone.TITLE, Zone.LEAD)
    return list(dict.fromkeys(p for scan in head for p in scan.platforms))
