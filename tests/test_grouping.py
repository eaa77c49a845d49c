"""Tests that share a costly run are kept together."""

from tests.fakes.grouping import groups_of


def test_groups_are_read_from_functions_and_from_whole_files() -> None:
    daemon = groups_of("tests/journeys/test_daemon.py")
    assert daemon["test_the_token_is_nowhere"] == "watched"
    assert daemon["test_after_a_kill_the_store_is_whole"] == "killed"
    assert "test_a_stop_while_it_starts_ends_it_too" not in daemon
    assert groups_of("tests/journeys/test_kills.py")[""] == "kills"
    assert groups_of("tests/nowhere.py") == {}
