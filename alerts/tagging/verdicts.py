"""Capability, mode and stage of an opening, read from the words around its frame."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from alerts.tagging.frames import CompiledCues, CompiledPack, FrameHit, found, may_occur
from alerts.tagging.masks import visible
from alerts.tagging.sentences import ZONE_WEIGHT, Zone
from config.platforms import Platforms
from config.words import Capability, Stage


@dataclass(frozen=True, slots=True)
class Passage:
    """Folded words with the weight that their place gives them."""

    text: str
    weight: float
    title: bool = False


_PRIOR = 2.0
"""What a platform's traits speak for a capability with: less than one strong word."""


def decide_capability(
    passages: Sequence[Passage],
    hits: Sequence[FrameHit],
    parties: Sequence[str],
    pack: CompiledPack,
    platforms: Platforms,
) -> tuple[Capability, str]:
    """The capability that the words, the frames and the parties speak for."""
    scores: dict[Capability, float] = {}
    for capability, cues in pack.capabilities.items():
        scores[capability] = _weigh(cues, passages)
    for hit in hits:
        if hit.frame.capability:
            given = hit.frame.capability
            scores[given] = scores.get(given, 0) + 2 * hit.frame.strength
    ruled = scores.get(Capability.REGULATION)
    if ruled and any(hit.guests for hit in hits) and not _is_ruled(passages, hits, pack):
        del scores[Capability.REGULATION]
    traits = [platforms.traits(party) for party in parties]
    for capability in dict.fromkeys(_from_traits(traits)):
        scores[capability] = scores.get(capability, 0) + _PRIOR
    best = max(scores, key=lambda c: (scores[c], -list(Capability).index(c)), default=None)
    if best is None or scores[best] <= 0:
        return Capability.OTHER, "nothing says what is opened"
    return best, f"{best} {scores[best]:.1f}"


def _is_ruled(passages: Sequence[Passage], hits: Sequence[FrameHit], pack: CompiledPack) -> bool:
    """True if the title or a frame's sentence tells of a rule.

    Where two companies deal with each other, reports name the authority that will have a look.
    """
    if any(hit.frame.capability is Capability.REGULATION for hit in hits):
        return True
    strong = pack.capabilities[Capability.REGULATION].strong
    return any(found(strong, passage.text) for passage in passages if passage.weight >= 1.0)


_PURPOSES: tuple[tuple[Capability, frozenset[str]], ...] = (
    (Capability.PAYMENT, frozenset(("pay", "wallet", "card", "code", "bank"))),
    (Capability.MESSAGING, frozenset(("chat", "protocol"))),
    (Capability.MEETING, frozenset(("meet", "chat"))),
    (Capability.CONTENT, frozenset(("social", "protocol"))),
    (Capability.OTHER, frozenset(("charging", "protocol", "car", "store", "os"))),
    (Capability.DEVICE, frozenset(("share", "home", "assistant"))),
    (Capability.ADS, frozenset(("ads",))),
    (Capability.DATA, frozenset(("cloud",))),
    (Capability.CONTENT, frozenset(("music", "video"))),
)
"""What a platform is for, if all its traits are of one kind: more than its company's news."""


def _from_traits(traits: Sequence[frozenset[str]]) -> list[Capability]:
    """A capability for every party that exists for it; a shop takes a way to pay as payment."""
    speaks = [purpose for own in traits if (purpose := _purpose(own))]
    pays = [bool(own & _PURPOSES[0][1]) for own in traits]
    every = frozenset().union(*traits)
    if "assistant" in every and every & {"chat", "superapp"}:
        return [Capability.MINIPROGRAM]
    if any({"car", "device"} <= own for own in traits):  # a phone's screen in a car
        speaks = [Capability.DEVICE, *(c for c in speaks if c is not Capability.OTHER)]
    if any(pays):  # a messenger and a way to pay: money, not messages
        speaks = [capability for capability in speaks if capability is not Capability.MESSAGING]
    if Capability.PAYMENT not in speaks and any(pays) and any("shop" in own for own in traits):
        speaks.append(Capability.PAYMENT)
    return speaks


def _purpose(own: frozenset[str]) -> Capability | None:
    return next((c for c, kind in _PURPOSES if own and own <= kind), None)


def decide_mode(capability: Capability, text: str, pack: CompiledPack) -> str | None:
    """The finer kind of a capability, from the words of one sentence."""
    for mode, expression in pack.modes.get(capability, {}).items():
        if expression is not None and expression.search(text):
            return mode
    return None


class StageRead(NamedTuple):
    """How far along, the words that decided it, and how far it leads what else they may say."""

    stage: Stage
    cue: str
    sure: float


def decide_stage(
    passages: Sequence[Passage],
    hits: Sequence[FrameHit],
    pack: CompiledPack,
    weights: Mapping[Zone, float] = ZONE_WEIGHT,
    *,
    planned: bool = False,
) -> StageRead:
    """How far along: closings first, then who says so, then tense and limits.

    `hits` are the frames of the one pair that the article is about; `weights` say how much they
    count in each zone; `planned` says that they are told with a day that is still to come.
    """
    scores = {stage: _weigh(cues, passages) for stage, cues in pack.stages.items()}
    for hit in hits:
        if hit.frame.stage:
            points = hit.frame.strength * weights[hit.masked.sentence.zone]
            scores[hit.frame.stage] = scores.get(hit.frame.stage, 0) + points
    opening, closing = _told("open", hits, weights), _told("close", hits, weights)
    withdrawn = scores.pop(Stage.WITHDRAWN, 0.0) + closing
    framed = closing > 0 and closing >= opening
    unframed = opening == 0 and withdrawn > max(scores.values(), default=0.0)
    if withdrawn >= _LEAST_WITHDRAWN and (framed or unframed):
        by = _named(Stage.WITHDRAWN, passages, hits, pack)
        cue = f"withdrawn {withdrawn:.1f}{by} against {opening:.1f} open"
        return StageRead(Stage.WITHDRAWN, cue, _lead(withdrawn, [opening]))
    best = max(_ORDER, key=lambda stage: scores.get(stage, 0.0))
    lead = scores.get(best, 0.0) - scores.get(Stage.ANNOUNCED, 0.0)
    to_come = best is Stage.LIVE and planned and lead <= _PLANNED
    if to_come:
        best = Stage.ANNOUNCED  # a timetable is told with the verbs of what is there
    if scores.get(best, 0.0) < LEAST_STAGE:
        return StageRead(Stage.ANNOUNCED, "no clear cue of a stage", 0.0)
    scored = ", ".join(f"{s} {v:.1f}" for s, v in scores.items() if v)
    limit = _LIMITS.get(best)
    if limit and _title_limits(limit, best, passages, pack):
        del scores[best]  # it is what the title makes less of
        cue = f"the title speaks of a {limit}{_named(limit, passages, hits, pack)}; {scored}"
        return StageRead(limit, cue, _lead(scores.pop(limit), scores.values()))
    score = scores.pop(best) + (_PLANNED if to_come else 0.0)
    by = " by a day to come" if to_come else _named(best, passages, hits, pack)
    return StageRead(best, f"{best}{by}; {scored}", _lead(score, scores.values()))


def _named(
    stage: Stage, passages: Sequence[Passage], hits: Sequence[FrameHit], pack: CompiledPack
) -> str:
    """What spoke for a stage, strong words first: ` by 'now', 'can pay'`. For people."""
    cues = pack.stages.get(stage)
    expressions = [e for e in ((cues.strong, cues.weak) if cues else ()) if e is not None]
    said = [hit.frame.id for hit in hits if _speaks_for(hit, stage)]
    for expression in expressions:
        for passage in passages:
            said += [repr(visible(m.group(0))) for m in expression.finditer(passage.text)]
    told = list(dict.fromkeys(said))[:_NAMED]
    return f" by {', '.join(told)}" if told else ""


def _speaks_for(hit: FrameHit, stage: Stage) -> bool:
    closes = hit.frame.polarity == "close" and stage is Stage.WITHDRAWN
    return closes or hit.frame.stage is stage


_NAMED = 4
"""So many words are named for a stage; more would be no reason any more but a list."""


def _lead(score: float, others: Iterable[float]) -> float:
    """How far a stage leads the next best; never less than nothing."""
    return round(max(score - max(others, default=0.0), 0.0), 2)


def _told(polarity: str, hits: Sequence[FrameHit], weights: Mapping[Zone, float]) -> float:
    """What the sentences say of opening or of closing: each as much as its strongest frame."""
    best: dict[int, float] = {}
    for hit in hits:
        if hit.frame.polarity == polarity:
            points = hit.frame.strength * weights[hit.masked.sentence.zone]
            best[id(hit.masked)] = max(best.get(id(hit.masked), 0.0), points)
    return sum(best.values())


_LIMITS = {Stage.LIVE: Stage.TEST, Stage.ANNOUNCED: Stage.RUMOUR}
"""What is tried out by some is told with the verbs of what everybody may use, and what is rumoured
with those of what was announced: the title says so in a word."""


def _title_limits(
    limit: Stage, stage: Stage, passages: Sequence[Passage], pack: CompiledPack
) -> bool:
    """True if the title has a word of the lesser stage, and none of the one that the rest says."""
    title = "\n".join(passage.text for passage in passages if passage.title)
    strong = {word: cues.strong for word, cues in pack.stages.items()}
    return bool(found(strong.get(limit), title)) and not found(strong.get(stage), title)


LEAST_STAGE = 1.0
"""Below this nothing is known of the stage, and what is told of counts as announced: an alert
must not promise that something can be used already."""

_LEAST_WITHDRAWN = 2.0
_PLANNED = 3.0
"""What a day to come speaks for an announcement with: as much as one strong word."""

_ORDER = (Stage.RUMOUR, Stage.TEST, Stage.ANNOUNCED, Stage.LIVE)
"""At equal scores the earlier stage wins: an alert must not promise too much."""


def _weigh(cues: CompiledCues, passages: Sequence[Passage]) -> float:
    """Score of the cues over all passages; a word counts once, where it weighs most."""
    whole = "\n".join(passage.text for passage in passages)
    speaking = [
        (expression, points)
        for expression, points in ((cues.strong, 3.0), (cues.weak, 1.0))
        if may_occur(expression, whole)
    ]
    best: dict[str, float] = {}
    for passage in passages if speaking else ():
        for expression, points in speaking:
            for word in found(expression, passage.text):
                best[word] = max(best.get(word, 0.0), points * passage.weight)
    return sum(best.values())
