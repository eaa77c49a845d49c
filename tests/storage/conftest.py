"""What the tests of the store's commands share: a store that is filled, and its reader's language."""

from collections.abc import Iterator

import pytest

from tests.storage.shelf import Shelf, filled


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A store that no test changes."""
    return filled(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def reads_english(monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    yield
    shelf.close()
