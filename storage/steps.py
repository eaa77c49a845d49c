"""Steps out of claims: what several articles say of one step of one opening becomes one value.

Claims are one step when event, edge, stage and mode agree and their dates are near. Each date
stays with those who said it. The outcome does not depend on the order of the rows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from config.words import Capability, Stage
from storage.bounds import Bounds, disagree, hull, narrowest
from storage.models import Article, Claim, Edge, Source

TOLD_AHEAD = frozenset({Stage.RUMOUR, Stage.ANNOUNCED})
"""Stages that are reached by the telling itself, whatever day is planned."""

SHARP_DAYS = 92
"""Up to a quarter a date may found a step; a wider one ("2021") joins what it can mean."""


@dataclass(frozen=True)
class Opening:
    """host opens capability to guest."""

    host: str
    guest: str
    capability: Capability


@dataclass(frozen=True, eq=False)
class Evidence:
    """One claim with the article and the outlet that it stands in.

    `origin` is the slug of the outlet that published the text first: that of the article which
    `article.copy_of` leads to, or the source itself. Copies count once, by it.
    """

    claim: Claim
    edge: Edge
    article: Article
    source: Source
    origin: str

    @property
    def published(self) -> date | None:
        """The day of publication: as the outlet's readers saw it, else in UTC."""
        article = self.article
        return article.published_on or (article.published_at and article.published_at.date())

    @property
    def told(self) -> date:
        """The day by which it had been told: that of publication, else of reading."""
        return self.published or self.article.fetched_at.date()

    @property
    def dated(self) -> Bounds:
        """When it happened, as claimed; an undated claim cannot be later than its article."""
        claim = self.claim
        if claim.date_from is None and claim.date_to is None:
            return Bounds(None, self.published)
        return Bounds(claim.date_from, claim.date_to)

    @property
    def planned(self) -> Bounds | None:
        """When it is to happen, as claimed; None when no plan is told."""
        claim = self.claim
        if claim.planned_from is None and claim.planned_to is None:
            return None
        return Bounds(claim.planned_from, claim.planned_to)

    @property
    def only_planned(self) -> bool:
        """Whether the stage itself is still to come: "goes live in May", without any other day."""
        undated = self.claim.date_from is None and self.claim.date_to is None
        return undated and self.planned is not None and self.claim.stage not in TOLD_AHEAD

    @property
    def opening(self) -> Opening:
        """The opening that it tells of, as the store knows it."""
        return Opening(self.edge.host, self.edge.guest, self.edge.capability)


@dataclass(frozen=True, eq=False)
class Dating:
    """One date that one claim gives for a step."""

    bounds: Bounds
    evidence: Evidence


@dataclass(frozen=True, eq=False)
class Step:
    """One step of one opening, with every date that was claimed for it and who claimed it.

    `planned` marks what was still to come when it was written; `stage` is then the stage that
    was to be reached. `openings` are several when one event took the step for all of them.
    """

    event_id: int
    openings: tuple[Opening, ...]
    stage: Stage
    mode: str | None
    planned: bool
    datings: tuple[Dating, ...]

    @cached_property
    def dates(self) -> tuple[Bounds, ...]:
        """The dates that say most, side by side; never an average."""
        return narrowest([dating.bounds for dating in self.datings])

    @property
    def disputed(self) -> bool:
        """Whether two dates of it cannot both be right."""
        return disagree(self.dates)

    @property
    def news(self) -> bool:
        """False when all that is known of it comes from background sentences."""
        return any(not dating.evidence.claim.background for dating in self.datings)

    @property
    def origins(self) -> frozenset[str]:
        """The independent outlets that tell of it."""
        return frozenset(dating.evidence.origin for dating in self.datings)

    @property
    def order(self) -> tuple[object, ...]:
        """Key to sort by: date, then stage, then the rest, so that no tie is left."""
        opening = self.openings[0]
        names = (opening.host, opening.guest, opening.capability.value, self.mode or "")
        first = self.datings[0].evidence.claim.id or 0
        return self.dates[0].order, self.planned, self.stage.rank, names, self.event_id, first


def compose(evidence: Iterable[Evidence]) -> list[Step]:
    """All steps that the evidence tells of, each of one opening, in the order of their dates."""
    groups: dict[tuple[int, Opening, Stage, bool], dict[str | None, list[Dating]]]
    groups = defaultdict(lambda: defaultdict(list))
    for one in evidence:
        claim, event_id = one.claim, one.edge.event_id
        if not one.only_planned:
            fact = (event_id, one.opening, claim.stage, False)
            groups[fact][claim.mode].append(Dating(one.dated, one))
        if one.planned is not None:
            plan = (event_id, one.opening, _planned_stage(claim.stage), True)
            groups[plan][claim.mode].append(Dating(one.planned, one))
    steps = []
    for (event_id, opening, stage, planned), modes in groups.items():
        for mode, datings in _by_mode(modes):
            ordered = tuple(sorted(datings, key=dating_order))
            steps.append(Step(event_id, (opening,), stage, mode, planned, ordered))
    return sorted(steps, key=lambda step: step.order)


def _planned_stage(stage: Stage) -> Stage:
    """The stage that a plan is about: who announces or rumours a day means the day of launch."""
    return Stage.LIVE if stage in TOLD_AHEAD else stage


def dating_order(dating: Dating) -> tuple[object, ...]:
    """Key for the evidence of a step: by date, news first, then as it was published."""
    one = dating.evidence
    return (
        dating.bounds.order,
        one.claim.background,
        one.published or date.max,
        one.source.slug,
        one.claim.id or 0,
    )


def _by_mode(modes: dict[str | None, list[Dating]]) -> list[tuple[str | None, list[Dating]]]:
    """Clusters with their mode; what names no mode joins a known one where only one is near."""
    named = [
        (mode, cluster)
        for mode, datings in modes.items()
        if mode is not None
        for cluster in _clusters(datings)
    ]
    hulls = [_hull(cluster) for _, cluster in named]
    unnamed = []
    for cluster in _clusters(modes.get(None, [])):
        near = [i for i, known in enumerate(hulls) if known.near(_hull(cluster))]
        if len(near) == 1:
            named[near[0]][1].extend(cluster)
        else:
            unnamed.append((None, cluster))
    return [*named, *unnamed]


def _clusters(datings: list[Dating]) -> list[list[Dating]]:
    """Sharp dates found clusters; then wider, open and missing ones join what they can mean.

    By turns, because "2021" would otherwise glue a step of February to one of November.
    """
    clusters: list[list[Dating]] = []
    turns: tuple[Callable[[Bounds], bool], ...] = (
        lambda bounds: bounds.span_days is not None and bounds.span_days <= SHARP_DAYS,
        lambda bounds: bounds.start is not None,
        lambda bounds: bounds.end is not None,
        lambda _: True,
    )
    left = sorted(datings, key=dating_order)
    for turn in turns:
        now = [dating for dating in left if turn(dating.bounds)]
        left = [dating for dating in left if not turn(dating.bounds)]
        clusters += _join(now, clusters)
    return clusters


def _join(datings: list[Dating], clusters: list[list[Dating]]) -> list[list[Dating]]:
    """Add each date to the cluster that it can mean; the others found clusters of their own."""
    hulls = [_hull(cluster) for cluster in clusters]
    founding = []
    for dating in datings:
        near = [i for i, known in enumerate(hulls) if known.near(dating.bounds)]
        chosen = _choose(dating.bounds, near, hulls)
        if chosen is None:
            founding.append(dating)
        else:
            clusters[chosen].append(dating)
    return _chain(founding)


def _choose(bounds: Bounds, near: list[int], hulls: list[Bounds]) -> int | None:
    """Of the clusters that a wide date can mean: the last before "by a day", else the first."""
    if not near or (bounds == Bounds(None, None) and len(near) > 1):
        return None
    pick = max if bounds.start is None else min
    return pick(near, key=lambda i: hulls[i].order)


def _chain(datings: list[Dating]) -> list[list[Dating]]:
    """Clusters of dates, which come in order, in which each is near the ones before it."""
    clusters: list[list[Dating]] = []
    reach = Bounds(None, None)
    for dating in datings:
        if clusters and reach.near(dating.bounds):
            clusters[-1].append(dating)
            reach = hull([reach, dating.bounds])
        else:
            clusters.append([dating])
            reach = dating.bounds
    return clusters


def _hull(datings: list[Dating]) -> Bounds:
    return hull([dating.bounds for dating in datings])
