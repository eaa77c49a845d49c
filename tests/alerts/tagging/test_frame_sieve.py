"""One pass over a sentence must let every frame through that would find something by itself."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.tagging.frames import CompiledPack
from alerts.tagging.patterns import CompiledFrame, FrameSieve
from config.files import read_document
from config.platforms import load_platforms
from config.rules import PACKAGED, RulePack

SINGLE = [chr(0xE000 + n) for n in range(0, 60, 7)]
LIST = [chr(0xE800 + n) for n in range(0, 60, 11)]


@pytest.fixture(scope="module")
def platforms():
    return load_platforms()


@pytest.fixture(scope="module", params=sorted(PACKAGED.glob("*.yaml")), ids=lambda p: p.stem)
def pack(request, platforms) -> CompiledPack:
    path: Path = request.param
    return CompiledPack(read_document(path, RulePack), platforms)


def sentences(pack: CompiledPack) -> st.SearchStrategy[str]:
    """Masked sentences out of the words of the pack itself."""
    words = [w for listed in pack.pack.words.values() for w in listed if w.isalnum()]
    piece = st.sampled_from(
        [*words, *SINGLE, *SINGLE, *LIST, " ", " to ", "を", "에", ",", "\U0010fffd"]
    )
    return st.lists(piece, max_size=14).map("".join)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_sieve_lets_through_what_each_frame_finds(pack, data):
    text = data.draw(sentences(pack))
    alone = {n for n, frame in enumerate(pack.frames) if frame.expression.search(text)}
    through = pack.frames_in(text)
    assert through == sorted(through)
    assert alone <= set(through) <= set(range(len(pack.frames)))


def test_the_sieve_keeps_most_frames_back(pack):
    assert len(pack.frames_in(f"{SINGLE[0]} {SINGLE[1]}")) < len(pack.frames) / 2


def test_more_letters_than_the_sieve_can_hold_keep_nothing_back():
    patterns = (
        "".join(chr(0x4E00 + n * step % 20_000) for step in (1, 7, 13, 29, 31))
        for n in range(9_000)
    )
    sieve = FrameSieve([CompiledFrame(pattern, None, {}) for pattern in patterns])
    assert sieve.find("nothing of the kind") == list(range(9_000))
