"""kill -9 in the middle of an upgrade: the store is as it was before, or as it is after."""

from pathlib import Path

from tests.fakes.upgrading import OLDEST, kill_upgrades

KILLS = 20
LONGEST = 0.25
"""Seconds until the latest kill; an upgrade takes a little longer."""


def test_an_upgrade_that_is_killed_is_begun_again_and_loses_nothing(tmp_path: Path) -> None:
    found = kill_upgrades(tmp_path, KILLS, 7, LONGEST)
    assert OLDEST in found, "no kill came in time"
