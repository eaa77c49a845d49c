"""Openings that an article may be about, with what speaks for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations, product

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

NEAR_OBJECT = 1.05
"""The same with a weak word and a plain capability: `use` says little, `use … at the checkout` more."""

NEAR_PLATFORMS = 5
"""A sentence that names more platforms than this is a list, and says little of any two of them."""


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
    def in_head(self) -> bool:
        """True if the title or the lead speaks of it."""
        return any(scan.zone is not Zone.BODY for scan in self.scans)

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
    """Candidates with news value: those of title and lead first, the best before the others."""
    pairs: dict[tuple[str, str], Candidate] = {}
    for scan in scanned.scans:
        if scan.background or scan.unsure:
            continue
        weight = ZONE_WEIGHT[scan.zone]
        framed: set[frozenset[str]] = set()
        for hit in scan.hits:
            for host, guest in pairs_of(hit, platforms):
                framed.add(frozenset((host, guest)))
                _add(pairs, host, guest, scan, hit.frame.strength * weight, hit.frame.id, hit)
        if scan.zone is not Zone.BODY:
            _near(pairs, scan, scanned, platforms, framed)
    return sorted(pairs.values(), key=lambda c: (not c.in_head, -c.score))


def pairs_of(hit: FrameHit, platforms: Platforms) -> Iterable[tuple[str, str]]:
    """Host and guest of a frame, one pair for each member of its lists; mutual ones both ways."""
    hosts, guests = hit.hosts or (ANYONE,), hit.guests or (ANYONE,)
    if hosts == guests:  # one list: its first member opens to the others, and they to it
        hosts, guests = hosts[:1], guests[1:]
    pairs = list(product(hosts, guests))
    if hit.frame.mutual:
        pairs += [(guest, host) for host, guest in pairs]
    for host, guest in dict.fromkeys(pairs):
        if host != guest and not related(host, guest, platforms) and _acts(host, guest, platforms):
            yield host, guest


def _acts(host: str, guest: str, platforms: Platforms) -> bool:
    """True unless a regulator stands in the pair: it orders openings and is no side of them."""
    known = (platforms.by_id.get(side) for side in (host, guest))
    return all(platform is None or platform.kind != "regulator" for platform in known)


def _near(
    pairs: dict[tuple[str, str], Candidate],
    scan: SentenceScan,
    scanned: Scanned,
    platforms: Platforms,
    framed: set[frozenset[str]],
) -> None:
    """Two unrelated platforms beside a word of opening, in the order of the sentence.

    Where a frame speaks for another pair of the sentence, the word is most likely the frame's.
    """
    near = scanned.pack.near
    strong, weak = found(near.strong, scan.masked.text), found(near.weak, scan.masked.text)
    if not strong and not weak:
        return
    plain = NEAR_STRONG if strong and not framed else NEAR_WEAK
    if plain == NEAR_WEAK and _names_capability(scan, scanned):
        plain = NEAR_OBJECT
    points = plain * ZONE_WEIGHT[scan.zone]
    named = [p for p in scan.platforms if platforms.by_id[p].kind != "regulator"][:NEAR_PLATFORMS]
    for host, guest in combinations(named, 2):
        if frozenset((host, guest)) not in framed and not related(host, guest, platforms):
            because = f"near {min(strong or weak)!r}"
            _add(pairs, host, guest, scan, points, because, None)


def _names_capability(scan: SentenceScan, scanned: Scanned) -> bool:
    """True if the sentence says plainly what is opened: a checkout, a chat, a link."""
    cues = scanned.pack.capabilities.values()
    return any(c.strong is not None and c.strong.search(scan.masked.text) for c in cues)


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
