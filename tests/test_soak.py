"""The rule by which the soak calls a figure flat; the soak itself takes an hour (`make soak`)."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

FILE = Path(__file__).parents[1] / "bench" / "flat.py"


def load() -> ModuleType:
    """The file as a module: bench is no package."""
    spec = importlib.util.spec_from_file_location("flat", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["flat"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


flat = load()
TIMES = [10.0 * number for number in range(90)]


def judged(values: list[float], more: float = 2.0, share: float = 0.02) -> bool:
    return bool(flat.judge(TIMES, values, flat.Allowance(more, share)).flat)


@given(st.floats(0, 1e6), st.lists(st.floats(-1, 1), min_size=90, max_size=90))
def test_what_only_trembles_is_flat(level: float, noise: list[float]) -> None:
    assert judged([level + one for one in noise])


def test_what_grows_is_not_flat() -> None:
    assert not judged([100 + 0.1 * number for number in range(90)])


def test_what_grew_while_it_warmed_up_is_flat() -> None:
    assert judged([min(100.0, 4.0 * number) for number in range(90)])


def test_a_peak_is_no_growth() -> None:
    assert judged([500.0 if number % 30 == 29 else 100.0 for number in range(90)])


def test_the_slope_is_that_of_an_hour() -> None:
    found = flat.judge(TIMES, [number / 360 for number in range(90)], flat.Allowance(1))
    assert found.slope == pytest.approx(1.0)


def test_a_few_samples_are_no_soak() -> None:
    with pytest.raises(ValueError, match="six samples"):
        flat.judge([1.0, 2.0], [1.0, 2.0], flat.Allowance(1))
