"""The loopback site that the benchmark of crawling reads: pages, feeds with validators, robots.txt."""

import asyncio
import random
import sys

HOSTS = [f"127.0.1.{number}" for number in range(1, 41)]
PORT = 8_977
PAGES = 2_000
FEEDS = 1_000
ETAG = '"1"'
FRESH = 4
"""New pages that the feed `/fresh` announces with every reading."""

OFF_TOPIC = (
    "The bank raised its rates by a quarter of a point on Friday, and said that it would look at "
    "prices again in spring. Builders and shops had asked for a pause."
)
OPENERS = ["Taobao", "JD.com", "Meituan", "Douyin", "Xiaohongshu", "Pinduoduo", "Tmall", "Ctrip"]
GUESTS = ["WeChat Pay", "Alipay", "UnionPay", "Apple Pay", "PayPal"]


def page(number: int, *, topic: bool) -> bytes:
    """A page of 34 kB: scripts, menus, share buttons, an article of its own words, other news."""
    chance = random.Random(number)
    words = [f"word{chance.randrange(5000)}" for _ in range(400)]
    prose = [" ".join(words[at : at + 40]) + "." for at in range(0, 400, 40)]
    opener, guest = chance.choice(OPENERS), chance.choice(GUESTS)
    prose[0] = f"{_opening(opener, guest) if topic else OFF_TOPIC} {number}"
    title = f"{f'{opener} takes {guest}' if topic else 'Rates rise again'} {number}"
    share = "".join(
        f"<a href='/s/{p}'>{p}</a>" for p in ("Facebook", "Twitter", "WhatsApp", "LINE")
    )
    menu = "".join(f"<li><a href='/m/{n}'>Section {n}</a></li>" for n in range(60))
    other = "".join(f"<li><a href='/o/{n}'>Other news of the day, {n}</a></li>" for n in range(90))
    body = "".join(f"<p>{one}</p>" for one in prose)
    return (
        f"<!doctype html><html><head><title>{title}</title><script>{'var a=1;' * 1800}</script>"
        f"<style>{'.a{b:c}' * 1200}</style></head><body><nav><ul>{menu}</ul></nav><div>{share}</div>"
        f"<article><h1>{title}</h1>{body}</article><aside><ul>{other}</ul></aside>"
        f"<footer>All rights reserved</footer></body></html>"
    ).encode()


def _opening(opener: str, guest: str) -> str:
    return (
        f"{opener} said on Friday that its buyers can pay with {guest} from now on, in steps. "
        f"Receipts for {opener} orders would appear in the wallet of the buyer, {guest} said."
    )


def feed(name: str, links: list[str]) -> bytes:
    """An RSS feed that announces these addresses."""
    items = "".join(f"<item><title>Entry</title><link>{link}</link></item>" for link in links)
    channel = f"<channel><title>{name}</title>{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()


def page_url(number: int) -> str:
    """The address of a page; pages lie on all hosts in turn."""
    return f"http://{HOSTS[number % len(HOSTS)]}:{PORT}/page/{number}"


def feed_url(number: int) -> str:
    """The address of a feed; the first of every host announces that host's pages, others none."""
    return f"http://{HOSTS[number % len(HOSTS)]}:{PORT}/feed/{number}"


FRESH_URL = f"http://{HOSTS[0]}:{PORT}/fresh"
FEED_URLS = [feed_url(number) for number in range(FEEDS)]


def answer(body: bytes, kind: str, *more: str, status: str = "200 OK") -> bytes:
    """An HTTP answer as it goes over the wire."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Site:
    """Answers by path, and one feed that is new whenever it is asked for."""

    def __init__(self, share: float, pages: int) -> None:
        every = max(1, round(1 / share))
        self.answers = {
            "/robots.txt": answer(b"User-agent: *\nDisallow: /private/\n", "text/plain")
        }
        for number in range(pages):
            body = page(number, topic=number % every == 0)
            self.answers[f"/page/{number}"] = answer(body, "text/html; charset=utf-8")
        for number in range(FEEDS):
            own = range(number, pages if number < len(HOSTS) else 0, len(HOSTS))
            body = feed(str(number), [page_url(n) for n in own])
            self.answers[f"/feed/{number}"] = answer(body, "application/rss+xml", f"ETag: {ETAG}")
        self.pages = pages
        self.announced = 0

    def respond(self, head: bytes) -> bytes:
        """The answer to a request."""
        if b"if-none-match" in head.lower():
            return answer(b"", "text/plain", f"ETag: {ETAG}", status="304 Not Modified")
        path = head.split(b" ", 2)[1].decode().partition("?")[0]
        if path == "/fresh":
            numbers = range(self.announced, self.announced + FRESH)
            self.announced += FRESH
            links = [f"{page_url(n % self.pages)}?edition={n}" for n in numbers]
            return answer(feed("fresh", links), "application/rss+xml")
        return self.answers.get(path) or answer(b"", "text/plain", status="404 Not Found")

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until the other side closes it."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.respond(head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def serve(share: float, pages: int) -> None:
    """Serve pages of which a share is on topic, until killed."""
    server = await asyncio.start_server(Site(share, pages).talk, HOSTS, PORT, backlog=512)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), int(sys.argv[2])))
