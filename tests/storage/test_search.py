"""What is found is what a scan of every text finds, on both databases, at every moment."""

import random
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from config.characters import fold
from config.errors import NotFoundError
from storage.articles import NewArticle, Outcome, store_article
from storage.database import Database
from storage.listings import Wanted
from storage.models import Article, Source
from storage.search import search_articles
from storage.search_blocks import SEGMENT
from storage.search_candidates import candidates
from storage.search_index import index_article
from storage.search_query import Query, QueryError, parse
from storage.search_sql import needs_of

ROOT = Path(__file__).parents[2]
NOW = datetime(2024, 9, 28, 12, tzinfo=UTC)
NAMES = {
    "wechat": ("WeChat", "微信", "ウィーチャット", "위챗"),
    "wechat-pay": ("WeChat Pay", "微信支付"),
    "taobao": ("Taobao", "淘宝", "タオバオ", "타오바오"),
}


def spellings(text: str) -> Mapping[str, Sequence[str]]:
    wanted = text.casefold().replace(" ", "")
    return {
        platform: names
        for platform, names in NAMES.items()
        if wanted in [name.casefold().replace(" ", "") for name in names]
    }


def page(number: int, title: str, text: str, **more: object) -> NewArticle:
    at = NOW + timedelta(minutes=number)
    new = NewArticle(
        url=f"https://e.org/{number}", source_slug="s", feed_id=None, language="zh-Hans",
        title=title, text=text, published_at=at, published_on=at.date(), published_how="feed",
        fetched_at=at,
    )  # fmt: skip
    return replace(new, **more)  # type: ignore[arg-type]


def stored(database: Database, pages: Iterable[tuple[str, str]]) -> None:
    """Articles 1, 2, 3 … of these titles and texts."""
    with database.write() as session:
        session.add(Source(slug="s", name="S", homepage="https://e.org/"))
        session.add(Source(slug="t", name="T", homepage="https://t.org/"))
        session.flush()
        for number, (title, text) in enumerate(pages, start=1):
            store_article(session, page(number, title, text))


def asked(written: str) -> Query:
    return parse(written, spellings)


def found(database: Database, written: str, **wanted: object) -> list[int]:
    with database.read() as session:
        hits = search_articles(session, asked(written), Wanted(**wanted))  # type: ignore[arg-type]
    return [hit.article.id or 0 for hit in hits]


CASES = [
    ("淘宝", [1, 2, 3, 4]),
    ("taobao", [1, 2, 3, 4]),
    ('"淘宝"', [1, 2]),
    ("微信支付", [1, 2, 3]),
    ("微信", [1, 2, 3, 4, 6]),
    ("wechat pay", [1, 2, 3]),
    ("WECHATPAY", [1, 2, 3]),
    ('"wechat"', [3, 4]),
    ('"wechat pay"', [3]),
    ("支付", [1, 2, 5]),
    ("付", [1, 2, 5]),
    ("开放平台", [5]),
    ("開放平臺", [5]),
    ("淘宝 -支付", [3, 4]),
    ("taobao -wechatpay", [4]),
    ('淘宝 -"微信支付"', [3, 4]),
    ("네이버페이", [6]),
    ("페이", [6]),
    ("cafe", [7]),
    ("CAFÉ", [7]),
    ("pay", [3, 7]),
    ("ay", []),
    ("京东", []),
    ("“mini program”", [7]),
    ('"program mini"', []),
    ("program mini", [7]),
    ("支 付", [1, 2, 5]),
]


def test_words_of_every_script_are_found(database) -> None:
    stored(
        database,
        [
            ("淘宝将接入微信支付", "双方今日宣布。"),
            ("阿里新闻", "淘寶計劃接入微信支\n付，明天開始。"),
            ("Alibaba news", "Taobao to take WeChat Pay soon."),
            ("タオバオの話", "WeChatとタオバオ"),
            ("开放 平台", "支付平台的开放"),
            ("네이버 페이", "위챗과 네이버페이"),
            ("Café news", "A Mini-Program for pay; nothing else."),
        ],
    )  # fmt: skip
    answers = {written: sorted(found(database, written)) for written, _ in CASES}
    assert answers == dict(CASES)


def test_titles_come_first_and_then_what_is_newest(database) -> None:
    stored(
        database,
        [("微信一", "无"), ("二", "微信"), ("微信三", "微信"), ("四", "微信"), ("五", "淘宝")],
    )
    assert found(database, "微信") == [3, 1, 4, 2]
    assert found(database, "微信 -四") == [3, 1, 2]
    with database.read() as session:
        assert [hit.in_title for hit in search_articles(session, asked("微信"), Wanted())] == [
            True, True, False, False,
        ]  # fmt: skip


def test_pages_follow_each_other_without_gap_or_repetition(database) -> None:
    stored(database, [("微信" if n % 3 else "无", f"微信 {n}") for n in range(40)])
    everything = found(database, "微信")
    assert len(everything) == 40
    for size in (1, 7, 26, 27):
        pages: list[int] = []
        while more := found(database, "微信", limit=size, after=pages[-1] if pages else None):
            pages += more
        assert pages == everything
    with pytest.raises(NotFoundError, match="there is no article 99 to go on after"):
        found(database, "微信", after=99)


def test_what_is_found_can_be_narrowed_down(database) -> None:
    stored(database, [("微信", "一"), ("微信", "二")])
    with database.write() as session:
        store_article(session, page(3, "微信", "三", source_slug="t", language="ja"))
    assert found(database, "微信") == [3, 2, 1]
    assert found(database, "微信", source="t") == [3]
    assert found(database, "微信", language="zh") == [2, 1]
    assert found(database, "微信", since=NOW + timedelta(minutes=2)) == [3, 2]
    assert found(database, "微信", until=NOW + timedelta(minutes=2)) == [1]


def test_a_revised_article_is_found_by_its_new_words_only(database) -> None:
    stored(database, [("微信", "支付"), ("别的", "别的")])
    with database.write() as session:
        again = store_article(session, page(1, "淘宝", "新的文字"))
        assert (again.article_id, again.outcome) == (1, Outcome.REVISED)
    assert found(database, "支付") == []
    assert found(database, "淘宝 文字") == [1]
    with database.write() as session:
        store_article(session, page(1, "微信", "支付"))
    assert found(database, "支付") == [1]
    assert found(database, "文字") == []


def test_what_is_not_committed_is_not_found(database) -> None:
    stored(database, [("微信", "支付")])

    def fail(session: Session) -> None:
        store_article(session, page(2, "淘宝", "支付"))
        store_article(session, page(1, "淘宝", "改了"))
        raise KeyboardInterrupt

    with database.read() as session, pytest.raises(KeyboardInterrupt):
        fail(session)
    assert found(database, "支付") == [1]
    assert found(database, "淘宝") == []
    with database.write() as session:
        again = store_article(session, page(2, "淘宝", "支付")).article_id
    assert found(database, "支付") == [again, 1]


WRITER = """
import sys
from tests.storage.test_search import page
from storage.articles import store_article
from storage.database import Database

database = Database(sys.argv[1])
for number in range(1, 100_000):
    with database.write() as session:
        store_article(session, page(number % 50 + 1, f"微信 {number}", f"第{number}次"))
    print(number, flush=True)
"""


def test_an_index_whose_writer_was_killed_misses_nothing(sqlite_database) -> None:
    stored(sqlite_database, [])
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(sqlite_database.url)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert writer.stdout is not None
    while int(writer.stdout.readline()) < 75:  # by then some articles are revised
        pass
    writer.kill()
    writer.communicate()
    with sqlite_database.read() as session:
        rows = session.exec(select(Article)).all()
    assert len(rows) == 50
    assert set(found(sqlite_database, "微信", limit=100)) == {row.id for row in rows}
    for row in rows:
        assert found(sqlite_database, f'"{row.text}"') == [row.id]
    with sqlite_database.write() as session:
        session.execute(text("INSERT INTO articlewords_fts(articlewords_fts) VALUES('optimize')"))
    assert len(found(sqlite_database, "微信", limit=100)) == 50


def test_odd_texts_are_stored_and_found(database) -> None:
    long_word, pieces = "x" * 5000, "".join(map(chr, range(0x4E00, 0x9FA5)))
    stored(
        database,
        [
            ("a\x00b 微\x00信", f"{long_word} {pieces * 8}"),
            ("\ud800", "''\\ \" ¶微信 & | ! * ( ) :* \u202e"),
            ("", ""),
        ],
    )
    assert found(database, "微信") == [1, 2]
    assert found(database, long_word[:390]) == []
    assert found(database, "丁丂") == [1]
    assert found(database, "¶微信") == [1, 2]


# on PostgreSQL: parts of segments ------------------------------------------------------------


def number_entries(database: Database, start: int, step: int = 1) -> None:
    """So that entries are of several segments without thousands of them."""
    how = f"RESTART WITH {start} INCREMENT BY {step}"
    with database.write() as session:
        session.execute(text(f"ALTER SEQUENCE articlewords_id_seq {how}"))


def parts(database: Database) -> list[tuple[int, int]]:
    """Segment and size of all parts."""
    statement = text("SELECT segment, entries FROM articlewords_fts_parts ORDER BY id")
    with database.read() as session:
        return [(segment, entries) for segment, entries in session.execute(statement)]


def entries_with(database: Database, written: str) -> int:
    with database.read() as session:
        every = candidates(session.connection(), "articlewords", needs_of(asked(written)))
        return sum(map(len, every))


@pytest.mark.postgresql
def test_parts_are_merged_without_what_is_gone(postgresql_database) -> None:
    number_entries(postgresql_database, SEGMENT - 4)
    stored(postgresql_database, [("微信", f"支付 {n}") for n in range(10)])
    with postgresql_database.write() as session:
        store_article(session, page(1, "淘宝", "改了"))
    assert len(parts(postgresql_database)) == entries_with(postgresql_database, "支付") + 1 == 11
    with postgresql_database.write() as session:
        for number in range(11, 20):  # up to the last entry before the next look
            store_article(session, page(number, "微信", f"支付 {number}"))
    assert parts(postgresql_database) == [(0, 4), (1, 16)]
    assert entries_with(postgresql_database, "支付") == 18
    assert found(postgresql_database, "支付", limit=100) == list(range(19, 1, -1))
    assert found(postgresql_database, "改了") == [1]


@pytest.mark.postgresql
def test_segments_in_which_nothing_is_left_are_forgotten(postgresql_database) -> None:
    stored(postgresql_database, [("微信", "支付"), ("淘宝", "支付")])
    number_entries(postgresql_database, SEGMENT + 13)
    with postgresql_database.write() as session:
        store_article(session, page(1, "微信", "改了"))
        store_article(session, page(2, "淘宝", "又改"))
    assert parts(postgresql_database) == [(0, 1), (0, 1), (1, 1), (1, 1)]
    with postgresql_database.write() as session:
        store_article(session, page(3, "京东", "支付"))
    assert parts(postgresql_database) == [(1, 1), (1, 1), (1, 1)]
    assert found(postgresql_database, "支付") == [3]
    assert found(postgresql_database, "改") == [2, 1]


@pytest.mark.postgresql
def test_writers_do_not_wait_for_each_other(postgresql_database) -> None:
    stored(postgresql_database, [("微信", f"支付{n}") for n in range(1, 25)])

    def again(session: Session, numbers: Iterable[int]) -> None:
        for number in numbers:
            index_article(session, number, "微信", f"付支{number}")

    with postgresql_database.write() as slow:
        again(slow, range(1, 9))  # entry 31 is one of these: all parts are merged
        with postgresql_database.write() as quick:
            quick.execute(text("SET LOCAL lock_timeout = '20s'"))
            again(quick, [*range(9, 25)] * 2)  # and 63: those that this one may merge
        seen = found(postgresql_database, "微信", limit=100)
        assert seen == [*range(24, 8, -1), *range(8, 0, -1)]
    assert sum(size for _, size in parts(postgresql_database)) == 24 + 8 + 32
    assert len(parts(postgresql_database)) == 4
    assert found(postgresql_database, "微信", limit=100) == seen
    assert entries_with(postgresql_database, "付支8") == 1


# against a scan -----------------------------------------------------------------------------

PIECES = [
    "淘", "宝", "淘宝", "微信", "微", "信", "支付", "付", "開放", "开放", "タオバオ", "ペイ", "네이버",
    "페이", "WeChat", "Pay", "pay", "iOS", "17", "的", "は", "가", " ", " ", "，", "。", "\n", "・",
    "-", "Ａ", "é",
]  # fmt: skip


def normal(text: str) -> str:
    return fold(text, chinese=True).replace("é", "e")


@cache
def atoms(text: str) -> list[str]:
    text = re.sub(r"(?<=[a-z0-9])[^\w]{1,3}(?=[a-z0-9])", " ", normal(text))
    return re.findall(r"[a-z0-9]+|[^\x00-\x7f\s・]|[,-]", text)


def scan(pages: Sequence[tuple[str, str]], query: Query) -> set[int]:
    """The same question by a way that shares nothing with the index: words in a row."""

    def stands(spelling: str, text: str) -> bool:
        wanted, there = atoms(spelling), atoms(text)
        return any(
            there[at : at + len(wanted)] == wanted for at in range(len(there) - len(wanted) + 1)
        )

    def has(term, page) -> bool:
        every = [term.written, *(n for p in sorted(term.platforms) for n in NAMES[p])]
        return any(stands(one, text) for one in every for text in page)

    return {
        number
        for number, page in enumerate(pages, start=1)
        if all(has(term, page) for term in query.terms)
        and not any(has(term, page) for term in query.excluded)
    }


def made_up(chance: random.Random, most: int) -> str:
    text = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, most)))
    return re.sub(r"[\s・]{4,}", " \n", text)


def looked_for(chance: random.Random) -> Iterator[str]:
    """Words and phrases without punctuation in them, some to be left out."""
    for _ in range(chance.randint(1, 3)):
        word = re.sub(r"[\s，。・-]+", "", made_up(chance, 3)) or "微信"
        kind = chance.choice(["{}", "{}", '"{}"', "-{}"])
        yield kind.format(word)


@pytest.mark.postgresql
def test_nothing_that_a_scan_finds_is_missed(sqlite_database, postgresql_database) -> None:
    chance = random.Random(6)
    pages = [(made_up(chance, 6), made_up(chance, 40)) for _ in range(150)]
    number_entries(postgresql_database, 1, SEGMENT // 45)
    for one in (sqlite_database, postgresql_database):
        stored(one, pages)
    hits = 0
    for _ in range(250):
        written = " ".join(looked_for(chance))
        try:
            query = asked(written)
        except QueryError:
            continue
        first = found(sqlite_database, written, limit=1000)
        assert set(first) == scan(pages, query), written
        assert first == found(postgresql_database, written, limit=1000), written
        hits += bool(first)
    assert hits > 100
