"""Pages and answers that mean harm, or were made by nobody who looked at them."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import brotli
from backports import zstd

from tests.fakes.site import article, dripping, endless, slowly

MEGABYTE = 1024 * 1024
SENTENCE = "Taobao said on Friday that its buyers can pay with WeChat Pay from now on. "
ZH = "淘宝9月27日宣布正式上线微信支付，买家更新到最新版后即可在付款页选择微信支付，其余用户将在随后几天陆续覆盖。"
ZH_HANT = "淘寶9月27日宣布正式上線微信支付，買家更新到最新版後即可在付款頁選擇微信支付，其餘用戶將在隨後幾天陸續覆蓋。"
JA = "タオバオは9月27日、ウィーチャットペイでの決済に正式対応した。利用者は最新版に更新すると支払い画面で選択できる。"
KO = "타오바오가 9월 27일 위챗페이 결제를 정식으로 도입했다. 이용자는 최신판으로 갱신하면 결제 화면에서 선택할 수 있다."

Answer = dict[str, Any]


def page(inside: str, head: str = "", title: str = "Title") -> str:
    """A page with something inside its article, besides plain sentences."""
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>"
        f"<p>{SENTENCE * 5}</p>{inside}</article></body></html>"
    )


def packed(pack: Callable[[bytes], bytes], coding: str) -> Answer:
    return {"body": pack(bytes(48 * MEGABYTE)), "headers": {"Content-Encoding": coding}}


def labelled(text: str, encoding: str, label: str, stray: bytes = b"") -> Answer:
    """A page in an encoding that says, in its header and in itself, that it is in another one."""
    html = (
        f"<html><head><meta charset={label}><title>T</title></head><body><article><h1>T</h1>"
        + f"<p>{text}</p>" * 3
        + "</article></body></html>"
    )
    body = html.encode(encoding).replace(b"</article>", stray + b"</article>")
    return {"body": body, "content_type": f"text/html; charset={label}"}


def endless_header() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nX-Long: "
    while True:
        yield b"x" * 65536


def endless_headers() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: 1\r\n" * 5000


def answer(head: str, body: bytes = b"", status: str = "HTTP/1.1 200 OK") -> Answer:
    return {"raw": [f"{status}\r\n{head}\r\n".encode("latin-1") + body]}


def sent_to(place: str, status: int = 302) -> Answer:
    """A redirect, byte by byte as it is given."""
    return answer(f"Location: {place}\r\nContent-Length: 0\r\n", status=f"HTTP/1.1 {status} Go")


def coded(body: bytes, coding: str) -> Answer:
    return {"body": body, "headers": {"Content-Encoding": coding}}


def typed(kind: str, body: bytes) -> Answer:
    return {"body": body, "content_type": kind}


OK = article().encode()

WHOLE = f"Content-Length: {len(OK)}\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"
IN_CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(OK), OK)

# What a server does: the reason that the page is kept aside with, or None where it is an article.
ANSWERS: dict[str, tuple[Answer, str | None]] = {
    "gzip bomb": (packed(gzip.compress, "gzip"), "too-large"),
    "deflate bomb": (packed(zlib.compress, "deflate"), "too-large"),
    "brotli bomb": (packed(brotli.compress, "br"), "too-large"),
    "zstd bomb": (packed(zstd.compress, "zstd"), "too-large"),
    "not gzip": ({"body": OK, "headers": {"Content-Encoding": "gzip"}}, "undecodable"),
    "endless body": ({"stream": endless()}, "too-large"),
    "stated length of 2 GB": (answer(f"Content-Length: {2**31}\r\n", OK), "too-large"),
    "body in drops": ({"stream": dripping()}, "timeout"),
    "header in drops": ({"raw": slowly(b"HTTP/1.1 200 OK\r\nX-Slow: ")}, "timeout"),
    "status in drops": ({"raw": slowly(b"HTTP")}, "timeout"),
    "silence": ({"delay": 4}, "timeout"),
    "endless header": ({"raw": endless_header()}, "connection"),
    "endless headers": ({"raw": endless_headers()}, "timeout"),
    "5 MB header": (answer(f"X-Long: {'x' * 5 * MEGABYTE}\r\n", OK), "connection"),
    "no HTTP": ({"raw": [b"SSH-2.0-OpenSSH_9.2\r\n"]}, "connection"),
    "nothing": ({"raw": [b""]}, "connection"),
    "cut": ({"drop": True}, "connection"),
    "longer than stated": (answer(f"Content-Length: {len(OK) + 999}\r\n", OK), "connection"),
    "two lengths": (answer("Content-Length: 5\r\nContent-Length: 7\r\n", OK), "connection"),
    "negative length": (answer("Content-Length: -5\r\n", OK), "connection"),
    "broken chunks": (answer("Transfer-Encoding: chunked\r\n", b"ffffffff\r\nabc"), "connection"),
    "no chunks": (answer("Transfer-Encoding: chunked\r\n", b"zz\r\nabc\r\n0\r\n\r\n"), "connection"),
    "redirect loop": ({"status": 302, "headers": {"Location": "?"}}, "redirects"),
    "redirect to nowhere": ({"status": 302, "headers": {"Location": ""}}, "http-302"),
    "redirect to a file": ({"status": 302, "headers": {"Location": "file:///etc/hostname"}}, "http-302"),
    "redirect to data": ({"status": 301, "headers": {"Location": "data:text/html,x"}}, "http-301"),
    "redirect to javascript": ({"status": 302, "headers": {"Location": "javascript:alert(1)"}}, "redirects"),
    "redirect to a private address": ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, "blocked-address"),
    "redirect to metadata": ({"status": 307, "headers": {"Location": "http://169.254.169.254/latest"}}, "blocked-address"),
    "refresh to a file": (
        {"body": "<meta http-equiv=refresh content='0;url=file:///etc/hostname'>"}, "no-article",
    ),
    "status 999": ({"status": 999, "body": OK}, "http-999"),
    "status 204": ({"status": 204}, "http-204"),
    "401": ({"status": 401, "headers": {"WWW-Authenticate": "Basic"}}, "http-401"),
    "video": ({"body": bytes(5 * MEGABYTE), "content_type": "video/mp4"}, "not-html"),
    "bomb in a bomb": (coded(gzip.compress(gzip.compress(bytes(48 * MEGABYTE))), "gzip, gzip"), "too-large"),
    "gzip that ends early": (coded(gzip.compress(OK)[:-20], "gzip"), None),
    "gzip with more behind": (coded(gzip.compress(OK) + b"\0" * 999, "gzip"), None),
    "gzip of nothing": (coded(b"", "gzip"), "empty"),
    "deflate without a head": (coded(zlib.compress(OK)[2:-4], "deflate"), None),
    "not brotli": (coded(OK, "br"), "connection"),
    "not zstd": (coded(OK, "zstd"), "connection"),
    "a coding of nobody's": (coded(OK, "x-klingon"), None),
    "length that is no number": (answer("Content-Length: five\r\n", OK), "connection"),
    "length with a sign": (answer(f"Content-Length: +{len(OK)}\r\n", OK), "connection"),
    "length of 10^30": (answer(f"Content-Length: {10**30}\r\n", OK), "too-large"),
    "length of nothing, and a body": (answer("Content-Length: 0\r\n", OK), "empty"),
    "length and chunks": (answer(WHOLE + CHUNKED, IN_CHUNKS), None),
    "chunks in order": (answer(CHUNKED, IN_CHUNKS), None),
    "chunk of 10^30": (answer(CHUNKED, b"f" * 30 + b"\r\nabc"), "connection"),
    "chunk with a long note": (answer(CHUNKED, b"5;" + b"x" * 200_000 + b"\r\nabcde\r\n0\r\n\r\n"), "connection"),
    "chunks without an end": (answer(CHUNKED, IN_CHUNKS[:-5]), "connection"),
    "a body without a head": ({"raw": [OK]}, "connection"),
    "a version of nobody's": (answer(WHOLE, OK, "HTTP/9.9 200 OK"), None),
    "status that is no number": (answer(WHOLE, OK, "HTTP/1.1 OK OK"), "connection"),
    "status without a word": (answer(WHOLE, OK, "HTTP/1.1 200"), None),
    "line feeds alone": ({"raw": [b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(OK) + OK]}, None),
    "header without a colon": (answer("nonsense\r\n" + WHOLE, OK), None),
    "header with NUL": (answer("X-A: \0\x1b\r\n" + WHOLE, OK), None),
    "header over two lines": (answer("X-A: one\r\n  two\r\n" + WHOLE, OK), None),
    "1,000 cookies": (answer("Set-Cookie: a=1\r\n" * 1000 + WHOLE, OK), None),
    "early hints": ({"raw": [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", *answer(WHOLE, OK)["raw"]]}, None),
    "another protocol": (answer("Upgrade: h2c\r\n", b"", "HTTP/1.1 101 Switching Protocols"), "connection"),
    "304 that nobody asked for": (answer("", status="HTTP/1.1 304 Not Modified"), "http-304"),
    "300": ({"status": 300, "headers": {"Location": "/elsewhere"}, "body": OK}, "http-300"),
    "410": ({"status": 410, "body": OK}, "http-410"),
    "503": ({"status": 503, "body": OK}, "http-503"),
    "redirect to line ends": (sent_to("/a%0d%0aSet-Cookie:%20a=1"), "http-404"),
    "redirect to NUL": (sent_to("/\0"), "http-404"),
    "redirect of 10,000 characters": (sent_to("/" + "x" * 10_000), "http-404"),
    "redirect to no port": (sent_to("http://127.0.0.1:99999/"), "connection"),
    "redirect to no host": (sent_to("http:///a"), "http-404"),
    "redirect to a socket": (sent_to("unix:/var/run/docker.sock"), "redirects"),
    "redirect to FTP": (sent_to("ftp://127.0.0.1/a"), "http-302"),
    "redirect with a password": (sent_to("http://user:secret@10.0.0.1/"), "connection"),
    "redirect by backslashes": (sent_to("\\\\10.0.0.1\\a"), "http-404"),
    "redirect without a scheme": (sent_to("//10.0.0.1/a"), "blocked-address"),
    "redirect to a mapped address": (sent_to("http://[::ffff:10.0.0.1]/"), "blocked-address"),
    "redirect to a number": (sent_to("http://167772161/", 308), "blocked-address"),
    "redirect to octal": (sent_to("http://012.0.0.1/", 303), "blocked-address"),
    "refresh to a private address": (answer("Refresh: 0;url=http://10.0.0.1/\r\n" + WHOLE, OK), None),
    "picture called a page": (typed("text/html", b"\x89PNG\r\n\x1a\n" + bytes(500)), "undecodable"),
    "page called a picture": (typed("image/png", OK), "not-html"),
    "type of 8,000 characters": (typed("text/html; charset=" + "x" * 8_000, OK), None),
    "types in a row": (typed("multipart/x-mixed-replace; boundary=x", OK), "not-html"),
    "events for ever": ({"stream": endless(b"data: x\n\n" * 5000), "content_type": "text/event-stream"}, "too-large"),
}  # fmt: skip

# What a document is: the reason, or None where it is a clean article after all.
DOCUMENTS: dict[str, tuple[str | bytes, str | None]] = {
    "empty": (b"", "empty"),
    "white space": (b" \r\n\t" * 999, "empty"),
    "noise": (bytes(range(256)) * 50, "undecodable"),
    "100,000 nested tags": ("<div>" * 100_000 + SENTENCE * 5, "no-article"),
    "nested in an article": (page("<b>" * 100_000 + "deep"), None),
    "nested tables": (page("<table><tr><td>" * 20_000), None),
    "nested lists": (page("<ul><li>" * 30_000 + "x"), None),
    "50,000 tiny nodes": (page("<i>x</i>" * 50_000), None),
    "10,000 attributes": (page(f"<p {' '.join(f'a{n}=1' for n in range(10_000))}>x</p>"), None),
    "100,000 attributes": (page(f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>x</p>"), "too-large"),
    "attributes that hide the end of their tag": (
        page("<p " + " ".join(f"a{n}='<b>'" for n in range(80_000)) + ">x</p>"), "too-large",
    ),
    "1,000,000 tiny nodes": (page("<br>" * 1_000_000), "too-large"),
    "long attribute": (page(f"<p title='{'x' * 1_900_000}'>x</p>"), None),
    "10 MB in one line": (page(f"<p>{'word ' * 2_000_000}</p>"), "too-large"),
    "2 MB in one line": (page(f"<p>{'word ' * 380_000}</p>"), None),
    "2 MB in one word": (page(f"<p>{'x' * 1_900_000}</p>"), None),
    "quotes in JSON-LD": (
        page("", f'<script type="application/ld+json">{{"a":"{chr(92) + chr(34)}'
             f'{(chr(92) + chr(34)) * 40_000}</script>'), None,
    ),
    "deep JSON-LD": (
        page("", f'<script type="application/ld+json">{"[" * 100_000}</script>'), None,
    ),
    "deep JSON island": (
        f"<html><body><script id=__NEXT_DATA__>{'[' * 200_000}</script></body></html>", "no-article",
    ),
    "comments that open": (page("<!--" * 100_000), None),
    "comments": (page("<!-- x -->" * 100_000), None),
    "100,000 entities": (page("&amp;" * 200_000), None),
    "numeric entities": (page("&#0;&#xD800;&#x110000;&#xFFFF;&#27;[31m"), None),
    "unclosed script": (page("<script>" + "var a;" * 100_000), None),
    "plaintext": (page("<plaintext>" + "<p>x" * 50_000), None),
    "doctype with entities": (
        '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "&a;&a;">]>'
        + page("<p>&a; &b;</p>"), None,
    ),
    "NUL bytes": (page(f"<p>{'Nothing is hid'.replace(' ', chr(0))}den here, it said.</p>"), None),
    "escape sequences": (page("<p>\x1b[2J\x1b]0;owned\x07 red and more words to read here.</p>"), None),
    "lone surrogates": (page("<p>half \ud83d of it</p>").encode("utf-8", "surrogatepass"), None),
    "zero width": (page("<p>Wei\u200bxin \u2060Zhi\ufefffu \u00adand other words</p>"), None),
    "turned around": (page("<p>safe\u202egpj.exe\u202c and \u2066isolated\u2069 words</p>"), None),
    "1,000 marks on a letter": (page(f"<p>Za{chr(0x301) * 1000}lgo and other words</p>"), None),
    "title with markup": (page("", title="<b>Bold</b> &lt;script&gt;alert(1)&lt;/script&gt; news"), None),
    "title of 100,000 characters": (page("", title="Long title " * 10_000), None),
    "a year that never was": (page("", '<meta property="article:published_time" content="99999-13-45">'), None),
}  # fmt: skip

# Wrong and missing labels: what must come out of it.
ENCODED: dict[str, tuple[Answer, str]] = {
    "GBK called UTF-8": (labelled(ZH, "gbk", "utf-8"), "微信支付"),
    "GB18030 called GB2312": (labelled(ZH + "㐀", "gb18030", "gb2312"), "微信支付"),
    "GBK with stray bytes": (labelled(ZH, "gbk", "gbk", b"\xff\xfe\x81"), "微信支付"),
    "Big5 called GB2312": (labelled(ZH_HANT, "big5", "gb2312"), "微信支付"),
    "Shift_JIS called Latin-1": (labelled(JA, "shift_jis", "iso-8859-1"), "ウィーチャットペイ"),
    "EUC-JP called Shift_JIS": (labelled(JA, "euc_jp", "shift_jis"), "ウィーチャットペイ"),
    "EUC-KR called UTF-8": (labelled(KO, "euc_kr", "utf-8"), "위챗페이"),
    "UTF-8 called GBK": (labelled(ZH, "utf-8", "gbk"), "微信支付"),
    "an encoding of nobody's": (labelled(ZH, "utf-8", "x-klingon"), "微信支付"),
}
