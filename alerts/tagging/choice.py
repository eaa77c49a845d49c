"""Which of the candidates an article is about: the best, and what was opened together with it."""

import math
from collections.abc import Iterable, Sequence

from alerts.tagging.candidates import Candidate
from alerts.tagging.roles import fits
from alerts.tagging.scan import SentenceScan
from config.platforms import Platforms
from config.words import ANYONE, Capability

COMPANION = 0.6
"""A pair that scores at least this share of the best and shares a role with it was opened too."""

COMPANION_LISTED = 0.3
"""The same where a list names the new party beside that of the best pair."""

KIN = 0.2
"""Share of the best score that lets another name of the same two owners stand in for it."""


def choose(
    candidates: Sequence[Candidate], capability: Capability, platforms: Platforms
) -> list[Candidate]:
    """The pair that the article is about, in its most fitting names, with its companions."""
    best = candidates[0]
    first = _plainest(best, candidates, capability, platforms)
    top = max(best.score, first.score)
    chosen = [first]
    for candidate in candidates:
        new = candidate is not first and (
            candidate is best or candidate.in_head or not best.in_head
        )
        if new and candidate.score >= _least(candidate, first, platforms) * top:
            chosen.append(candidate)
    named = [c for c in chosen if ANYONE not in c.parties]
    return named or chosen


def _plainest(
    best: Candidate,
    candidates: Sequence[Candidate],
    capability: Capability,
    platforms: Platforms,
) -> Candidate:
    """The same two owners under the names that do what is opened.

    Of `Google`, `Android` and `Google Wallet` beside one transit card it is the wallet; where
    several names do it, the one that more speaks for.
    """
    owners = {_house(party, platforms) for party in best.parties}
    kin = [
        c
        for c in candidates
        if c.in_head == best.in_head
        and (c.told or not best.told)
        and c.score >= KIN * best.score
        and {_house(party, platforms) for party in c.parties} == owners
    ]
    return max(
        kin or [best],
        key=lambda c: (sum(fits(p, capability, platforms) for p in c.parties), c.score),
    )


def _house(party: str, platforms: Platforms) -> str:
    return platforms.owner(platforms.surface(party))


def _least(candidate: Candidate, best: Candidate, platforms: Platforms) -> float:
    """The share of the best score that a candidate needs to come along; infinite for none.

    It must put another party into one role beside the same other side. A second name of one owner
    in that role is a companion only where a list names both: a phone and its maker are one party,
    five apps of a group are five.
    """
    if ANYONE in best.parties and best.parties & candidate.parties:
        return COMPANION_LISTED
    if ANYONE in best.parties and _same_house(best, candidate, platforms):
        return COMPANION
    if (
        best.told
        and not candidate.told
        and any(s.lists(*candidate.parties) for s in candidate.scans)
    ):
        return math.inf  # side by side in a list, and nothing says that they open to each other
    new, old = _added(candidate, best)
    if new is None:
        return COMPANION if _peers(candidate, best, platforms) else math.inf
    if new == ANYONE:
        return math.inf
    if _listed(new, old, candidate):
        return COMPANION_LISTED
    framed = candidate.hits or best.hits
    if not framed and not any(scan.lists(new, old) for scan in candidate.scans):
        return math.inf
    if old != ANYONE and platforms.surface(new) != platforms.surface(old):
        return math.inf if platforms.owner(new) == platforms.owner(old) else COMPANION
    return COMPANION


def _same_house(best: Candidate, candidate: Candidate, platforms: Platforms) -> bool:
    """True if the one party of the best pair, or its house, is a side of the candidate too."""
    houses = {_house(party, platforms) for party in best.parties - {ANYONE}}
    return any(_house(party, platforms) in houses for party in candidate.parties)


def _added(candidate: Candidate, best: Candidate) -> tuple[str | None, str]:
    """The party that a candidate adds, and the one of the best pair in the same role."""
    if candidate.host == best.host:
        return candidate.guest, best.guest
    if candidate.guest == best.guest:
        return candidate.host, best.host
    return None, ""


def _peers(candidate: Candidate, best: Candidate, platforms: Platforms) -> bool:
    """True for another pair of the same net: all open to each other, and all do the same."""
    if not (candidate.both_ways and best.both_ways) or candidate.parties & best.parties:
        return False
    every = [platforms.traits(party) for party in candidate.parties | best.parties]
    return bool(frozenset.intersection(*every))


def _listed(new: str, old: str, candidate: Candidate) -> bool:
    """True if a list names the new party beside the old one."""
    return any({new, old} <= {*h.hosts} or {new, old} <= {*h.guests} for h in candidate.hits)


def siblings(
    best: Candidate, scans: Iterable[SentenceScan], platforms: Platforms, *, anywhere: bool
) -> list[tuple[str, str]]:
    """Pairs that title or lead add by listing others beside one party of the best pair.

    The list counts where the other party stands in the sentence too, or a frame does, and
    `anywhere` if no sentence states the best pair by a frame; what it names must do the same kind of thing. Where one list names both parties and others that do what
    both do, all of them are open to each other.
    """
    added: dict[tuple[str, str], None] = {}
    for scan in scans:
        if scan.background or scan.unsure:
            continue
        for slot in scan.masked.slots.values():
            if {best.host, best.guest} <= set(slot.platforms):
                peers = set(_alike(best.guest, slot.platforms, platforms))
                alike = [p for p in _alike(best.host, slot.platforms, platforms) if p in peers]
                added |= dict.fromkeys((best.host, new) for new in alike)
            for role in (0, 1):
                pair = (best.host, best.guest)
                old, other = pair[role], pair[1 - role]
                told = other in scan.platforms or bool(scan.hits) or anywhere
                if old not in slot.platforms or other in slot.platforms or not told:
                    continue
                for new in _alike(old, slot.platforms, platforms):
                    added[(new, other) if role == 0 else (other, new)] = None
    return list(added)


def _alike(party: str, listed: Iterable[str], platforms: Platforms) -> list[str]:
    kind = platforms.traits(party)
    return [p for p in listed if p != party and platforms.traits(p) & kind]
