from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from config.words import FeedKind
from storage.articles import (
    MAX_FOLLOW_ATTEMPTS,
    NewArticle,
    Outcome,
    due_articles,
    known_urls,
    mark_failed,
    store_article,
    text_digest,
)
from storage.database import Database
from storage.models import Article, Feed, Rejection, Source
from storage.rejections import (
    MAX_PAGE_ATTEMPTS,
    Refused,
    reject,
    rejected_urls,
    rejections,
    remember_alias,
)
from tests.fakes.rows import begin_run

NOW = datetime(2024, 9, 28, 12, tzinfo=UTC)


@pytest.fixture
def store(database: Database) -> Database:
    with database.write() as session:
        session.add(Source(slug="s", name="S", homepage="https://e.org/"))
        session.flush()
        session.add(Feed(source_slug="s", url="https://e.org/feed", kind=FeedKind.RSS))
    return database


def article(**changes: object) -> NewArticle:
    new = NewArticle(
        url="https://e.org/a",
        source_slug="s",
        feed_id=None,
        language="en",
        title="T",
        text="One.\nTwo.",
        published_at=NOW,
        published_on=date(2024, 9, 28),
        published_how="feed",
        fetched_at=NOW,
        own_url="https://e.org/a",
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def put(store: Database, **changes: object):
    with store.write() as session:
        return store_article(session, article(**changes))


def get(store: Database, article_id: int) -> Article:
    with store.read() as session:
        return session.get_one(Article, article_id)


def test_an_article_is_stored_once(store: Database) -> None:
    first, second = put(store), put(store)
    assert (first.outcome, second.outcome) == (Outcome.NEW, Outcome.UNCHANGED)
    assert first.article_id == second.article_id
    row = get(store, first.article_id)
    assert (row.published_at, row.fetched_at) == (NOW, NOW)
    assert (row.reasons, row.relevant, row.follow_attempts) == ([], None, 0)


def test_an_edited_page_is_a_revision_and_due_again(store: Database) -> None:
    first = put(store)
    with store.write() as session:
        session.get_one(Article, first.article_id).followed_at = NOW
    later = NOW + timedelta(hours=1)
    assert put(store, text="One.\n Two.").outcome is Outcome.UNCHANGED
    second = put(store, text="One.\nThree.", fetched_at=later)
    assert (second.article_id, second.outcome) == (first.article_id, Outcome.REVISED)
    row = get(store, first.article_id)
    assert (row.text, row.fetched_at, row.followed_at) == ("One.\nThree.", later, None)


def test_a_date_found_later_is_added(store: Database) -> None:
    first = put(store, published_at=None, published_on=None, published_how=None)
    put(store)
    row = get(store, first.article_id)
    assert (row.published_at, row.published_on, row.published_how) == (NOW, NOW.date(), "feed")


def test_a_page_is_known_by_its_other_spellings(store: Database) -> None:
    first = put(store)
    again = put(store, url="https://www.e.org/a", spellings=("https://e.org/a",))
    assert again.article_id == first.article_id


def test_one_stated_address_for_different_pages_does_not_merge_them(store: Database) -> None:
    stated = "https://e.org/news"
    first = put(store, url=stated, own_url="https://e.org/1", title="1", text="one")
    second = put(store, url=stated, own_url="https://e.org/2", title="2", text="two")
    assert first.article_id != second.article_id
    assert get(store, second.article_id).url == "https://e.org/2"


def test_the_same_text_elsewhere_is_a_copy(store: Database) -> None:
    first = put(store)
    second = put(store, url="https://f.org/b", own_url="", text="One.  Two.")
    assert second.copy_of == first.article_id
    assert get(store, second.article_id).copy_of == first.article_id
    assert first.copy_of is None


def test_the_digest_ignores_white_space() -> None:
    assert text_digest("a b\nc") == text_digest("ab c")
    assert text_digest("a") != text_digest("b")


def test_oldest_publications_are_followed_first(store: Database) -> None:
    for number in (2, 3, 1):
        at = NOW - timedelta(days=10 - number)
        put(store, url=f"https://e.org/{number}", own_url="", text=str(number), published_at=at)
    put(store, url="https://e.org/4", own_url="", text="4", published_at=None)
    with store.read() as session:
        due = due_articles(session, 10)
    assert [get(store, number).url[-1] for number in due] == ["1", "2", "3", "4"]


def test_an_article_that_keeps_failing_is_left_alone(store: Database) -> None:
    stored = put(store)
    for _ in range(MAX_FOLLOW_ATTEMPTS):
        with store.write() as session:
            assert due_articles(session, 5) == [stored.article_id]
            mark_failed(session, stored.article_id, "no rules")
    with store.read() as session:
        assert due_articles(session, 5) == []
    row = get(store, stored.article_id)
    assert (row.follow_attempts, row.follow_error) == (MAX_FOLLOW_ATTEMPTS, "no rules")


def test_what_no_database_can_hold_is_dropped(store: Database) -> None:
    stored = put(store, title="a\x00b", text="c\ud800d\x00")
    row = get(store, stored.article_id)
    assert (row.title, row.text) == ("ab", "cd")


def test_many_addresses_are_looked_up(store: Database) -> None:
    put(store)
    urls = [f"https://e.org/{n}" for n in range(3000)] + ["https://e.org/a"]
    with store.read() as session:
        assert known_urls(session, urls) == {"https://e.org/a"}


def run(session: Session) -> int:
    return begin_run(session, session.exec(select(Feed.id)).first() or 0, NOW)


def test_a_rejected_page_waits_longer_each_time_and_is_given_up(store: Database) -> None:
    url = "https://e.org/bad"
    waits = []
    now = NOW
    with store.write() as session:
        run_id = run(session)
        for _ in range(MAX_PAGE_ATTEMPTS):
            reject(session, run_id, url, "timeout", "30 s", now)
            session.flush()
            start = now
            while rejected_urls(session, [url], now).waiting:
                now += timedelta(minutes=5)
            waits.append((now - start) / timedelta(minutes=1))
        assert rejected_urls(session, [url], now) == Refused({url})
    assert waits == [15, 60, 240, 0]


def test_rejections_are_listed_with_their_source_newest_first(store: Database) -> None:
    with store.write() as session:
        run_id = run(session)
        for minute, url in enumerate(["https://e.org/1", "https://e.org/2"]):
            at = NOW + timedelta(minutes=minute)
            reject(session, run_id, url, "http-404", "gone", at)
    with store.read() as session:
        found = rejections(session)
        assert [(row.url[-1], row.reason, slug) for row, slug in found] == [
            ("2", "http-404", "s"),
            ("1", "http-404", "s"),
        ]
        assert rejections(session, slug="other") == []
        assert len(rejections(session, limit=1)) == 1


def test_a_page_that_became_an_article_is_no_rejection(store: Database) -> None:
    with store.write() as session:
        reject(session, run(session), "https://e.org/a", "timeout", "", NOW)
    put(store)
    with store.read() as session:
        assert session.exec(select(Rejection)).all() == []


def test_an_alias_is_given_up_at_once(store: Database) -> None:
    with store.write() as session:
        remember_alias(session, run(session), "https://e.org/x", "https://e.org/a", NOW)
    with store.read() as session:
        assert rejected_urls(session, ["https://e.org/x"], NOW) == Refused({"https://e.org/x"})
