"""What counts as a copy, on both databases, and what does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlmodel import col, func, select

from config.sources import SourceSpec
from storage import copies
from storage.articles import NewArticle, Outcome, Stored, store_article
from storage.database import Database
from storage.feeds import sync_sources
from storage.listings import origins
from storage.models import Article, Imprint

NOW = datetime(2024, 9, 28, 12, 0, tzinfo=UTC)
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "ra", "lo", "mi")]
HAN = [chr(unit) for unit in range(0x4E00, 0x5600)]


def prose(seed: int, words: int = 300) -> str:
    random = Random(seed)
    return " ".join(random.choice(WORDS) for _ in range(words))


def han(seed: int, characters: int = 600) -> str:
    random = Random(seed)
    return "".join(random.choice(HAN) for _ in range(characters))


def edited(text: str, share: float, seed: int = 1) -> str:
    """The text with that share of its words replaced."""
    random = Random(seed)
    words = text.split(" ")
    for place in random.sample(range(len(words)), int(len(words) * share)):
        words[place] = f"other{place}"
    return " ".join(words)


@pytest.fixture
def store(database: Database) -> Database:
    sources = [
        SourceSpec.model_validate(
            {"slug": slug, "name": slug, "homepage": f"https://{slug}.example/",
             "feeds": [{"url": f"https://{slug}.example/feed"}]}
        )
        for slug in ("one", "two", "three")
    ]  # fmt: skip
    with database.write() as session:
        sync_sources(session, sources)
    return database


def put(
    store: Database, slug: str, text: str, path: str = "a", now: datetime = NOW, title: str = "T"
) -> Stored:
    article = NewArticle(
        url=f"https://{slug}.example/{path}",
        source_slug=slug,
        feed_id=None,
        language="en",
        title=title,
        text=text,
        published_at=now,
        published_on=now.date(),
        published_how="feed",
        fetched_at=now,
    )
    with store.write() as session:
        return store_article(session, replace(article))


ORIGINAL = prose(1)
LONG = f"{prose(1)}\n{prose(2)}\n{prose(3)}"


@pytest.mark.parametrize(
    ("original", "copy"),
    [
        (ORIGINAL, ORIGINAL.upper()),
        (ORIGINAL, edited(ORIGINAL, 0.05)),
        (LONG, LONG[: int(len(LONG) * 0.3)]),
        (ORIGINAL, f"{prose(7, 80)}\n{ORIGINAL}\n{prose(8, 80)}"),
        (han(1), han(1)[:250] + "。" + han(1)[260:]),
        ("淘宝宣布接入微信支付，面向全部商家逐步开放，预计九月底之前完成，用户无需更新应用。" * 2,
         "淘寶宣佈接入微信支付，面向全部商家逐步開放，預計九月底之前完成，用戶無需更新應用！" * 2),
    ],
    ids=["case", "light edits", "truncated", "with chrome", "cjk", "other script"],
)  # fmt: skip
def test_what_repeats_most_of_another_is_its_copy(
    store: Database, original: str, copy: str
) -> None:
    first = put(store, "one", original)
    second = put(store, "two", copy)
    assert first.copy_of is None
    assert second.copy_of == first.article_id


@pytest.mark.parametrize(
    ("slug", "one", "other"),
    [
        ("two", prose(1), prose(2)),
        ("two", f"{prose(1, 90)} {prose(2, 210)}", f"{prose(1, 90)} {prose(3, 210)}"),
        ("two", "Rates rose by a quarter.", "Rates rose by a quarter. The bank said so."),
        ("one", f"{prose(9, 60)} {prose(2, 60)}", f"{prose(9, 60)} {prose(3, 60)}"),
        ("two", "", "x"),
    ],
    ids=["unrelated", "shared quotes", "too short to tell", "phrases of a site", "empty"],
)
def test_what_shares_a_part_is_an_article_of_its_own(
    store: Database, slug: str, one: str, other: str
) -> None:
    put(store, "one", one)
    assert put(store, slug, other, path="b").copy_of is None


def test_a_page_served_again_under_another_address_is_a_copy(store: Database) -> None:
    first = put(store, "one", ORIGINAL)
    again = put(store, "one", edited(ORIGINAL, 0.02), path="b")
    assert (again.outcome, again.copy_of) == (Outcome.NEW, first.article_id)


def test_copies_of_copies_name_the_original(store: Database) -> None:
    first = put(store, "one", LONG)
    assert put(store, "two", LONG[:2000]).copy_of == first.article_id
    assert put(store, "three", LONG[:1500]).copy_of == first.article_id
    assert put(store, "three", LONG[:2000], path="b").copy_of == first.article_id


def test_an_original_that_is_edited_stays_one(store: Database) -> None:
    first = put(store, "one", ORIGINAL)
    put(store, "two", ORIGINAL)
    again = put(store, "one", edited(ORIGINAL, 0.03))
    assert (again.outcome, again.copy_of) == (Outcome.REVISED, None)
    assert again.article_id == first.article_id


def test_an_edit_can_make_a_copy_and_end_one(store: Database) -> None:
    first = put(store, "one", ORIGINAL)
    second = put(store, "two", prose(5))
    assert second.copy_of is None
    assert put(store, "two", ORIGINAL).copy_of == first.article_id
    assert put(store, "two", prose(6)).copy_of is None
    assert put(store, "three", edited(prose(6), 0.05)).copy_of == second.article_id


def test_an_edited_article_is_not_taken_for_a_copy_of_a_later_one(store: Database) -> None:
    put(store, "one", prose(5))
    put(store, "two", ORIGINAL)
    assert put(store, "one", edited(ORIGINAL, 0.03)).copy_of is None


def test_only_what_is_new_enough_is_compared(store: Database) -> None:
    put(store, "one", ORIGINAL)
    later = NOW + copies.GENERATION * copies.GENERATIONS
    assert put(store, "two", edited(ORIGINAL, 0.03), now=later).copy_of is None
    assert put(store, "three", ORIGINAL, now=later).copy_of is not None  # equal, whenever


def test_old_generations_are_forgotten_bit_by_bit(store: Database) -> None:
    for number in range(10):
        put(store, "one", prose(number), path=str(number))
    later = NOW + copies.GENERATION * copies.GENERATIONS
    put(store, "two", prose(20), now=later)
    put(store, "two", prose(21), path="b", now=later + timedelta(hours=1))
    with store.read() as session:
        left = session.exec(select(Imprint.article_id).distinct()).all()
        newest = session.exec(select(func.max(Article.id))).one()
    assert sorted(left) == [(newest or 0) - 1, newest]


def test_a_phrase_of_a_template_is_not_kept_for_ever(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "CROWD", 5)
    template = prose(9, 60)
    for number in range(12):
        put(store, "one", f"{template} {prose(number + 50, 60)}", path=str(number))
    with store.read() as session:
        crowds = session.exec(
            select(func.count(col(Imprint.article_id))).group_by(col(Imprint.mark))
        ).all()
    assert max(crowds) == 5


def test_the_search_walks_an_index(sqlite_database: Database) -> None:
    """Its time must not grow with the store: neither look-up may scan the table."""
    with sqlite_database.engine.connect() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT article_id FROM imprint "
            "WHERE generation IN (1, 2, 3) AND mark IN (1, 2)"
        ).all()
    assert "SEARCH imprint USING PRIMARY KEY (generation=? AND mark=?)" in plan[0][3]


def test_runs_do_not_depend_on_case_width_or_script() -> None:
    assert list(copies.runs_of("Ａ b c d e f")) == list(copies.runs_of("a B c, d — e f"))
    assert len(copies.runs_of("a b c d")) == 0
    assert len(copies.runs_of("淘宝接入微信")) == 2
    most = 2**63
    assert all(0 <= int(run) < most for run in copies.runs_of(prose(1)))


def test_an_older_article_takes_over_from_the_reprint_that_was_read_before_it(
    store: Database,
) -> None:
    reprint = put(store, "two", ORIGINAL)
    again = put(store, "three", edited(ORIGINAL, 0.05))
    first = put(store, "one", ORIGINAL, now=NOW - timedelta(hours=9))
    assert first.copy_of is None
    with store.read() as session:
        found = {row.id: row.copy_of for row in session.exec(select(Article))}
    assert found == {
        first.article_id: None,
        reprint.article_id: first.article_id,
        again.article_id: first.article_id,
    }
    assert put(store, "two", edited(ORIGINAL, 0.05)).copy_of == first.article_id
    assert put(store, "two", prose(6)).copy_of is None


def test_a_text_belongs_to_who_published_it_first_whichever_was_read_first(
    store: Database,
) -> None:
    put(store, "two", ORIGINAL, path="reprint", now=NOW)
    put(store, "one", ORIGINAL, path="first", now=NOW - timedelta(hours=9))
    put(store, "three", prose(9), path="other", now=NOW)
    with store.read() as session:
        articles = session.exec(select(Article)).all()
        assert set(origins(session, articles).values()) == {"one", "three"}
        reprint = [article for article in articles if article.source_slug == "two"]
        assert set(origins(session, reprint).values()) == {"one"}
