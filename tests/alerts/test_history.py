"""The stored history read again with other rules: what changes, what does not, and who is told."""

import gc
import shutil
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import SQLModel, select

from alerts import history
from alerts.flow import Follower
from alerts.history import Again, Alerting, Summary, retag
from config.errors import InteropwatchError
from config.platforms import Platform, Platforms
from config.words import Stage
from storage.database import Database
from storage.edits import touch_coverage
from storage.ledger import Ledger
from storage.models import Article, Claim, Delivery, Edge, Event, StageChange
from storage.owed import queue
from storage.revisions import Recorded, scratch
from tests.fakes import rows
from tests.fakes.readers import TellingReader, add_article, dump, opening

FIRST = datetime(2024, 9, 5, 12, tzinfo=UTC)
LATER = FIRST + timedelta(days=20)
IDS = (
    "article.id", "claim.id", "claim.event_id", "claim.edge_id", "claim.article_id", "edge.id",
    "edge.event_id", "event.id", "event.merged_into", "event.first_seen", "event.last_seen",
    "stagechange.id", "stagechange.event_id", "stagechange.claim_id", "stagechange.seen_at",
    "stagechange.alerted", "mention.article_id", "article.url", "article.followed_at",
)  # fmt: skip


class Archive:
    """A store that was filled under old rules."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reader = TellingReader()
        self.days = 60

    def publish(self, title: str, *claims: Any, day: str = "2024-09-04", **more: Any) -> int:
        self.reader.tell(title, *claims)
        follower = Follower(self.reader.as_reader, self.days, queue, touch_coverage)
        with self.database.write() as session:
            article = add_article(session, title, day, **more)
            follower.follow(session, article, FIRST)
            return article.id or 0

    def retag(self, *, alert: bool = False, **more: Any) -> tuple[Summary, list[dict[str, Any]]]:
        ledger = Ledger()
        alerting = Alerting(queue, touch_coverage, LATER) if alert else None
        again = Again(self.reader.as_reader, self.days, alerting)
        summary = retag(more.pop("database", self.database), again, ledger, **more)
        return summary, list(ledger)

    def all(self, model: type[SQLModel]) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(model).order_by(model.id)))  # type: ignore[attr-defined]

    def dump(self, *leave_out: str) -> dict[str, list[tuple[object, ...]]]:
        with self.database.read() as session:
            return dump(session, leave_out)


@pytest.fixture
def archive(database: Database) -> Archive:
    return Archive(database)


@pytest.fixture
def quick(sqlite_database: Database) -> Archive:
    return Archive(sqlite_database)


def kinds(lines: Iterable[dict[str, Any]]) -> list[str]:
    return [line["what"] for line in lines]


def test_rules_that_read_the_same_write_nothing(archive: Archive):
    archive.publish("one", opening(day="2024-09-04"))
    archive.publish("two", opening("jd", "alipay", "live"), opening(leading=False))
    archive.publish("weather")
    before = archive.dump()
    summary, lines = archive.retag()
    assert archive.dump() == before
    assert (summary.articles, summary.rewritten, lines) == (3, 0, [])


def test_a_changed_rule_moves_a_claim_to_another_event(archive: Archive):
    number = archive.publish("one", opening("taobao", "wechat-pay"))
    archive.publish("two", opening("taobao", "wechat-pay"))
    archive.reader.tell("one", opening("jd", "alipay", "live", "2024-09-03"))
    summary, lines = archive.retag()
    assert kinds(lines) == ["claim+", "claim-", "opened"]
    gained, lost, opened = lines
    assert (gained["article"], gained["host"], gained["stage"]) == (number, "jd", "live")
    assert (gained["from"], gained["because"]) == ("2024-09-03", "told")
    assert (lost["article"], lost["host"]) == (number, "taobao")
    assert (opened["host"], opened["guest"], opened["stage"]) == ("jd", "alipay", "live")
    assert (summary.articles, summary.rewritten, dict(summary.kinds)) == (
        2, 1, {"claim+": 1, "claim-": 1, "opened": 1},
    )  # fmt: skip


def test_relevance_and_reasons_follow_the_rules(archive: Archive):
    archive.publish("one", opening())
    archive.publish("weather")
    archive.reader.says["one"] = ()
    archive.reader.tell("weather", opening("jd", "alipay"))
    _, lines = archive.retag()
    assert kinds(lines) == ["irrelevant", "claim-", "relevant", "claim+", "gone", "opened"]
    assert [article.relevant for article in archive.all(Article)] == [False, True]
    assert all(article.followed_at == FIRST for article in archive.all(Article))


def test_an_event_that_nobody_heard_of_goes_with_its_last_claim(archive: Archive):
    archive.publish("old", opening(), day="2023-01-01")
    archive.reader.says["old"] = ()
    _, lines = archive.retag()
    assert archive.all(Event) == []
    assert {"gone": "announced"}.items() <= {
        line["what"]: line.get("before") for line in lines
    }.items()


def test_new_events_date_from_when_the_article_was_followed(archive: Archive):
    archive.publish("one")
    archive.reader.tell("one", opening())
    archive.retag()
    (event,) = archive.all(Event)
    assert (event.first_seen, event.last_seen) == (FIRST, FIRST)


def test_a_stage_that_is_read_otherwise_moves_the_event(archive: Archive):
    archive.publish("one", opening(stage="rumour"))
    archive.reader.tell("one", opening(stage="live"))
    _, lines = archive.retag()
    (moved,) = [line for line in lines if line["what"] == "stage"]
    assert (moved["event"], moved["before"], moved["after"]) == ("E1", "rumour", "live")
    (event,) = archive.all(Event)
    assert event.stage is Stage.LIVE


def test_nothing_is_queued_and_no_step_counts_as_told(archive: Archive):
    with archive.database.write() as session:
        rows.subscribe(session, "1")
    archive.publish("one", opening(stage="rumour"))
    owed = archive.all(Delivery)
    archive.reader.tell("one", opening(stage="live"))
    with archive.database.write() as session:
        late = add_article(session, "failed", followed_at=None, follow_attempts=3)
        late.follow_error = "RuntimeError: once"
        session.add(late)
    archive.reader.tell("failed", opening("jd", "alipay"))
    summary, _ = archive.retag()
    assert archive.all(Delivery) == owed
    assert summary.queued == 0
    assert {c.stage: c.alerted for c in archive.all(StageChange)} == {
        Stage.RUMOUR: True, Stage.LIVE: False, Stage.ANNOUNCED: False,
    }  # fmt: skip
    repaired = archive.all(Article)[-1]
    assert (repaired.relevant, repaired.follow_error) == (True, None)
    assert repaired.followed_at is not None


def test_alert_tells_what_is_still_news(archive: Archive):
    with archive.database.write() as session:
        rows.subscribe(session, "1")
    archive.publish("one", opening(stage="rumour"))
    archive.publish("ancient", day="2023-01-01")
    archive.reader.tell("one", opening(stage="live"))
    archive.reader.tell("ancient", opening("jd", "alipay"))
    summary, _ = archive.retag(alert=True)
    assert summary.queued == 1
    with archive.database.read() as session:
        told = session.exec(
            select(StageChange.stage).join(Delivery, Delivery.stage_change_id == StageChange.id)  # type: ignore[arg-type]
        ).all()
    assert sorted(told) == [Stage.LIVE, Stage.RUMOUR]
    assert archive.retag(alert=True)[0].queued == 0


def test_a_step_that_was_told_is_never_told_again(archive: Archive):
    """Not even where the claim goes over to an event of its own."""
    with archive.database.write() as session:
        rows.subscribe(session, "1")
    archive.publish("one", opening("taobao", "wechat-pay"))
    owed = len(archive.all(Delivery))
    archive.reader.tell("one", opening("jd", "alipay"))
    summary, _ = archive.retag(alert=True)
    assert summary.queued == 0
    assert len(archive.all(Delivery)) == owed == 1


def test_articles_that_are_due_are_left_to_the_follower(archive: Archive):
    archive.reader.tell("due", opening())
    with archive.database.write() as session:
        add_article(session, "due")
    summary, _ = archive.retag()
    assert summary.articles == 0
    assert archive.all(Claim) == []


def test_an_article_that_is_edited_meanwhile_is_left_to_the_follower(quick: Archive):
    number = quick.publish("one", opening())
    quick.reader.tell("one", opening(stage="live"))

    def edit(articles: Iterable[Recorded], total: int) -> Iterator[Recorded]:
        for recorded in articles:
            with quick.database.write() as session:
                row = session.get_one(Article, number)
                row.text_digest, row.followed_at = "edited", None
                session.add(row)
            yield recorded

    summary, lines = quick.retag(progress=edit)
    assert (summary.rewritten, lines) == (0, [])


def test_since_leaves_older_articles_alone(archive: Archive):
    archive.publish("old", day="2023-05-01")
    archive.publish("new", day="2024-09-01")
    for title in ("old", "new"):
        archive.reader.tell(title, opening())
    summary, lines = archive.retag(since=datetime(2024, 1, 1, tzinfo=UTC))
    assert summary.articles == 1
    assert [line["title"] for line in lines if "title" in line] == ["new", "new"]


def test_a_bad_article_does_not_stop_the_rest(archive: Archive):
    archive.publish("bad", opening())
    archive.publish("good", opening("jd", "alipay"))
    archive.reader.poison.add("bad")
    archive.reader.tell("good", opening("jd", "alipay", "live"))
    summary, lines = archive.retag()
    assert (summary.failed, summary.rewritten) == (1, 1)
    assert lines[0]["after"] == "RuntimeError: cannot read bad"
    assert len(archive.all(Claim)) == 2


def test_a_twin_that_is_new_brings_two_events_together(archive: Archive):
    """Platforms change the grouping although every article reads as before."""
    archive.publish("one", opening("taobao", "alipay"))
    archive.publish("two", opening("youku", "alipay"))
    assert len(archive.all(Event)) == 2
    known = [platform.model_dump(by_alias=True) for platform in archive.reader.platforms]
    for entry in known:
        if entry["id"] == "youku":
            entry["with"] = "taobao"
    archive.reader.platforms = Platforms(Platform.model_validate(entry) for entry in known)
    summary, lines = archive.retag()
    assert kinds(lines) == ["merged"]
    assert (lines[0]["event"], lines[0]["after"], summary.rewritten) == ("E2", "E1", 0)
    assert {edge.event_id for edge in archive.all(Edge)} == {1}
    assert archive.retag()[1] == []


def words_of_claims(database: Database) -> object:
    """What PostgreSQL has of claims to search for, besides the tables of the models."""
    if database.engine.dialect.name == "sqlite":
        return None
    with database.engine.connect() as connection:
        return connection.execute(text("SELECT * FROM claimwords_fts_blocks")).all()


def test_a_dry_run_changes_nothing(archive: Archive):
    with archive.database.write() as session:
        rows.subscribe(session, "1")
    archive.publish("one", opening())
    archive.publish("two")
    archive.reader.tell("one", opening("jd", "alipay"))
    archive.reader.tell("two", opening("apple", "wechat-pay", "live"))
    before, words = archive.dump(), words_of_claims(archive.database)
    with scratch(archive.database) as copy:
        tried = archive.retag(alert=True, database=copy)
    assert (archive.dump(), words_of_claims(archive.database)) == (before, words)
    assert tried[1] == archive.retag(alert=True)[1]
    assert tried[0].queued == 1


def test_a_dry_run_leaves_the_file_as_it_is(quick: Archive, tmp_path: Path):
    quick.publish("one", opening())
    quick.reader.tell("one", opening(stage="live"))

    def content() -> list[str]:
        file = sqlite3.connect(f"file:{quick.database.url.database}?mode=ro", uri=True)
        lines = list(file.iterdump())
        file.close()
        return lines

    before = content()
    with scratch(quick.database) as copy:
        assert quick.retag(database=copy)[0].rewritten == 1
        folder = Path(str(copy.url.database)).parent
    assert content() == before
    assert not folder.exists()


def test_a_copy_without_room_says_what_to_do(
    quick: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Folder:
        def __enter__(self) -> str:
            return str(tmp_path / "missing")

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("storage.revisions.tempfile.TemporaryDirectory", lambda **_: Folder())
    with (
        pytest.raises(InteropwatchError, match=r"cannot copy .*TMPDIR"),
        scratch(quick.database),
    ):
        pass


def test_interrupted_and_begun_again_gives_the_same(quick: Archive, tmp_path: Path):
    for number in range(6):
        quick.publish(f"a{number}", opening("taobao", "wechat-pay"), day=f"2024-09-0{number + 1}")
    for number in range(0, 6, 2):
        quick.reader.tell(f"a{number}", opening("jd", "alipay", "live"))
    with scratch(quick.database) as copy:
        quick.retag(database=copy)
        with copy.read() as session:
            whole = dump(session)

    def pulled(articles: Iterable[Recorded], total: int) -> Iterator[Recorded]:
        for place, recorded in enumerate(articles):
            if place == 3:
                raise KeyboardInterrupt
            yield recorded

    with pytest.raises(KeyboardInterrupt):
        quick.retag(progress=pulled)
    quick.retag()
    assert quick.dump() == whole


def test_memory_holds_one_batch(quick: Archive, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history, "BATCH", 3)
    for number in range(10):
        quick.publish(f"a{number}", opening())
        quick.reader.tell(f"a{number}", opening(stage="live"))
    alive: list[int] = []

    def watched(articles: Iterable[Recorded], total: int) -> Iterator[Recorded]:
        seen: list[weakref.ref[Article]] = []
        for recorded in articles:
            seen.append(weakref.ref(recorded.article))
            yield recorded
            del recorded
            gc.collect()
            alive.append(sum(ref() is not None for ref in seen))
        assert total == len(seen) == 10

    _, lines = quick.retag(progress=watched)
    assert max(alive) <= 4  # a batch, and the one that was handed out last
    assert len(lines) == 21


TITLES = ("a", "b", "c", "d", "e")
CHOICES = [
    (),
    (opening(day="2024-09-02"),),
    (opening(stage="live", day="2024-09-03"),),
    (opening(stage="test", day="2024-09-03", sure=1.0),),
    (opening(stage="withdrawn", day="2024-09-02", sure=5.0),),
    (opening("alibaba", "tencent"),),
    (opening("jd", "alipay"), opening("jd", "wechat-pay")),
    (opening("wechat-pay", "taobao", capability="transfer", leading=False),),
]
_READINGS = st.lists(st.sampled_from(CHOICES), min_size=len(TITLES), max_size=len(TITLES))


@given(old=_READINGS, new=_READINGS, order=st.permutations(TITLES))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_retagged_store_is_as_if_it_had_been_read_so_from_the_start(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, old, new, order
):
    def stored(name: str, *readings, titles: Iterable[str]) -> dict[str, object]:
        folder = tmp_path_factory.mktemp(name)
        file = shutil.copy(sqlite_template, folder / "store.db")
        archive = Archive(Database(f"sqlite:///{file}"))
        archive.days = 0
        told = dict(zip(TITLES, readings[0], strict=True))
        for title in titles:
            archive.publish(title, *told[title])
        if len(readings) > 1:
            for title, claims in zip(TITLES, readings[1], strict=True):
                archive.reader.tell(title, *claims)
            archive.retag()
        found = _content(archive)
        archive.database.close()
        return found

    assert stored("old", old, new, titles=order) == stored("new", new, titles=TITLES)


def _content(archive: Archive) -> dict[str, object]:
    """All rows without their ids, and which openings are together."""
    titles = {article.id: article.title for article in archive.all(Article)}
    together: dict[int, set[tuple[str, ...]]] = {}
    for edge in archive.all(Edge):
        together.setdefault(edge.event_id, set()).add((edge.host, edge.guest, edge.capability))
    changes = {
        (frozenset(together.get(c.event_id, ())), c.stage, c.cycle)
        for c in archive.all(StageChange)
    }
    said = {
        (titles[c.article_id], frozenset(together[c.event_id]), c.stage, c.leading)
        for c in archive.all(Claim)
    }
    events = {(frozenset(together.get(e.id, ())), e.stage, e.bucket) for e in archive.all(Event)}
    return {
        "events": events,
        "changes": changes,
        "claims": said,
        "rows": archive.dump(*IDS)["claim"],
    }


def test_how_sure_a_stage_is_is_filled_in_for_what_was_read_before(quick: Archive):
    quick.publish("one", opening(day="2024-09-02", sure=4.5))
    with quick.database.write() as session:
        session.get_one(Claim, 1).sure = None
    summary, lines = quick.retag()
    assert (summary.rewritten, lines) == (1, [])
    assert [claim.sure for claim in quick.all(Claim)] == [4.5]


def test_what_only_the_reasons_say_is_recorded_but_no_news(archive: Archive):
    archive.publish("one", opening())
    archive.reader.tell("one", replace(opening(), reasons=("another rule",)))
    summary, lines = archive.retag()
    assert (summary.rewritten, lines) == (1, [])
    assert archive.all(Claim)[0].reasons == ["another rule"]


def test_the_ledger_reads_like_a_list():
    ledger = Ledger()
    ledger.note({"what": str(n)} for n in range(5))
    assert len(ledger) == 5
    assert ledger[0] == {"what": "0"}
    assert ledger[-1] == {"what": "4"}
    assert ledger[1:3] == [{"what": "1"}, {"what": "2"}]
    with pytest.raises(IndexError):
        ledger[5]
    ledger.close()
