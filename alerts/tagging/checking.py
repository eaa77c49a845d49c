"""Checking rule packs: every pattern compiles, and every example reads as its author said."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from alerts.tagging.folding import fold_accents
from alerts.tagging.frames import CompiledPack, FrameHit, PatternError, compile_packs
from alerts.tagging.gazetteer import Gazetteer
from alerts.tagging.sentences import Sentence, Zone
from config.documents import Document, read_mapping
from config.platforms import Platforms
from config.problems import Location, Problem, refusal
from config.rules import Cues, Example, Frame, RulePack, load_rules


def read_packs(folders: Sequence[Path], platforms: Platforms) -> dict[str, CompiledPack]:
    """All packs of these folders by language, compiled. Raises ConfigError with line and column."""
    compiled: dict[str, CompiledPack] = {}
    for key, (path, pack) in load_rules(folders).items():
        try:
            compiled |= compile_packs({key: pack}, platforms)
        except PatternError as error:
            raise refusal(check_pack(path, pack, platforms)) from error
    return compiled


def check_pack(path: Path, pack: RulePack, platforms: Platforms) -> list[Problem]:
    """All that is wrong with one pack, each with its line and column."""
    document = read_mapping(path)
    problems = list(_broken(document, pack, platforms))
    if problems:
        return problems
    return list(_misread(document, CompiledPack(pack, platforms), _names(platforms)))


@lru_cache(maxsize=1)
def _names(platforms: Platforms) -> Gazetteer:
    """The names of all platforms: the same for every pack that is checked."""
    return Gazetteer(platforms)


def _broken(document: Document, pack: RulePack, platforms: Platforms) -> Iterator[Problem]:
    """Patterns and words that do not compile, found one by one in an otherwise empty pack."""
    empty = pack.model_copy(
        update={
            "frames": (), "near": Cues(), "capabilities": {}, "modes": {}, "stages": {},
            "negations": (), "background": (), "now": (), "unsure": (), "aside": (),
            "exclusions": (), "chrome": (), "lists": (),
        }
    )  # fmt: skip
    bare = CompiledPack(empty, platforms)
    for location, word in _words(pack):
        try:
            bare.any_of((word,))
        except PatternError as error:
            yield document.problem(location, str(error))
    for index, frame in enumerate(pack.frames):
        try:
            bare.frame(frame)
        except PatternError as error:
            yield document.problem(("frames", index, "pattern"), str(error))


def _words(pack: RulePack) -> Iterator[tuple[Location, str]]:
    for name in ("able", "negations", "background", "now", "unsure", "aside", "chrome", "lists"):
        yield from _located((name,), getattr(pack, name))
    for name, words in pack.words.items():
        yield from _located(("words", name), words)
    for number, exclusion in enumerate(pack.exclusions):
        yield from _located(("exclusions", number, "words"), exclusion.words)
    cues: list[tuple[Location, Cues]] = [(("near",), pack.near)]
    cues += [(("capabilities", key.value), c) for key, c in pack.capabilities.items()]
    cues += [(("stages", key.value), c) for key, c in pack.stages.items()]
    for location, both in cues:
        yield from _located((*location, "strong"), both.strong)
        yield from _located((*location, "weak"), both.weak)
    for capability, modes in pack.modes.items():
        for mode, words in modes.items():
            yield from _located(("modes", capability.value, mode), words)


def _located(location: Location, words: Iterable[str]) -> Iterator[tuple[Location, str]]:
    for index, word in enumerate(words):
        yield (*location, index), word


def _misread(document: Document, pack: CompiledPack, gazetteer: Gazetteer) -> Iterator[Problem]:
    for index, frame in enumerate(pack.pack.frames):
        for number, example in enumerate(frame.match):
            hits = [h for h in sentence_hits(example.text, pack, gazetteer) if h.frame is frame]
            if not any(_reads(hit, example) for hit in hits):
                got = ", ".join(f"{h.hosts} > {h.guests}" for h in hits) or "nothing"
                yield document.problem(
                    ("frames", index, "match", number),
                    f"frame {frame.id!r} reads {got}; "
                    f"expected {example.host or 'any host'} > {example.guest or 'any guest'}",
                )
        yield from _must_differ(document, index, frame, pack, gazetteer)


def _must_differ(
    document: Document, index: int, frame: Frame, pack: CompiledPack, gazetteer: Gazetteer
) -> Iterator[Problem]:
    for number, text in enumerate(frame.differ):
        if any(hit.frame is frame for hit in sentence_hits(text, pack, gazetteer)):
            yield document.problem(
                ("frames", index, "differ", number), f"frame {frame.id!r} matches this sentence"
            )


def _reads(hit: FrameHit, example: Example) -> bool:
    return (example.host is None or example.host in hit.hosts) and (
        example.guest is None or example.guest in hit.guests
    )


def sentence_hits(text: str, pack: CompiledPack, gazetteer: Gazetteer) -> list[FrameHit]:
    """The frames in one sentence, as rule authors try them."""
    prepared = pack.prepare(text)
    folded = fold_accents(prepared.folded) if pack.latin else prepared.folded
    sentence = Sentence(0, 0, 0, len(prepared.clean), Zone.LEAD, folded)
    mentions = gazetteer.find(prepared, chinese=pack.chinese, context=lambda _: prepared.folded)
    return list(pack.hits(pack.mask(sentence, mentions)))
