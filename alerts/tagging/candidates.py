"""Openings that an article may be about, with what speaks for each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from alerts.tagging.frames import FrameHit, found
from alerts.tagging.roles import related
from alerts.tagging.scan import Scanned, SentenceScan
from alerts.tagging.sentences import ZONE_WEIGHT, Zone
from alerts.tagging.trades import complement, rivals, rivals_beside
from config.platforms import Platforms
from config.words import ANYONE

FURTHER = 0.35
"""What every further frame adds to the best one of a pair: repetition convinces only so much."""

NEAR_STRONG, NEAR_WEAK = 1.4, 0.7
"""Two platforms in one sentence with a word of opening, but no frame that says who does what."""

NEAR_LISTED = 0.5
"""The most that such a word says of two rivals in one list, who mostly do the same side by side."""

NEAR_OBJECT = 1.05
"""The same with a weak word and a plain capability: `use` says little, `use … at the checkout` more."""

NEAR_ORDER = 0.1
"""How much the bare order of two names says of who is the host, against a frame."""

SPREAD_WORDS = 4
"""How much title and lead must say of an opening that no sentence states: 3 for every strong near
word, 1 for every weak one."""

NEAR_PLATFORMS = 5
"""A sentence that names more platforms than this is a list, and says little of any two of them."""


Pairs = dict[frozenset[str], "Candidate"]


@dataclass(slots=True)
class Candidate:
    """Two parties with what speaks for an opening between them, whoever is the host."""

    parties: frozenset[str]
    points: list[float] = field(default_factory=list)
    toward: dict[tuple[str, str], float] = field(default_factory=dict)
    """How much speaks for each direction, host first."""
    mutual: float = 0.0
    hits: list[FrameHit] = field(default_factory=list)
    scans: list[SentenceScan] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    told: bool = False
    """True if a frame or a word of opening speaks for it, not only a word of being able."""

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
    def host(self) -> str:
        """The side that more speaks for as the host."""
        return self._direction[0]

    @property
    def guest(self) -> str:
        """The other side."""
        return self._direction[1]

    @property
    def both_ways(self) -> bool:
        """True if the strongest frames say that each opens to the other."""
        return self.mutual >= max(self.toward.values()) / 2

    @property
    def _direction(self) -> tuple[str, str]:
        return max(self.toward, key=lambda pair: self.toward[pair])


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
    pairs: Pairs = {}
    topic = _topic(scanned.in_zones(Zone.TITLE), platforms)
    for scan in scanned.scans:
        if scan.background or scan.unsure:
            continue
        framed = _framed(pairs, scan, topic, platforms)
        if scan.zone is not Zone.BODY:
            _near(pairs, scan, scanned, topic, platforms, framed)
    _join_codes(pairs, platforms)
    _across(pairs, scanned, platforms)
    if not any(c.in_head and c.score >= NEAR_OBJECT for c in pairs.values()):
        _spread(pairs, scanned, platforms)
    two = _houses_of(scanned.in_zones(Zone.TITLE), platforms)

    def order(candidate: Candidate) -> tuple[bool, bool, float]:
        own = {platforms.owner(party) for party in candidate.parties}
        titled = len(two) == 2 and own == two and candidate.score >= NEAR_OBJECT
        return not candidate.in_head, not titled, -candidate.score

    return sorted(pairs.values(), key=order)


def _houses_of(title: Sequence[SentenceScan], platforms: Platforms) -> set[str]:
    return {platforms.owner(p) for scan in title for p in _sides(scan, platforms)}


def _framed(
    pairs: Pairs, scan: SentenceScan, topic: str | None, platforms: Platforms
) -> set[frozenset[str]]:
    """Enter the frames of a sentence; several of one pair in it are one statement, not many."""
    best: dict[frozenset[str], tuple[float, FrameHit, tuple[str, str]]] = {}
    for hit in scan.hits:
        points = hit.frame.strength * ZONE_WEIGHT[scan.zone]
        over = None if hit.frame.mutual else topic
        for pair in _under(over, scan, pairs_of(hit, platforms), platforms, listed=True):
            candidate = pairs.setdefault(frozenset(pair), Candidate(frozenset(pair)))
            candidate.toward[pair] = candidate.toward.get(pair, 0.0) + points
            candidate.mutual += points if hit.frame.mutual else 0.0
            candidate.hits.append(hit)
            candidate.told = True
            if points > best.get(candidate.parties, (0.0,))[0]:
                best[candidate.parties] = (points, hit, pair)
    for points, hit, pair in best.values():
        _add(pairs, pair, scan, points, hit.frame.id)
    return set(best)


def _under(
    topic: str | None,
    scan: SentenceScan,
    found: Iterable[tuple[str, str]],
    platforms: Platforms,
    *,
    listed: bool = False,
) -> Iterator[tuple[str, str]]:
    """The pairs of a sentence; two rivals in it open to the topic of the title, not to each other.

    `listed`: only if one list names both.

    "The bank told Visa and Mastercard to stop", under a title that names WhatsApp alone.
    """
    for host, guest in found:
        named = ANYONE not in (host, guest) and (not listed or scan.lists(host, guest))
        free = topic is not None and topic not in scan.platforms
        if topic and free and named and rivals_beside(topic, host, guest, platforms):
            yield topic, host
            yield topic, guest
        else:
            yield host, guest


def pairs_of(hit: FrameHit, platforms: Platforms) -> Iterable[tuple[str, str]]:
    """Host and guest of a frame, one pair for each member of its lists."""
    hosts, guests = hit.hosts or (ANYONE,), hit.guests or (ANYONE,)
    if hosts == guests:  # one list: its first member opens to the others, and they to it
        hosts, guests = hosts[:1], guests[1:]
    for host, guest in product(hosts, guests):
        if host != guest and not related(host, guest, platforms) and _acts(host, guest, platforms):
            yield host, guest


def _join_codes(pairs: Pairs, platforms: Platforms) -> None:
    """Make one opening of two national codes that are each open to visitors.

    "Indonesians scan SGQR; Singaporeans scan QRIS": each sentence leaves out whose app it is.
    """
    codes = [
        c for c in pairs.values() if ANYONE in c.parties and "code" in platforms.traits(c.host)
    ]
    for one, two in combinations([c for c in codes if c.in_head], 2):
        if not related(one.host, two.host, platforms):
            pair = (one.host, two.host)
            joined = pairs.setdefault(frozenset(pair), Candidate(frozenset(pair)))
            joined.toward[pair] = joined.toward.get(pair, 0.0) + one.score
            joined.mutual += one.score
            joined.points += [*one.points, *two.points]
            joined.hits += [*one.hits, *two.hits]
            joined.scans += [s for s in (*one.scans, *two.scans) if s not in joined.scans]
            joined.because += [*one.because, *two.because]


def _acts(host: str, guest: str, platforms: Platforms) -> bool:
    """True unless a regulator stands in the pair: it orders openings and is no side of them."""
    known = (platforms.by_id.get(side) for side in (host, guest))
    return all(platform is None or platform.kind != "regulator" for platform in known)


def _near(
    pairs: Pairs,
    scan: SentenceScan,
    scanned: Scanned,
    topic: str | None,
    platforms: Platforms,
    framed: set[frozenset[str]],
) -> None:
    """Two unrelated platforms beside a word of opening, in the order of the sentence.

    Where a frame speaks for another pair of the sentence, the word is most likely the frame's. The
    members of one list mostly do the same thing side by side: for them a strong word is a weak one.
    """
    near = scanned.pack.near
    strong, weak = found(near.strong, scan.masked.text), found(near.weak, scan.masked.text)
    able = found(scanned.pack.able, scan.masked.text)
    if not (strong or weak or able):
        return
    plain = _names_capability(scan, scanned)
    why = f"near {min(strong or weak or able)!r}"
    for host, guest in _beside_each_other(scan, topic, platforms):
        if frozenset((host, guest)) in framed:
            continue
        meant = plain or complement(host, (guest,), platforms)
        points = (NEAR_WEAK if rivals(host, guest, platforms) else NEAR_OBJECT) if meant else 0.0
        if strong or weak:
            given = NEAR_STRONG if strong and not framed else NEAR_WEAK
            points = NEAR_OBJECT if given == NEAR_WEAK and meant else given
            points *= ZONE_WEIGHT[scan.zone]
        if scan.lists(host, guest):
            most = NEAR_LISTED if rivals(host, guest, platforms) else NEAR_WEAK
            points = min(points, most * ZONE_WEIGHT[scan.zone])
        if points:
            candidate = _add(pairs, (host, guest), scan, points, why)
            candidate.toward[host, guest] += points * NEAR_ORDER
            candidate.told |= bool(strong or weak) and not scan.lists(host, guest)


def _beside_each_other(
    scan: SentenceScan, topic: str | None, platforms: Platforms
) -> Iterator[tuple[str, str]]:
    """Unrelated platforms of a sentence two by two; rivals with the topic of the title instead."""
    found: dict[tuple[str, str], None] = {}
    for host, guest in combinations(_sides(scan, platforms)[:NEAR_PLATFORMS], 2):
        if not related(host, guest, platforms):
            found |= dict.fromkeys(_under(topic, scan, [(host, guest)], platforms))
    yield from found


def _across(pairs: Pairs, scanned: Scanned, platforms: Platforms) -> None:
    """The only platform of the title with the others of a lead sentence, one or one list.

    Headlines leave one side out ("iPhone owners get a second way to pay"). The sentence, or for
    platforms that do different things the title, must hold a strong word of opening and say
    plainly what is opened.
    """
    title = scanned.in_zones(Zone.TITLE)
    topic = _topic(title, platforms)
    if topic is None:
        return
    for scan in scanned.in_zones(Zone.LEAD):
        others = _beside(topic, scan, platforms)
        if scan.background or scan.unsure or not others or topic in scan.platforms:
            continue
        words = found(scanned.pack.near.strong, scan.masked.text)
        plain = _names_capability(scan, scanned)
        differ = complement(topic, others, platforms)
        if len(others) > 1 and not differ:
            continue
        if differ:
            text = f"{title[0].masked.text}\n{scan.masked.text}"
            words = (
                words or found(scanned.pack.near.strong, text) or found(scanned.pack.able, text)
            )
            plain = plain or _names_capability(title[0], scanned)
        if words and plain:
            for other in others:
                why = f"title and {min(words)!r}"
                _add(pairs, (topic, other), scan, NEAR_OBJECT, why)


def _topic(title: Sequence[SentenceScan], platforms: Platforms) -> str | None:
    """The one platform that the title names, or the first of several of one house."""
    named = [p for scan in title for p in _sides(scan, platforms)]
    houses = {platforms.owner(p) for p in named}
    return named[0] if len(houses) == 1 else None


def _beside(topic: str, scan: SentenceScan, platforms: Platforms) -> list[str]:
    """The platforms of a sentence that may be the other side: one, or the members of one list."""
    slots = []
    for slot in scan.masked.slots.values():
        acting = [p for p in slot.platforms if platforms.by_id[p].kind != "regulator"]
        acting = [p for p in acting if not related(topic, p, platforms)]
        if acting and acting not in slots:
            slots.append(acting)
    return slots[0] if len(slots) == 1 else []


def _spread(pairs: Pairs, scanned: Scanned, platforms: Platforms) -> None:
    """The two platforms that title and lead name most, where no sentence holds both and a word.

    Reporters tell an opening over two sentences ("The systems are linked. Thais scan DuitNow;
    Malaysians …"). Title and lead must say enough of an opening, and plainly of what.
    """
    head = [s for s in scanned.in_zones(Zone.TITLE, Zone.LEAD) if not (s.background or s.unsure)]
    named: dict[str, float] = {}
    for scan in head:
        for platform in _sides(scan, platforms):
            weight = 2.0 if scan.zone is Zone.TITLE else 1.0
            named[platform] = named.get(platform, 0.0) + weight
    order = sorted(named, key=lambda p: -named[p])
    pair = next((p for p in combinations(order, 2) if not related(*p, platforms)), None)
    near = "\n".join(scan.masked.text for scan in head)
    able = found(scanned.pack.able, near)
    told = scanned.pack.near.score(near) + len(able) >= SPREAD_WORDS
    if pair and told and any(_names_capability(scan, scanned) for scan in head):
        scan = next(s for s in head if set(pair) & set(s.platforms))
        strong, weak = scanned.pack.near.strong, scanned.pack.near.weak
        words = found(strong, near) or found(weak, near) or able
        _add(pairs, pair, scan, NEAR_OBJECT, f"title and lead with {min(words)!r}")


def _sides(scan: SentenceScan, platforms: Platforms) -> list[str]:
    """The platforms of a sentence that may be a side of an opening: a regulator orders it."""
    return [p for p in scan.platforms if platforms.by_id[p].kind != "regulator"]


def _names_capability(scan: SentenceScan, scanned: Scanned) -> bool:
    """True if the sentence says plainly what is opened: a checkout, a chat, a link."""
    cues = scanned.pack.capabilities.values()
    return any(c.strong is not None and c.strong.search(scan.masked.text) for c in cues)


def _add(
    pairs: Pairs, pair: tuple[str, str], scan: SentenceScan, points: float, because: str
) -> Candidate:
    candidate = pairs.setdefault(frozenset(pair), Candidate(frozenset(pair)))
    candidate.points.append(points)
    candidate.toward.setdefault(pair, 0.0)
    candidate.because.append(f"{because} in {scan.zone} +{points:.2f}")
    last = candidate.scans[-1].sentence.index if candidate.scans else -1
    if scan.sentence.index > last or scan not in candidate.scans:  # they mostly come in order
        candidate.scans.append(scan)
    return candidate
