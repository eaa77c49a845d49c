"""Files that commands write: what stood in them stays, and nothing broken takes a place."""

from pathlib import Path

import pytest

from config.catalogue import add_source, own_folder, set_enabled
from config.errors import ConfigError
from config.load import PACKAGED_SOURCES, load_sources
from config.settings import Settings
from config.sources import SourceSpec

PAPER = {
    "slug": "paper",
    "name": "The 'Paper': #1",
    "homepage": "https://paper.example/",
    "language": "ja",
    "timezone": "Asia/Tokyo",
    "feeds": [
        {"url": "https://paper.example/feed"},
        {"url": "https://paper.example/map", "kind": "sitemap", "interval_seconds": 60},
        {
            "url": "https://paper.example/list",
            "kind": "listing",
            "links": "//a",
            "pattern": r"/\d+",
            "enabled": False,
        },
    ],
}


def test_a_new_source_is_read_back_as_it_was(tmp_path: Path) -> None:
    spec = SourceSpec.model_validate(PAPER)
    path = add_source(tmp_path / "sources", spec, "Found somewhere.")
    assert load_sources([tmp_path / "sources"]) == (spec,)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Found somewhere.\n")
    assert "enabled: true" not in text, "what holds anyway is not said"
    assert [file.name for file in path.parent.iterdir()] == ["paper.yaml"]


@pytest.mark.parametrize("slug", ["paper", "heise"])
def test_a_source_that_exists_is_not_overwritten(tmp_path: Path, slug: str) -> None:
    (tmp_path / "paper.yaml").write_text("mine", encoding="utf-8")
    spec = SourceSpec.model_validate({**PAPER, "slug": slug})
    with pytest.raises(ConfigError, match=f"there is a source '{slug}' already"):
        add_source(tmp_path, spec, "")
    assert (tmp_path / "paper.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("file", sorted(PACKAGED_SOURCES.glob("*")), ids=lambda file: file.stem)
def test_every_packaged_source_can_be_turned_on_and_off(tmp_path: Path, file: Path) -> None:
    (before,) = [one for one in load_sources([PACKAGED_SOURCES]) if one.slug == file.stem]
    for enabled in (not before.enabled, before.enabled):
        set_enabled(tmp_path, file.stem, enabled=enabled)
        (after,) = load_sources([tmp_path])
        assert after == before.model_copy(update={"enabled": enabled})


def test_comments_of_an_own_file_stay(tmp_path: Path) -> None:
    text = (
        '# Mine, from 2024.\nslug: paper   # never change\nname: "Paper"\n'
        "homepage: https://paper.example/\n\n# as the editor asked\nfeeds:\n"
        "  # the only one\n  - {kind: rss, url: 'https://paper.example/a?b=1'}  # slow\n# end\n"
    )  # fmt: skip
    file = tmp_path / "paper.yaml"
    file.write_text(text, encoding="utf-8")
    set_enabled(tmp_path, "paper", enabled=False)
    now = file.read_text(encoding="utf-8")
    assert now.count("enabled: false") == 1
    assert now.replace("enabled: false\n", "") == text
    set_enabled(tmp_path, "paper", enabled=True)
    assert file.read_text(encoding="utf-8").count("enabled: true") == 1


def test_without_a_folder_it_is_said_what_to_do() -> None:
    with pytest.raises(ConfigError, match="INTEROPWATCH_CONFIG_DIR=FOLDER"):
        own_folder(Settings())


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sources/heise\.yaml: cannot be written: "):
        set_enabled(tmp_path / "sources", "heise", enabled=False)
