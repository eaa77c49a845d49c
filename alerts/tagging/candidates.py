"""Openings that an article may be about, with what speaks for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from alerts.tagging.frames import FrameHit, found
from alerts.tagging.roles import related
from alerts.tagging.scan import Scanned, SentenceScan
from alerts.tagging.sentences import Zone
from config.platforms import Platforms
from config.words import ANYONE

ZONE_WEIGHT = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.5}
"""An article says what it is about in its title, else in its lead."""

FURTHER = 0.35
"""What every further frame adds to the best one of a pair: repetition convinces only so much."""

NEAR_STRONG, NEAR_WEAK = 1.4, 0.7
"""Two platforms in one sentence with a word of opening, but no frame that says who does what."""


@dataclass(slots=True)
class Candidate:
    """A pair with its score, its frames and the sentences that they stand in."""

    host: str
    guest: str
    points: list[float] = field(default_factory=list)
    hits: list[FrameHit] = field(default_factory=list)
    scans: list[SentenceScan] = field(default_factory=list)
    because: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The best point in full, the others in part."""
        ordered = sorted(self.points, reverse=True)
        return ordered[0] + FURTHER * sum(ordered[1:4]) if ordered else 0.0

    @property
    def parties(self) -> frozenset[str]:
        """Both sides without their roles."""
        return frozenset((self.host, self.guest))


@dataclass(frozen=True, slots=True)
class Passages:
    """The folded words of title, title with lead, and everything."""

    title: str
    head: str
    whole: str

    @classmethod
    def of(cls, scanned: Scanned) -> "Passages":
        """The passages of one article, platforms masked."""
        title = "\n".join(s.masked.text for s in scanned.in_zones(Zone.TITLE))
        lead = "\n".join(s.masked.text for s in scanned.in_zones(Zone.LEAD))
        body = "\n".join(s.masked.text for s in scanned.in_zones(Zone.BODY))
        return cls(title, f"{title}\n{lead}", f"{title}\n{lead}\n{body}")


def rank(scanned: Scanned, platforms: Platforms) -> list[Candidate]:
    """Candidates with news value, the best first; ties in the order of the text."""
    pairs: dict[tuple[str, str], Candidate] = {}
    for scan in scanned.scans:
        if scan.background or scan.unsure:
            continue
        weight = ZONE_WEIGHT[scan.zone]
        framed = False
        for hit in scan.hits:
            for host, guest in pairs_of(hit, platforms):
                framed = True
                _add(pairs, host, guest, scan, hit.frame.strength * weight, hit.frame.id, hit)
        if not framed and scan.zone is not Zone.BODY:
            _near(pairs, scan, scanned, platforms, weight)
    return sorted(pairs.values(), key=lambda c: -c.score)


def pairs_of(hit: FrameHit, platforms: Platforms) -> Iterable[tuple[str, str]]:
    hosts, guests = hit.hosts, hit.guests or (ANYONE,)
    if hit.frame.mutual or hit.hosts == hit.guests:
        guests = hit.guests
    for host, guest in product(hosts or (ANYONE,), guests):
        if host != guest and not related(host, guest, platforms):
            yield host, guest
            if hit.frame.mutual:
                yield guest, host


def _near(
    pairs: dict[tuple[str, str], Candidate],
    scan: SentenceScan,
    scanned: Scanned,
    platforms: Platforms,
    weight: float,
) -> None:
    """Two unrelated platforms beside a word of opening, in the order of the sentence."""
    near = scanned.pack.near
    strong, weak = found(near.strong, scan.masked.text), found(near.weak, scan.masked.text)
    if not strong and not weak:
        return
    points = (NEAR_STRONG if strong else NEAR_WEAK) * weight
    named = [p for p in scan.platforms if platforms.by_id[p].kind != "regulator"]
    for index, host in enumerate(named[:4]):
        for guest in named[index + 1 : 4]:
            if not related(host, guest, platforms):
                word = min(strong or weak)
                _add(pairs, host, guest, scan, points, f"near {word!r}", None)


def _add(
    pairs: dict[tuple[str, str], Candidate],
    host: str,
    guest: str,
    scan: SentenceScan,
    points: float,
    because: str,
    hit: FrameHit | None,
) -> None:
    candidate = pairs.setdefault((host, guest), Candidate(host, guest))
    candidate.points.append(points)
    candidate.because.append(f"{because} in {scan.zone} +{points:.2f}")
    if scan not in candidate.scans:
        candidate.scans.append(scan)
    if hit is not None:
        candidate.hits.append(hit)
