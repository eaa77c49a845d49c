"""Every source file that is shipped; a new one is tested without being asked."""

from pathlib import Path

import pytest

from config.documents import read_document
from config.errors import ConfigError
from config.load import PACKAGED_SOURCES, load_sources
from config.sources import SourceSpec

FILES = sorted(PACKAGED_SOURCES.glob("*"))


def test_all_packaged_sources_go_together() -> None:
    sources = load_sources([PACKAGED_SOURCES])
    assert len(sources) == len(FILES)
    assert {spec.language for spec in sources} >= {"zh-Hans", "zh-Hant", "ja", "ko", "en"}
    assert any(spec.enabled for spec in sources)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_source_says_whose_readers_it_has(file: Path) -> None:
    spec = read_document(file, SourceSpec)
    assert spec.language, "the language decides how texts without a clear script are read"
    assert spec.country
    assert len(spec.country) == 2
    assert spec.timezone != "UTC", "dates without a zone are read in the outlet's own"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_source_that_is_off_says_why(file: Path) -> None:
    spec = read_document(file, SourceSpec)
    assert spec.enabled or file.read_text(encoding="utf-8").startswith("# ")


def test_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "paper.yaml"
    text = (PACKAGED_SOURCES / "heise.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("Europe/Berlin", "Europe/Berln"), encoding="utf-8")
    with pytest.raises(ConfigError, match="'Europe/Berln' is no time zone; write one such as"):
        read_document(file, SourceSpec)
