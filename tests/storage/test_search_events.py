"""Events are found by what is said of them and by their platforms; and what `search` prints."""

import pytest
from sqlmodel import Session, select

from config.errors import NotFoundError
from config.words import Stage
from storage import claims
from storage.database import Database
from storage.listings import Wanted
from storage.models import ClaimWords
from storage.search import search_events
from storage.search_query import parse
from tests.storage.shelf import Gazetteer, Shelf, article, fill
from tests.storage.test_cli import answer, ask, ids


@pytest.fixture
def store(database: Database) -> Database:
    fill(database)
    return database


def found(database: Database, written: str, **wanted: object) -> list[int]:
    with database.read() as session:
        query = parse(written, Gazetteer().spellings)
        hits = search_events(session, query, Wanted(**wanted))  # type: ignore[arg-type]
    return [hit.event.id or 0 for hit in hits]


def test_events_are_found_by_quotes_titles_and_platforms(store) -> None:
    assert found(store, "内测") == [17]
    assert found(store, "リンク") == [18]
    assert found(store, "转载") == [17]
    assert found(store, "微信") == [18, 17]  # it takes part in E18 itself
    assert found(store, "微信 tmall") == [17]
    assert found(store, "リンク tmall") == []
    assert found(store, "天猫 対応") == [17]
    assert found(store, '"淘宝"') == [17]
    assert found(store, "taobao") == [17, 18]
    assert found(store, "taobao -微信支付") == [18]
    assert found(store, "没有") == []


def test_what_is_found_of_events_can_be_narrowed_down_and_paged(store) -> None:
    assert found(store, "taobao", stage=Stage.LIVE) == [18]
    assert found(store, "taobao", language="zh") == [17]
    assert found(store, "taobao", parties=frozenset({"wechat"})) == [18]
    assert found(store, "taobao", limit=1) == [17]
    assert found(store, "taobao", after=17) == [18]
    assert found(store, "taobao", after=18) == []
    with pytest.raises(NotFoundError, match="E5 is not among the events found"):
        found(store, "taobao", after=5)


def test_claims_that_are_taken_back_are_not_found(store) -> None:
    with store.write() as session:
        claims.forget(session, 1)
        claims.forget(session, 3)
        assert len(session.exec(select(ClaimWords)).all()) == 3
    assert found(store, "内测") == []
    assert found(store, "taobao") == [17, 18]


def test_many_events_are_paged_without_gap_or_repetition(database) -> None:
    fill(database)
    with database.write() as session:
        more(session, 130)
    everything = found(database, "说明", limit=500)
    assert everything == sorted(everything, reverse=True)
    assert len(everything) == 130
    pages: list[int] = []
    while page := found(database, "说明", limit=40, after=pages[-1] if pages else None):
        pages += page
    assert pages == everything


def more(session: Session, count: int) -> None:
    """As many events between platforms without a name, each told of by one article."""
    from config.words import Capability
    from storage.models import Edge
    from storage.search_index import index_claims
    from tests.storage.shelf import claim, event

    for number in range(100, 100 + count):
        host = f"p{number}"
        session.add(event(number, host, "q", Capability.LINKS, Stage.LIVE, "2024-08-02"))
        session.add(article(number, "36kr", "zh-Hans", "2024-08-02", "标题"))
        session.flush()
        edge = Edge(id=number, event_id=number, host=host, guest="q", capability=Capability.LINKS)
        session.add(edge)
        session.flush()
        said = claim(number, number, edge, Stage.LIVE, "说明")
        session.add(said)
        session.flush()
        index_claims(session, {said.id or 0: (said.quote, said.host, said.guest)}, "标题")


def test_events_come_before_articles_and_pages_go_on_from_one_to_the_other(shelf) -> None:
    everything = ["E17", "3", "2", "1"]
    assert ids(shelf, "search", "微信支付") == everything
    assert ids(shelf, "search", "微信支付", "--in", "events") == ["E17"]
    assert ids(shelf, "search", "微信支付", "--in", "articles") == everything[1:]
    assert ids(shelf, "search", "微信支付", "--limit", "2", "--after", "e17") == ["3", "2"]
    assert ids(shelf, "search", "微信支付", "--after", "3") == ["2", "1"]
    for size in range(1, 5):
        pages: list[str] = []
        after: list[str] = []
        while True:
            result = ask(shelf, "search", "微信支付", "--limit", str(size), "-o", "ids", *after)
            pages += result.stdout.split()
            if "there is more" not in result.stderr:
                break
            after = result.stderr.split()[-2:]
        assert pages == everything


def test_what_is_found_shows_why(shelf) -> None:
    event, first, second, _ = answer(shelf, "search", "微信支付")
    assert (event["id"], event["stage"], event["host"], event["guest"]) == (
        "E17", "announced", "taobao", "wechat-pay",
    )  # fmt: skip
    assert event["snippet"] == "淘宝计划新增[微信支付]"
    assert [event["text"][start:end] for start, end in event["marks"]] == ["微信支付"]
    assert (first["id"], first["title"], first["source"]) == (
        3,
        "转载：淘宝将接入微信支付",
        "portal",
    )
    assert second["snippet"] == "タオバオが[WeChat Pay]に対応へ"
    table = ask(shelf, "search", "微信支付", "-o", "table").stdout
    assert "[WeChat Pay]" in table


@pytest.mark.parametrize(
    ("words", "narrow", "found"),
    [
        ("淘宝", "--lang ja", "E17 E18"),
        ("天猫", "--platform tmall", "E17"),
        ("淘宝", "--stage test --in articles", "1"),
        ("淘宝", "--source portal", "E17 3"),
        ("淘宝", "--until 2024-09-01", "E18"),
        ("evil", "", "E18 4"),
    ],
)
def test_searches_can_be_narrowed_down(words, narrow, found, shelf) -> None:
    assert ids(shelf, "search", words, *narrow.split()) == found.split()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["，。"], "has no word to look for; write"),
        (["--", "-微信"], "no word to look for besides what is to be left out"),
        (["x" * 500], "500 characters are too many"),
        ([" ".join(map(str, range(20)))], "too many words"),
    ],
)
def test_what_cannot_be_looked_for_is_a_mistake_in_usage(words, says, shelf) -> None:
    result = ask(shelf, "search", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


@pytest.mark.postgresql
def test_both_databases_print_the_same(shelf, postgresql_database) -> None:
    fill(postgresql_database)
    other = Shelf(postgresql_database.url.render_as_string(hide_password=False))
    for words in (["微信支付"], ["淘宝", "--lang", "ja"], ["全文"], ["对应 -tmall"], ["対応"]):
        told = ask(other, "search", *words, "-o", "json")
        assert told.stdout == ask(shelf, "search", *words, "-o", "json").stdout
        assert told.exit_code == 0
    other.close()
