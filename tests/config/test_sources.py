"""Every source file that is shipped; a new one is tested without being asked."""

import re
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from pydantic import HttpUrl

from config.errors import ConfigError
from config.files import read_document
from config.load import PACKAGED_SOURCES, load_sources
from config.sources import SourceSpec

FILES = sorted(PACKAGED_SOURCES.glob("*"))
STATED = Path(__file__).parents[3] / "shared" / "sources.md"
"""Where every address of the catalogue was found, with what is known of it."""


def test_all_packaged_sources_go_together() -> None:
    sources = load_sources([PACKAGED_SOURCES])
    assert len(sources) == len(FILES)
    languages = {"zh-Hans", "zh-Hant", "ja", "ko", "en", "de"}
    assert {spec.language for spec in sources} == languages
    assert {spec.language for spec in sources if spec.enabled} == languages
    assert len(sources) >= 40
    urls = [str(feed.url) for spec in sources for feed in spec.feeds]
    assert len(urls) == len(set(urls))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_source_says_whose_readers_it_has(file: Path) -> None:
    spec = read_document(file, SourceSpec)
    assert spec.language, "the language decides how texts without a clear script are read"
    assert spec.country
    assert len(spec.country) == 2
    assert spec.timezone != "UTC", "dates without a zone are read in the outlet's own"
    assert ZoneInfo(spec.timezone).key == spec.timezone


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


@pytest.mark.skipif(not STATED.exists(), reason="the list of addresses is not shipped")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_address_was_publicly_stated(file: Path) -> None:
    spec = read_document(file, SourceSpec)
    for feed in spec.feeds:
        assert is_stated(str(feed.url)), f"{feed.url} stands nowhere in {STATED.name}"


def is_stated(url: str) -> bool:
    """Whether a line has the address, in full or as `…/tail` beside another one of its host."""
    for line in STATED.read_text(encoding="utf-8").splitlines():
        whole = [str(HttpUrl(one)) for one in re.findall(r"https?://[^\s|`]+", line)]
        if url in whole:
            return True
        tails = re.findall(r"…(/[^\s|`]+)", line)
        if urlsplit(url).hostname in {urlsplit(one).hostname for one in whole} and any(
            url.endswith(tail) for tail in tails
        ):
            return True
    return False


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("links: ul >", "is no CSS selector"),
        ("links: //a[", "is no XPath"),
        ("next_page: 'a:nope('", "is no CSS selector"),
        ("max_pages: 9", "less than or equal to 8"),
        ("pattern: '/a/(?=b)'", "is no regular expression"),
        ("fields: {entries: 'data['}", "is no JMESPath expression"),
        ("fields: {url: 'join('}", "is no JMESPath expression"),
    ],
)
def test_what_cannot_be_used_is_refused_on_load(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "paper.yaml"
    text = (PACKAGED_SOURCES / "heise.yaml").read_text(encoding="utf-8")
    feed = f"  - url: https://paper.example/\n    {line}\n"
    file.write_text(text.partition("feeds:")[0] + "feeds:\n" + feed, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        read_document(file, SourceSpec)
