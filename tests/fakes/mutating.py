"""Documents that nobody wrote: pages and feeds of the news world, broken in every way there is.

A case is made of a number alone, so that what it breaks can be broken again.
"""

import base64
from collections.abc import Callable, Iterable
from random import Random

from crawler.demo.rendering import render_site
from crawler.demo.world import load_world
from tests.fakes.hostile import JA, KO, SENTENCE, ZH, ZH_HANT, page
from tests.fakes.site import rss

LONGEST = 400_000
"""Bytes of a case: what is slow takes the square of it, and shows long before the limit of a page."""

WORDS = tuple(
    word.encode("utf-8", "surrogatepass")
    for word in (
        "<p>", "</p>", "<div>", "</div>", "<article>", "<table><tr><td>", "<a href='", "'>", '">',
        "<script>", "</script>", "<script type=application/ld+json>{", "<style>", "<!--", "-->",
        "<![CDATA[", "]]>", "<?xml version='1.0' encoding='utf-16'?>", "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "&a;", "&#0;", "&#x110000;", "&#xd800;", "&lt;b&gt;", "&amp;amp;lt;", "<plaintext>", "<svg>",
        "<template>", "<base href='file:///etc/passwd'>", "<base href='http://[::'>",
        "<link rel=canonical href='//x'>", "<link rel=canonical href='http://[v1.x]/'>",
        '"articleBody": "', '"datePublished": "', '{"@graph": [', "\\u0000", "\\ud83d", '"', "\\",
        "2024-02-30T25:61:61Z", "0000-00-00", "99999999999999999999", "-1", "1e999", "NaN",
        "民國999年13月", "令和0年", "二〇二四年九月四日", "昨天", "上周八", "3小时前", "Feb 31",
        "<item>", "</item>", "<link>", "</link>", "<entry>", "<pubDate>", "<url><loc>", "<loc>",
        "http://[::1", "http://a:b@c:99999999/", "javascript:alert(1)", "data:text/html,x", "//",
        "http://xn--a/", "http://例え.jp/%00%ff?a=%", "<b>", "@channel", "/start", "#tag", "https://t.me/x",
        "\x00", "\x1b[31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\U0010ffff", "\u0301" * 40,
        SENTENCE, ZH, ZH_HANT, JA, KO,
    )
)  # fmt: skip
KINDS = (None, "text/html", "text/html; charset=gbk", "text/html; charset=utf-7", "x; charset='",
    "application/xml; charset=utf-16", "application/json")  # fmt: skip
_ENCODINGS = ("gb18030", "big5hkscs", "cp932", "cp949", "utf-16", "utf-32-be", "cp1252", "utf-7")


def seeds() -> list[bytes]:
    """Sound documents to begin with: every feed and page of the news world, and some more."""
    world = load_world()
    shown = render_site(world, world.rounds[-1].number, "http://outlets.example")
    own = [page(f"<p>{text}</p>" * 3).encode() for text in (ZH, ZH_HANT, JA, KO)]
    own.append(rss(f"https://e.example/{n}" for n in range(40)).encode())
    own.append(
        b'<?xml version="1.0"?><urlset><url><loc>https://e.example/1</loc><lastmod>2024-09-04'
        b"</lastmod></url></urlset>"
    )
    own.append(b'{"items": [{"url": "https://e.example/1", "title": "T", "date": 1725408000}]}')
    return [*(answer.body for _, answer in sorted(shown.items())), *own]


def case(number: int, grown: list[bytes]) -> tuple[bytes, str | None]:
    """A document, and the content type that it comes with."""
    chance = Random(number)
    body = chance.choice(grown)
    for _ in range(chance.choice((0, 1, 1, 2, 3, 8))):
        body = chance.choice(_WAYS)(body, chance, grown)[:LONGEST]
    return body, chance.choice(KINDS)


def described(body: bytes) -> str:
    """A case as a line, to be kept with the fault that it shows."""
    return base64.b85encode(body).decode() if len(body) < 3_000 else f"{len(body)} bytes"


def _slice(body: bytes, chance: Random, most: int = 2_000) -> slice:
    start = chance.randrange(len(body) + 1)
    return slice(start, start + chance.randrange(most))


def _flip(body: bytes, chance: Random, _: object) -> bytes:
    changed = bytearray(body or b" ")
    for _ in range(chance.randrange(1, 30)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _drop(body: bytes, chance: Random, _: object) -> bytes:
    part = _slice(body, chance)
    return body[: part.start] + body[part.stop :]


def _repeat(body: bytes, chance: Random, _: object) -> bytes:
    part = _slice(body, chance, chance.choice((8, 60, 2_000)))
    return body[: part.stop] + body[part] * chance.choice((1, 9, 900)) + body[part.stop :]


def _insert(body: bytes, chance: Random, _: object) -> bytes:
    for _ in range(chance.randrange(1, 6)):
        start = chance.randrange(len(body) + 1)
        body = body[:start] + chance.choice(WORDS) + body[start:]
    return body


def _nest(body: bytes, chance: Random, _: object) -> bytes:
    part, tag = (
        _slice(body, chance),
        chance.choice((b"div", b"p", b"table", b"b", b"a", b"x", b"li")),
    )
    times = chance.choice((3, 300, 3_000))
    closed = b"</" + tag + b">"
    inside = b"<" + tag + b">"
    end = closed * times if chance.random() < 0.5 else b""
    return body[: part.start] + inside * times + body[part] + end + body[part.stop :]


def _attributes(body: bytes, chance: Random, _: object) -> bytes:
    start, times = chance.randrange(len(body) + 1), chance.choice((5, 200, 3_000))
    many = b" ".join(b"a%d=%d" % (n, n) for n in range(times))
    return body[:start] + b"<div " + many + b">" + body[start:]


def _island(body: bytes, chance: Random, _: object) -> bytes:
    """A JSON-LD node of random words in random places, often not closed."""
    words = b" ".join(chance.choice(WORDS) for _ in range(chance.randrange(30)))
    many = chance.choice((b'\\"', b"[", b'{"a":', b"x ", b"\\u")) * chance.choice((0, 9, 5_000))
    node = b'{"@type": "NewsArticle", "headline": "' + words + b'", "articleBody": "' + many
    end = chance.choice((b'"}</script>', b"</script>", b""))
    return b"<script type='application/ld+json'>" + node + end + body


def _cross(body: bytes, chance: Random, grown: list[bytes]) -> bytes:
    other = chance.choice(grown)
    return body[: chance.randrange(len(body) + 1)] + other[chance.randrange(len(other) + 1) :]


def _encode(body: bytes, chance: Random, _: object) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(_ENCODINGS), "replace")


def _cut(body: bytes, chance: Random, _: object) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


_WAYS: tuple[Callable[[bytes, Random, list[bytes]], bytes], ...] = (
    _flip, _drop, _repeat, _insert, _insert, _nest, _attributes, _island, _cross, _encode, _cut,
)  # fmt: skip


def cases(numbers: Iterable[int]) -> Iterable[tuple[int, bytes, str | None]]:
    """The cases of these numbers."""
    grown = seeds()
    for number in numbers:
        yield number, *case(number, grown)
