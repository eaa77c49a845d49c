import pytest

from config.load import PACKAGED_SOURCES, load_sources
from crawler.opml import MAX_FEEDS, OpmlError, read_opml, write_opml

LIST = """<?xml version="1.0"?><opml version="1.1"><head><title>x</title></head><body>
<outline text="Asia"><outline text="Japan">
<outline type="rss" text="The &amp; Paper" xmlUrl="https://e.org/feed?a=1&amp;b=2" htmlUrl="https://e.org/"/>
</outline></outline>
<outline title="Raw" xmlurl="https://raw.example/feed?a=1&b=2"/>
<outline text="twice" xmlUrl="https://e.org/feed?a=1&amp;b=2"/>
<outline text="bad" xmlUrl="javascript:alert(1)"/><outline text="file" xmlUrl="file:///etc/passwd"/>
<outline text="ab&#x202e;c" xmlUrl="https://bidi.example/feed" htmlUrl="javascript:x()"/>
</body></opml>"""


def test_feeds_are_found_in_whatever_folder_and_once() -> None:
    found = read_opml(LIST.encode())
    assert [(one.name, one.url) for one in found] == [
        ("The & Paper", "https://e.org/feed?a=1&b=2"),
        ("Raw", "https://raw.example/feed?a=1&b=2"),
        ("abc", "https://bidi.example/feed"),
    ]
    assert found[0].homepage == "https://e.org/"
    assert found[-1].homepage == ""


def test_our_own_list_says_all_that_it_can() -> None:
    sources = load_sources([PACKAGED_SOURCES])
    text = write_opml(sources, "interopwatch")
    assert text.startswith("<?xml")
    assert "<opml xmlns:interopwatch=" in text
    assert 'version="2.0"' in text
    found = read_opml(text.encode())
    stated = {
        (str(feed.url), source.slug, source.language, source.country, source.timezone, source.name)
        for source in sources
        for feed in source.feeds
        if feed.kind == "rss"
    }
    assert {
        (one.url, one.slug, one.language, one.country, one.timezone, one.name) for one in found
    } == stated


BOMB = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
BODY = '<opml><body><outline text="&a;" xmlUrl="https://e.org/&a;"/></body></opml>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BOMB + BODY, "document type"),
        (OUTSIDE + BODY, "document type"),
        ('<!DOCTYPE opml SYSTEM "https://e.org/opml.dtd">' + BODY, "document type"),
        ("", "no OPML"),
        ("hello", "no OPML"),
        ("<html><body></body></html>", "no OPML"),
        ('<rss version="2.0"/>', "no OPML"),
        ("<opml>" + " " * (5 * 1024 * 1024) + "</opml>", "5 MiB"),
        (
            "<opml>"
            + "".join(f'<outline xmlUrl="https://e.org/{n}"/>' for n in range(MAX_FEEDS + 1))
            + "</opml>",
            "more than 2000 feeds",
        ),
    ],
    ids=range(9),
)
def test_a_hostile_list_is_refused(body: str, said: str) -> None:
    with pytest.raises(OpmlError, match=said):
        read_opml(body.encode())


def test_a_list_that_is_nested_without_end_is_cut() -> None:
    deep = "<outline>" * 100_000
    assert read_opml(f"<opml><body>{deep}".encode()) == []


def test_addresses_that_are_too_long_are_left_out() -> None:
    body = f'<opml><outline xmlUrl="https://e.org/{"x" * 3000}"/></opml>'
    assert read_opml(body.encode()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "shift_jis"])
def test_a_list_is_read_in_its_own_encoding(encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
        '<opml><body><outline text="日本経済新聞の記事" xmlUrl="https://e.org/feed"/></body></opml>'
    )
    (found,) = read_opml(text.encode(encoding))
    assert found.name == "日本経済新聞の記事"
