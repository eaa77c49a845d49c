import math
from pathlib import Path

import pytest

from config.documents import read_mapping
from config.quick import quick

CONFIG = Path(__file__).parents[2] / "config"


@pytest.mark.parametrize(
    "path", sorted(CONFIG.rglob("*.yaml")), ids=lambda p: str(p.relative_to(CONFIG))
)
def test_the_quick_reader_reads_every_packaged_file_like_the_thorough_one(path):
    assert quick(path.read_text("utf-8")) == read_mapping(path).data


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: [1\n",
        "- a\n",
        "just text\n",
        "",
        "a: !python/object:os.system x\n",
        "? [a]\n: 1\n",
        "a:\n\tb: 1\n",
    ],
)
def test_what_wants_explaining_is_left_to_the_thorough_reader(text):
    assert quick(text) is None


def test_scalars_are_those_of_yaml_1_2():
    found = quick(
        "a: no\nb: on\nc: 12:30:45\nd: 0o17\ne: 1.5\nf: ~\ng: true\nh: 007\ni: 2024-09-04\n"
    )
    assert found == {
        "a": "no", "b": "on", "c": "12:30:45", "d": 15, "e": 1.5, "f": None, "g": True,
        "h": 7, "i": "2024-09-04",
    }  # fmt: skip
    infinite = quick("a: -.inf\nb: .nan\n")
    assert infinite is not None
    assert infinite["a"] == -math.inf
    assert math.isnan(infinite["b"])
