"""Words as numbers and postings as blocks: whatever is packed comes out again, as it was."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.search_blocks import BITS, BLOCK, SEGMENT, merge, number_of, pack, places, unpack
from storage.search_index import platform_word
from storage.search_words import marked

FEW = settings(max_examples=25)
WORDS = st.one_of(st.integers(0, 40), st.integers(0, 2**51 - 1))
POSTINGS = st.lists(
    st.tuples(WORDS, st.integers(0, SEGMENT - 1)).map(lambda one: one[0] << BITS | one[1]),
    min_size=1, max_size=1000, unique=True,
)  # fmt: skip


def common_and_rare(seed: int, size: int) -> np.ndarray:
    """Postings as texts make them: a few words nearly everywhere, many words once."""
    chance = np.random.default_rng(seed)
    words = (chance.pareto(0.4, size) * 3).clip(0, 2**50).astype(np.int64)
    return np.unique(words << BITS | chance.integers(0, SEGMENT, size))


@given(POSTINGS)
def test_what_is_packed_comes_out_again(postings) -> None:
    postings = np.sort(np.array(postings, dtype=np.int64))
    blocks = list(pack(postings))
    assert unpack(blocks).tolist() == postings.tolist()


@FEW
@given(st.integers(0, 1000))
def test_every_word_is_in_one_block_of_its_own_size(seed) -> None:
    postings = common_and_rare(seed, 20_000)
    firsts: list[tuple[int, int]] = []
    for first, packed in pack(postings):
        words = np.unique(unpack([(first, packed)]) >> BITS)
        assert words[0] == first
        assert len(packed) <= BLOCK or len(words) == 1
        assert not firsts or firsts[-1][1] < first
        firsts.append((first, words[-1]))
    assert len(firsts) <= 2 + 2 * sum(len(packed) for _, packed in pack(postings)) / BLOCK


def test_more_than_is_packed_at_once_is_cut_between_words(monkeypatch) -> None:
    monkeypatch.setattr("storage.search_blocks.AT_ONCE", 1000)
    postings = common_and_rare(7, 20_000)
    blocks = list(pack(postings))
    firsts = [first for first, _ in blocks]
    assert firsts == sorted(set(firsts))
    assert unpack(blocks).tolist() == postings.tolist()


@FEW
@given(st.lists(POSTINGS, min_size=1, max_size=6), st.integers(0, 2**32))
def test_merged_blocks_have_all_that_is_kept(parts, seed) -> None:
    kept = np.random.default_rng(seed).random(SEGMENT) < 0.7
    every = [np.sort(np.array(part, dtype=np.int64)) for part in parts]
    blocks = sorted(block for part in every for block in pack(part))
    found = np.concatenate(list(merge(blocks, kept)))
    expected = np.sort(np.concatenate(every))
    assert found.tolist() == expected[kept[places(expected)]].tolist()


def test_many_blocks_are_merged_some_at_a_time(monkeypatch) -> None:
    monkeypatch.setattr("storage.search_blocks._BLOCKS", 3)
    every = [common_and_rare(seed, 20_000) for seed in range(4)]
    blocks = sorted(block for part in every for block in pack(part))
    some = list(merge(blocks, np.ones(SEGMENT, dtype=np.bool_)))
    assert len(some) > 3
    assert np.concatenate(some).tolist() == np.sort(np.concatenate(every)).tolist()


CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00¶")


@FEW
@given(st.sets(st.text(CHARACTERS, min_size=1, max_size=4), min_size=2))
def test_words_have_numbers_of_their_own(words) -> None:
    every = [*words, *marked(words), platform_word("wechat-pay"), platform_word("wechat")]
    numbers = {number_of(word) for word in every}
    assert len(numbers) == len(set(every))
    assert max(numbers) < 2**51
