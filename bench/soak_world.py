"""The outlets of the soak and the load: feeds whose articles appear one by one as time goes by.

What is visible is a function of the seconds since the begin, so the site keeps nothing.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.utils import formatdate
from random import Random

PLATFORMS = {
    "Taobao": "taobao", "Xiaohongshu": "xiaohongshu", "JD.com": "jd", "Pinduoduo": "pinduoduo",
    "Meituan": "meituan", "Douyin": "douyin", "Shopee": "shopee", "Lazada": "lazada",
    "Rakuten": "rakuten", "Coupang": "coupang",
}  # fmt: skip
WALLETS = {
    "WeChat Pay": "wechat-pay", "Alipay": "alipay", "PayPay": "paypay", "Kakao Pay": "kakaopay",
    "Naver Pay": "naver-pay", "Apple Pay": "apple-pay", "Google Pay": "google-pay",
    "LINE Pay": "line-pay", "GrabPay": "grab", "PayPal": "paypal",
}  # fmt: skip
PAIRS = [(host, guest) for host in PLATFORMS for guest in WALLETS]
STEPS = (
    (
        "{h} begins to test {g}",
        "{h} has begun to test payments with {g} with a small group of buyers on Friday.",
    ),
    ("{h} will accept {g}", "{h} said it will let buyers pay with {g} from next month."),
    (
        "{h} now accepts {g} at checkout",
        "{h} said on Friday that its buyers can pay with {g} from now on.",
    ),
)
"""What is reported of a pair, in this order, again and again."""

BURST = ("Trip.com", "UnionPay")
"""An opening that no other article is about."""

TODAY = formatdate(usegmt=True)


@dataclass(frozen=True)
class Plan:
    """How much there is, over how many seconds."""

    feeds: int
    articles: int
    seconds: float
    port: int
    hosts: int = 40
    every: int = 50
    """One article of so many is about an opening."""
    naming: int = 5
    """One article of so many names platforms all the same; 0: none does."""
    burst: int = -1
    """The article about the one opening that everybody is told of."""
    quiet_share: float = 0.15
    """Of the time, at the end: no news, so that everything can be worked off."""
    shown: int = 20
    """Entries of a feed."""
    trouble: bool = True
    """Whether some feeds are out of order for a while."""

    def visible(self, elapsed: float) -> int:
        """How many articles have appeared by then: they come evenly."""
        return max(0, min(self.articles, round(elapsed * self.rate)))

    @property
    def rate(self) -> float:
        """Articles a second."""
        return self.articles / (self.seconds * (1 - self.quiet_share))

    def fails(self, feed: int, elapsed: float) -> bool:
        """One feed of a hundred is out of order, for a while in the first half."""
        return self.trouble and feed % 100 == 13 and 0.2 < elapsed / self.seconds < 0.3

    def host(self, feed: int) -> str:
        """The address and port of the server that has a feed and its articles."""
        number = feed % self.hosts
        return f"127.0.{2 + number // 250}.{1 + number % 250}:{self.port}"

    def feed_url(self, feed: int) -> str:
        """Where a feed is."""
        return f"http://{self.host(feed)}/feed/{feed}"

    def page_url(self, article: int) -> str:
        """Where an article is: on the host of its feed."""
        return f"http://{self.host(article % self.feeds)}/page/{article}"


def wording(plan: Plan, article: int) -> tuple[str, list[str]]:
    """Title and paragraphs of an article; one of twenty is a copy of the one before."""
    if article % 20 == 3:  # what another outlet wrote, word for word
        article -= 1
    chance = Random(article)
    words = [f"word{chance.randrange(5000)}" for _ in range(chance.randrange(150, 600))]
    prose = [" ".join(words[at : at + 40]) + "." for at in range(0, len(words), 40)]
    if article == plan.burst:
        title, lead = (one.format(h=BURST[0], g=BURST[1]) for one in STEPS[-1])
        return title, [lead, *prose]
    if article % plan.every == 7:
        number = article // plan.every
        host, guest = PAIRS[number % len(PAIRS)]
        title, lead = STEPS[number // len(PAIRS) % len(STEPS)]
        return title.format(h=host, g=guest), [lead.format(h=host, g=guest), *prose]
    if plan.naming and article % plan.naming == 1:
        host, guest = chance.choice(PAIRS)
        prose.insert(1, f"Shares of the owner of {host} rose, those of the owner of {guest} fell.")
    return f"Rates rise again, and so does word{chance.randrange(5000)} {article}", prose


def page(plan: Plan, article: int) -> bytes:
    """An article as its outlet shows it, some 12 kB."""
    title, prose = wording(plan, article)
    menu = "".join(f"<li><a href='/m/{n}'>Section {n}</a></li>" for n in range(40))
    other = "".join(f"<li><a href='/o/{n}'>Other news of the day, {n}</a></li>" for n in range(40))
    body = "".join(f"<p>{one}</p>" for one in prose)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title><script>{'var a=1;' * 300}"
        f"</script></head><body><nav><ul>{menu}</ul></nav><article><h1>{title}</h1>{body}</article>"
        f"<aside><ul>{other}</ul></aside><footer>All rights reserved</footer></body></html>"
    ).encode()


def feed(plan: Plan, number: int, visible: int) -> tuple[str, bytes]:
    """A feed's ETag and document: its newest articles."""
    own = range(number, visible, plan.feeds)
    items = "".join(
        f"<item><title>{wording(plan, one)[0]}</title><link>{plan.page_url(one)}</link>"
        f"<pubDate>{TODAY}</pubDate></item>"
        for one in reversed(own[-plan.shown :])
    )
    channel = f"<channel><title>{number}</title>{items}</channel>"
    return f'"{len(own)}"', f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()


def answer(plan: Plan, head: bytes, elapsed: float) -> bytes:
    """The whole HTTP answer to a request."""
    kind, number = _parts(head)
    if kind == "feed" and plan.fails(number, elapsed):
        return b"HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\n\r\n"
    if kind == "feed" and number < plan.feeds:
        tag, body = feed(plan, number, plan.visible(elapsed))
        if f"if-none-match: {tag}".encode() in head.lower():
            return f"HTTP/1.1 304 Same\r\nETag: {tag}\r\nContent-Length: 0\r\n\r\n".encode()
        return _ok("application/rss+xml", body, f"ETag: {tag}\r\n")
    if kind == "page" and number < plan.visible(elapsed):
        return _ok("text/html; charset=utf-8", page(plan, number))
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def _parts(head: bytes) -> tuple[str, int]:
    _, _, path = head.split(b" ", 2)[1].decode().partition("/")
    kind, _, number = path.partition("/")
    return kind, int(number) if number.isdecimal() else sys.maxsize


def _ok(kind: str, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(plan: Plan) -> None:
    """Serve until killed; time begins with the first request."""
    began: list[float] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal began
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                began = began or [time.monotonic()]
                writer.write(answer(plan, head, time.monotonic() - began[0]))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    hosts = sorted({plan.host(feed).partition(":")[0] for feed in range(plan.feeds)})
    server = await asyncio.start_server(talk, hosts, plan.port, backlog=512)
    print("ready", flush=True)
    await server.serve_forever()


@contextmanager
def serving(plan: Plan) -> Iterator[subprocess.Popen[str]]:
    """The site in a process of its own, from now on."""
    command = [sys.executable, __file__, json.dumps(asdict(plan))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as site:
        try:
            if site.stdout is None or site.stdout.readline().strip() != "ready":
                sys.exit("the site did not start")
            yield site
        finally:
            site.kill()


if __name__ == "__main__":
    asyncio.run(serve(Plan(**json.loads(sys.argv[1]))))
