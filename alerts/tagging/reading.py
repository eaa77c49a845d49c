"""Reading one article: from title and text to mentions, claims and a verdict on relevance.

Nothing here knows the store or the clock; the same article always reads the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.tagging.candidates import Candidate, Passages, rank
from alerts.tagging.claims import (
    MOST_RESTATED,
    ClaimFound,
    background_claims,
    leading_claims,
)
from alerts.tagging.dates import page_date
from alerts.tagging.frames import CompiledPack
from alerts.tagging.gazetteer import Gazetteer, Mention
from alerts.tagging.scan import Scanned, scan
from alerts.tagging.sentences import Zone
from config.platforms import Platforms

THRESHOLD = 1.0
"""Least score of the best opening: two platforms beside a strong word in the lead, or one frame."""

BODY_THRESHOLD = 1.5
"""The same where neither title nor lead speaks of it: what only a body says is mostly an aside."""

BELOW = 0.5
"""Share of an exclusion that stands under a title which tells of an opening."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an article says. `reasons` tell what decided, for people who write rules."""

    relevant: bool
    score: float
    claims: tuple[ClaimFound, ...]
    mentions: tuple[Mention, ...]
    reasons: tuple[str, ...]


class Reader:
    """All rules and names, ready to read articles."""

    def __init__(
        self, platforms: Platforms, packs: Mapping[str, CompiledPack], fresh_days: int
    ) -> None:
        self.platforms = platforms
        self.gazetteer = Gazetteer(platforms)
        self.packs = packs
        self._fresh_days = fresh_days

    def read(self, title: str, text: str, language: str, published: date | None) -> Reading:
        """Read one article. `published` is the day that its readers saw on it, if any."""
        pack = self.packs.get(language.split("-")[0])
        if pack is None:
            why = f"no rules for language {language!r}"
            return Reading(relevant=False, score=0.0, claims=(), mentions=(), reasons=(why,))
        scanned = self._scan(title, text, pack, published)
        candidates = rank(scanned, self.platforms)
        exclusion, excluded = _exclusions(scanned, pack, told=_title_tells(candidates))
        best = candidates[0].score if candidates else 0.0
        score = best - exclusion
        least = THRESHOLD if candidates and candidates[0].in_head else BODY_THRESHOLD
        claims, bounded = self._claims(scanned, candidates, relevant=score >= least)
        relevant = any(claim.leading for claim in claims)
        judged = f"score {score:.2f} against {least}"
        reasons = (*_why(candidates), *excluded, judged, *bounded)
        return Reading(relevant, score, claims, tuple(scanned.mentions), reasons)

    def _scan(self, title: str, text: str, pack: CompiledPack, published: date | None) -> Scanned:
        whole = f"{title}\n{text}"
        prepared = pack.prepare(whole)
        anchor = published or page_date(prepared.folded.split("\n"), pack.pack.language)
        title_end = prepared.clean.find("\n")
        return scan(prepared, title_end, pack, self.gazetteer, anchor, self._fresh_days)

    def _claims(
        self, scanned: Scanned, candidates: Sequence[Candidate], *, relevant: bool
    ) -> tuple[tuple[ClaimFound, ...], list[str]]:
        leading = (
            leading_claims(scanned, candidates, self.platforms) if relevant and candidates else []
        )
        houses = {self._houses(claim) for claim in leading}
        restated, whole = background_claims(scanned, self.platforms)
        others = [
            claim
            for claim in restated
            if claim.background or claim.first or self._houses(claim) not in houses
        ]
        bounded = f"of other openings only the first {MOST_RESTATED} statements are read"
        return (*leading, *others), [] if whole else [bounded]

    def _houses(self, claim: ClaimFound) -> frozenset[str]:
        """The companies on both sides: what the news itself says of them undated is the news."""
        return frozenset(self.platforms.owner(side) for side in (claim.host, claim.guest))


def _title_tells(candidates: Sequence[Candidate]) -> bool:
    """True if a frame of the title says what the best candidate opens."""
    hits = candidates[0].hits if candidates else []
    return any(hit.masked.sentence.zone is Zone.TITLE for hit in hits)


def _exclusions(scanned: Scanned, pack: CompiledPack, *, told: bool) -> tuple[float, list[str]]:
    """Weights of the signs that the article is about something else, each counted once.

    Where the title tells of an opening, a sign that stands further down counts in part: leads
    give prices, look back, and say what went wrong before.
    """
    passages = Passages.of(scanned)
    total = 0.0
    reasons = []
    for exclusion, expression in pack.exclusions:
        text = {"title": passages.title, "lead": passages.head, "any": passages.whole}[
            exclusion.zone
        ]
        match = expression.search(text)
        if match:
            below = told and match.start() > len(passages.title)
            weight = exclusion.weight * (BELOW if below else 1.0)
            total += weight
            reasons.append(f"against: {exclusion.id} ({match.group(0)!r}) -{weight:.1f}")
    return total, reasons


def _why(candidates: Sequence[Candidate]) -> list[str]:
    return [f"{c.host} > {c.guest} {c.score:.2f}: {_named(c.because)}" for c in candidates[:4]]


def _named(because: Sequence[str]) -> str:
    more = len(because) - MOST_NAMED
    return ", ".join(because[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


MOST_NAMED = 20
"""So many points of one pair are named, from the title on: a page that says one thing over and over
would leave more of them in the store than text."""
