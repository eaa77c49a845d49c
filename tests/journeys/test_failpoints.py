"""kill -9 at named points, and a full disk in named writes: what is left is what was promised.

`make failpoints` tries every point three times; here are those where most is at stake, and the
proof that the table of points is true.
"""

from collections.abc import Iterator

import pytest

from tests.fakes.errands import ERRANDS, Scene
from tests.fakes.failpoints import FULL, POINTS, Trap
from tests.fakes.lives import Lives
from tests.fakes.remains import Remains, faults

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("failpoints")]

ROUNDS = 2

DEADLIEST = (
    Trap("articles followed", "written", 2),
    Trap("deliveries claimed", "committed", 1),
    Trap("message to Telegram", "after", 3),
    Trap("command done", "committed", 2),
)
FULLEST = (
    Trap("article stored", FULL, 1),
    Trap("repeat counted", FULL, 1),
)
ERRANDS_LOST = (
    ("restore", Trap("linked", "after", 1)),
    ("backup", Trap("page written", FULL, 20)),
    ("upgrade", Trap("page written", FULL, 150)),
    ("pages", Trap("file written", FULL, 2)),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    with Lives(tmp_path_factory.mktemp("lives"), ROUNDS) as lives:
        yield lives


@pytest.fixture(scope="module")
def calm(world: Lives) -> Remains:
    return world.run()


@pytest.fixture(scope="module")
def scene(world: Lives) -> Scene:
    world.run()
    return Scene(world, world.file)


def test_every_point_of_the_table_is_passed_and_no_other(calm: Remains) -> None:
    assert set(calm.passings) == set(POINTS)
    assert faults(calm, calm) == []


@pytest.mark.parametrize("trap", DEADLIEST, ids=str)
def test_a_kill_loses_nothing_and_repeats_one_message_a_chat_at_most(
    world: Lives, calm: Remains, trap: Trap
) -> None:
    found = world.run(trap)
    assert (found.deaths, faults(found, calm)) == (1, [])


@pytest.mark.parametrize("trap", FULLEST, ids=str)
def test_a_write_without_room_loses_and_repeats_nothing(
    world: Lives, calm: Remains, trap: Trap
) -> None:
    found = world.run(trap)
    assert (found.deaths, faults(found, calm)) == (0, [])


def test_every_command_does_to_the_disk_what_the_table_says(scene: Scene) -> None:
    for errand in ERRANDS.values():
        assert set(errand.effects) <= set(scene.passings(errand))


@pytest.mark.parametrize(("name", "trap"), ERRANDS_LOST, ids=str)
def test_a_command_that_is_cut_off_is_run_again_and_leaves_nothing_half(
    scene: Scene, name: str, trap: Trap
) -> None:
    assert scene.try_out(ERRANDS[name], trap) == []
