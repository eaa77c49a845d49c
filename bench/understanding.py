"""How fast articles are understood: reading, and following with grouping as the store grows.

Every figure is set beside a bare Aho-Corasick scan of the same folded text over all names, made
in the same run and in turns with it. Times are those of the processor, so that neither a busy
machine nor a slow disk counts; medians of all turns.

    .venv/bin/python bench/understanding.py [--quick] [--profile zh|ja|ko|en]
"""

import argparse
import cProfile
import pstats
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from ahocorasick_rs import AhoCorasick
from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from alerts.flow import Follower
from alerts.tagging.folding import fold, prepare
from alerts.tagging.reading import Reader
from config.platforms import Platforms
from config.words import Capability, Stage
from interopwatch import Installation
from storage import schema
from storage.database import Database
from storage.families import Families
from storage.models import Article, Claim, Edge, Event, Source, StageChange

DAY = date(2024, 9, 5)
NOW = datetime(2024, 9, 5, 12, tzinfo=UTC)
LENGTH = 3_000
STORED = (100, 1_000, 10_000)

LEADS = {
    "zh": (
        "淘宝天猫将接入微信支付",
        (
            "9月5日，淘宝发布公告称，将新增微信支付能力，预计9月12日起逐步向所有淘宝、天猫商家开放。"
            "此前，2021年9月工信部要求各平台屏蔽外链的行为限期整改，阿里旗下饿了么、优酷已支持微信支付。"
        ),
    ),
    "ja": (
        "PayPay、Alipay+と連携へ　訪日客の決済に対応",
        (
            "PayPay株式会社は5日、中国の「Alipay+」と連携し、9月12日から全国の加盟店でAlipayや"
            "カカオペイの利用者が支払えるようにすると発表した。昨年10月には台湾のJKOPAYにも対応している。"
        ),
    ),
    "ko": (
        "카카오페이, 삼성페이와 연동…온라인 결제 지원",
        (
            "카카오페이는 5일 삼성페이와 연동해 오프라인 가맹점에서 결제할 수 있도록 지원한다고 밝혔다. "
            "지난해 네이버페이도 삼성페이 결제를 도입했으며 애플페이는 아직 지원하지 않는다."
        ),
    ),
    "en": (
        "WhatsApp opens its chats to BirdyChat in Europe",
        (
            "WhatsApp said on 5 September that its users in Europe will be able to exchange messages with "
            "BirdyChat and Haiket, as the Digital Markets Act requires. Last year Meta said that "
            "Messenger would support Signal's protocol; Apple Pay and Google Pay are not affected."
        ),
    ),
}
"""Title and lead of an article about an opening, per language."""

BODIES = {
    "zh": (
        "业内人士认为，平台之间的互联互通正在加速，消费者将得到更多选择。",
        "对此，腾讯方面回应称，双方正在就具体的产品细节进行沟通，欢迎更多合作。",
        "数据显示，2024年上半年，该公司实现营业收入2434亿元，同比增长4%。",
        "一位商家告诉记者，开通之后店铺的转化率有所提升，退款流程也更加顺畅。",
        "分析师指出，支付宝仍然是主要的支付方式，抖音和京东的竞争则更加激烈。",
        "今年6月，两家公司曾在小程序和广告投放方面展开过合作测试。",
    ),
    "ja": (
        "同社によると、利用者は手数料なしで店頭のQRコードを読み取るだけで支払いが完了する。",
        "楽天ペイやLINE Payなど他社の動きも活発で、市場の競争は一段と激しくなっている。",
        "業界関係者は「訪日客の増加が追い風になる」と話し、地方の店舗への広がりに期待を寄せた。",
        "2023年度の取扱高は前の年度と比べて25%増え、約12兆円に達したという。",
        "アプリの画面から設定を変更すると、翌日から新しい機能を使うことができる。",
    ),
    "ko": (
        "회사 관계자는 이용자들의 편의를 높이기 위해 다양한 협력을 이어가겠다고 말했다.",
        "업계에서는 간편결제 시장의 경쟁이 한층 치열해질 것으로 보고 있다.",
        "올해 상반기 거래액은 지난해 같은 기간보다 18% 늘어난 80조원을 기록했다.",
        "네이버와 토스도 가맹점 확대에 나서면서 소비자들의 선택지가 넓어지고 있다.",
        "다만 일부 매장에서는 단말기 교체가 필요해 시간이 걸릴 전망이다.",
    ),
    "en": (
        "Analysts expect that more services will follow before the end of the year.",
        "The company did not say how many people have turned the feature on so far.",
        "Revenue grew by 12 percent to $39.1 billion in the second quarter of 2024.",
        "Telegram and Signal have said that they do not plan to join, citing privacy.",
        "Users keep control: the setting is off by default and can be changed at any time.",
        "A spokesman for Google declined to comment on the plans when asked on Monday.",
    ),
}
"""What such articles go on with."""


def article_of(language: str) -> tuple[str, str]:
    """A title, and a text of 3,000 characters in paragraphs of three sentences."""
    title, lead = LEADS[language]
    chance = random.Random(7)
    text = lead
    while len(text) < LENGTH:
        text += "\n" + " ".join(chance.choice(BODIES[language]) for _ in range(3))
    return title, text[:LENGTH]


def bare_scan(platforms: Platforms, *, chinese: bool) -> AhoCorasick:
    """All names folded, and nothing else."""
    names = {
        fold(name, chinese=chinese) for platform in platforms for name in platform.all_names()
    }
    return AhoCorasick(sorted(names - {""}))


@contextmanager
def store(platforms: Platforms, events: int) -> Iterator[Database]:
    """A store in a file that holds so many events, each with an edge, two claims and a step."""
    with tempfile.TemporaryDirectory(prefix="interopwatch-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        schema.upgrade(database)
        with database.write() as session:
            fill(session, platforms, events)
        yield database
        database.close()


def fill(session: Session, platforms: Platforms, events: int) -> None:
    """Insert events between random services, as many of a pair as chance will have it."""
    chance = random.Random(events)
    families = Families(platforms)
    services = sorted(p.id for p in platforms if p.kind == "service")
    keys: dict[tuple[str, str, Capability], date] = {}
    while len(keys) < events:
        host, guest = chance.sample(services, 2)
        day = DAY - timedelta(days=chance.randrange(10, 2_000))
        keys[host, guest, chance.choice(list(Capability))] = day
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {
        Source: [{"slug": "bench", "name": "bench", "homepage": "-", "timezone": "UTC", "enabled": True}],
        Event: [], Article: [], Edge: [], Claim: [], StageChange: [],
    }  # fmt: skip
    for number, ((host, guest, capability), day) in enumerate(keys.items(), 1):
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        opening: dict[str, Any] = {"host": host, "guest": guest, "capability": capability}
        bucket = families.bucket([Edge(event_id=number, **opening)])
        live = {"event_id": number, "stage": Stage.LIVE}
        rows[Event].append(
            {"id": number, **opening, "stage": Stage.LIVE, "bucket": bucket, "first_seen": moment,
             "last_seen": moment}
        )  # fmt: skip
        rows[Edge].append({"id": number, "event_id": number, **opening})
        rows[StageChange].append(
            {**live, "seen_at": moment, "claim_id": 2 * number, "cycle": 0, "alerted": False}
        )
        for told in (2 * number, 2 * number + 1):
            rows[Article].append(
                {"id": told, "url": f"bench:{told}", "source_slug": "bench", "language": "en",
                 "title": "t", "text": "t", "published_at": moment, "published_on": day,
                 "fetched_at": moment, "followed_at": moment, "text_digest": str(told), "reasons": [], "follow_attempts": 0}
            )  # fmt: skip
            rows[Claim].append(
                {"id": told, "article_id": told, "edge_id": number, **live, **opening,
                 "date_from": day, "date_to": day, "background": False, "leading": True,
                 "quote": "q", "start": 0, "end": 1, "reasons": []}
            )  # fmt: skip
    for model, values in rows.items():
        session.execute(insert(model), values)


def arrive(database: Database, language: str, title: str, text: str) -> int:
    """Store the article as new; gives its id."""
    with database.write() as session:
        article = Article(
            url=f"new:{time.perf_counter_ns()}", source_slug="bench", language=language,
            title=title, text=text, published_at=NOW, published_on=DAY, fetched_at=NOW,
            text_digest=language,
        )  # fmt: skip
        session.add(article)
        session.flush()
        return article.id or 0


def medians(turns: int, tasks: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of each task, all of them once in every turn."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(turns):
        for name, task in tasks.items():
            began = time.thread_time()
            task()
            times[name].append(time.thread_time() - began)
    return {name: statistics.median(taken) for name, taken in times.items()}


def measure(reader: Reader, stored: tuple[int, ...], turns: int) -> None:
    follower = Follower(reader, 14, queue=lambda *_: 0, touch=lambda *_: None)
    print("language  events      bare scan      read              follow            grouping")
    print("                     articles/s     art./s    ratio   art./s    ratio   and storing")
    for events in stored:
        with store(reader.platforms, events) as database:
            for language in LEADS:
                row(reader, follower, database, language, events, turns)


def row(
    reader: Reader, follower: Follower, database: Database, language: str, events: int, turns: int
) -> None:
    title, text = article_of(language)
    chinese = language == "zh"
    folded = prepare(f"{title}\n{text}", chinese=chinese, spaces=language in ("ko", "en")).folded
    automaton = bare_scan(reader.platforms, chinese=chinese)

    def scan() -> None:
        for _ in range(50):  # one pass is too short for the clock
            automaton.find_matches_as_indexes(folded, overlapping=True)

    def follow() -> None:
        with database.write() as session:
            follower.follow(session, session.get_one(Article, number), NOW)

    number = arrive(database, language, title, text)
    follow()
    taken = medians(
        turns,
        {"scan": scan, "read": lambda: reader.read(title, text, language, DAY), "follow": follow},
    )
    bare, read, followed = taken["scan"] / 50, taken["read"], taken["follow"]
    print(
        f"{language:8} {events:7,} {1 / bare:14,.0f} {1 / read:10,.1f} {read / bare:8,.0f}"
        f" {1 / followed:8,.1f} {followed / bare:8,.0f} {1000 * (followed - read):10.1f} ms"
    )


def profile(reader: Reader, language: str) -> None:
    title, text = article_of(language)
    reader.read(title, text, language, DAY)
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(50):
        reader.read(title, text, language, DAY)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--quick", action="store_true", help="fewer turns, no 10,000 events")
    arguments.add_argument("--profile", choices=list(LEADS), help="where reading spends its time")
    given = arguments.parse_args()
    installation = Installation()
    reader = installation.reader
    names = sum(len(set(platform.all_names())) for platform in reader.platforms)
    print(
        f"{len(reader.platforms.by_id)} platforms, {names:,} names, articles of {LENGTH:,} characters"
    )
    if given.profile:
        profile(reader, given.profile)
    else:
        measure(reader, STORED[:2] if given.quick else STORED, 5 if given.quick else 25)


if __name__ == "__main__":
    main()
