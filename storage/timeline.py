"""The timeline of a platform or a pair: dated steps with their evidence, nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from config.words import Stage
from storage.bounds import Bounds
from storage.steps import Dating, Evidence, Opening, Step, compose, dating_order

OPEN_DAYS = 100_000
"""How wide a date with an open side counts when the most precise one is looked for."""


def timeline(
    evidence: Iterable[Evidence],
    party: str,
    other: str | None = None,
    *,
    companies: Mapping[str, str],
) -> list[Step]:
    """Steps of the openings that `party` takes part in, with `other` when it is given.

    Either may be host or guest. `companies` leads from a platform id to the id of its owner.
    """
    concerned = [one for one in evidence if concerns(one.opening, party, other, companies)]
    return _fused(compose(concerned))


def concerns(edge: Opening, party: str, other: str | None, companies: Mapping[str, str]) -> bool:
    """Whether an opening belongs to the timeline of a party, or of a pair in either direction.

    An owner stands for its services. In a pair a claim that names only an owner counts too:
    outlets write Alibaba where they mean Taobao.
    """
    host, guest = edge.host, edge.guest
    if other is None:
        return any(party in (platform, companies.get(platform)) for platform in (host, guest))

    def meant(platform: str, asked: str) -> bool:
        owner, owner_asked = companies.get(platform), companies.get(asked)
        return platform in (asked, owner_asked) or owner == asked

    forth = meant(host, party) and meant(guest, other)
    return forth or (meant(host, other) and meant(guest, party))


def _fused(steps: list[Step]) -> list[Step]:
    """Steps that one event took for several openings at the same dates, each told once."""
    groups: dict[tuple[int, Stage, str | None, bool, tuple[Bounds, ...]], list[Step]]
    groups = defaultdict(list)
    for step in steps:
        groups[step.event_id, step.stage, step.mode, step.planned, step.dates].append(step)
    fused = [_fuse(group) for group in groups.values()]
    return sorted(fused, key=lambda step: step.order)


def _fuse(steps: list[Step]) -> Step:
    openings = {one for step in steps for one in step.openings}
    names = sorted(openings, key=lambda one: (one.host, one.guest, one.capability))
    said: dict[tuple[int | None, str, Bounds], Dating] = {}
    for step in steps:
        for dating in step.datings:
            claim = dating.evidence.claim
            said.setdefault((claim.article_id, claim.quote, dating.bounds), dating)
    datings = tuple(sorted(said.values(), key=dating_order))
    return replace(steps[0], openings=tuple(names), datings=datings)


def within(step: Step, start: date | None, end: date | None) -> bool:
    """Whether a step can lie in the days from `start` and before `end`; undated ones cannot."""
    first, last = step.dates[0].start, step.dates[-1].end
    earliest, latest = first or last, last or first
    if earliest is None or latest is None:
        return start is None and end is None
    return (start is None or latest >= start) and (end is None or earliest < end)


def rows(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as plain values for printing, each with its evidence in full."""
    return [_row(step) for step in steps]


def _row(step: Step) -> dict[str, Any]:
    lead = _lead(step).evidence
    return {
        "date": [str(bounds) for bounds in step.dates],
        "from": step.dates[0].start,
        "to": max((bounds.end for bounds in step.dates if bounds.end), default=None),
        "planned": step.planned,
        "stage": step.stage,
        "hosts": list(dict.fromkeys(one.host for one in step.openings)),
        "guests": list(dict.fromkeys(one.guest for one in step.openings)),
        "capability": step.openings[0].capability,
        "mode": step.mode,
        "event": f"E{step.event_id}",
        "told": "news" if step.news else "background",
        "disputed": step.disputed,
        "sources": len(step.origins),
        "marks": _marks(step),
        "said": who_said(step),
        "quote": lead.claim.quote,
        "language": lead.article.language,
        "url": lead.article.url,
        "openings": [
            {"host": one.host, "guest": one.guest, "capability": one.capability}
            for one in step.openings
        ],
        "evidence": [testimony(dating) for dating in step.datings],
    }


def _marks(step: Step) -> list[str]:
    """What a reader has to know before believing the line."""
    said = {"plan": step.planned, "background": not step.news, "disputed": step.disputed}
    return [mark for mark, holds in said.items() if holds]


def who_said(step: Step) -> list[str]:
    """A line per claimed date with the outlets that gave it, in the order of the dates."""
    labels: dict[str, list[str]] = defaultdict(list)
    for dating in step.datings:
        slug = dating.evidence.source.slug
        outlets = labels[str(dating.bounds)]
        if slug not in outlets:
            outlets.append(slug)
    return [f"{label}: {', '.join(sorted(outlets))}" for label, outlets in labels.items()]


def _lead(step: Step) -> Dating:
    """The piece of evidence to show when there is room for one: news first, then precise."""

    def worth(dating: Dating) -> tuple[bool, bool, int]:
        one = dating.evidence
        width = dating.bounds.span_days
        width = OPEN_DAYS if width is None else width
        return one.claim.background, one.article.copy_of is not None, width

    return min(step.datings, key=worth)


def testimony(dating: Dating) -> dict[str, Any]:
    """What one claim says of a step, with where it stands, as plain values."""
    one = dating.evidence
    return {
        "date": str(dating.bounds),
        "from": dating.bounds.start,
        "to": dating.bounds.end,
        "source": one.source.slug,
        "outlet": one.source.name,
        "language": one.article.language,
        "background": one.claim.background,
        "published": one.published,
        "quote": one.claim.quote,
        "url": one.article.url,
        "article": one.article.id,
        "copy_of": one.article.copy_of,
        "claim": one.claim.id,
    }
