"""Several workers on one PostgreSQL as processes: every crawler and sender is killed in turn."""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from crawler.demo.setting import demo_sources
from crawler.demo.site import NewsSite
from tests.fakes.bot_api import BotApi, Limits
from tests.fakes.processes import Process, call, wait_until, write_config

pytestmark = [pytest.mark.journey, pytest.mark.postgresql, pytest.mark.xdist_group("cluster")]

CHATS = (5, 6, -7)
ROUND = 3
LEFT = "status = 'sending' AND claimed_at < now() - interval '5 seconds'"
"""Deliveries of a sender that died: answers take a fraction of that."""


@dataclass
class Cluster:
    """Workers by name, the outlets and the Bot API around them."""

    folder: Path
    site: NewsSite
    api: BotApi
    url: str
    stack: ExitStack
    workers: dict[str, Process] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    said: str = ""

    def __post_init__(self) -> None:
        telegram = {
            "base_url": self.api.base_url,
            "chats": [{"chat": chat} for chat in CHATS],
        }
        often = {"shortest_interval_seconds": 1, "longest_interval_seconds": 1}
        sources = demo_sources(self.site)
        config = write_config(self.folder / "config", sources, telegram=telegram, crawl=often)
        token = self.folder / "token"
        token.write_text(self.api.token, encoding="utf-8")
        self.settings = {
            "config_dir": config,
            "database_url": self.url,
            "telegram_token_file": token,
        }
        self.engine = create_engine(self.url)
        self.stack.callback(self.engine.dispose)

    def start(self, name: str) -> None:
        role = name.rstrip("0123456789")
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        worker = Process("run", "--role", role, folder=folder, **self.settings)
        self.workers[name] = self.stack.enter_context(worker)

    def kill(self, name: str) -> None:
        self.workers.pop(name).kill()
        self.kills[name.rstrip("0123456789")] += 1

    def ask(self, query: str) -> list[Any]:
        try:
            with self.engine.begin() as connection:
                found = connection.execute(text(query))
                return [tuple(row) for row in found] if found.returns_rows else []
        except SQLAlchemyError:  # no such table yet
            return []

    def until(self, holds: Any, what: str) -> None:
        def happened() -> bool:
            ended = [name for name, worker in self.workers.items() if worker.popen.poll()]
            assert not ended, f"ended by themselves: {ended}"
            return bool(holds())

        try:
            wait_until(happened, what, 150)
        except (TimeoutError, AssertionError) as error:
            words = "\n".join(f"{n}: {w.said[-1500:]}" for n, w in self.workers.items())
            raise AssertionError(f"{error}\n{words}") from error

    def fetched(self) -> int:
        return sum("/articles/" in request.path for request in self.site.requests)

    def settled(self, round_number: int) -> bool:
        visible = len(self.site.world.visible(round_number))
        return (
            self.ask("SELECT count(*) FROM article") == [(visible,)]
            and self.ask("SELECT count(*) FROM article WHERE followed_at IS NULL") == [(0,)]
            and self.ask("SELECT count(*) FROM delivery WHERE status <> 'sent'") == [(0,)]
        )

    def settled_in_time(self, round_number: int) -> bool:
        """The same, ageing what a dead sender left: nobody has to sit its lease out."""
        self.let_time_pass()
        return self.settled(round_number)

    def let_time_pass(self) -> None:
        self.ask(
            "UPDATE turn SET free_at = now() WHERE kind = 'chat' AND key IN (SELECT s.channel"
            " || ' ' || s.address FROM delivery d JOIN subscription s ON s.id = d.subscription_id"
            f" WHERE {LEFT})"
        )
        self.ask(f"UPDATE delivery SET claimed_at = now() - interval '10 minutes' WHERE {LEFT}")

    def kill_sender_while_it_sends(self, name: str) -> None:
        sends = len(self.api.calls("sendMessage"))
        self.until(lambda: len(self.api.calls("sendMessage")) > sends, "a message on its way")
        self.kill(name)


@dataclass
class Story:
    """What was seen of it all."""

    cluster: Cluster
    healthy: dict[str, str]
    renewed: dict[str, bool]
    ends: dict[str, tuple[int, float]]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, module_postgresql_url: str) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("cluster")
    with NewsSite() as site, BotApi(limits=Limits(), answer_seconds=0.3) as api, ExitStack() as st:
        cluster = Cluster(folder, site, api, module_postgresql_url, st)
        site.publish(2)
        for name in ("scheduler", "crawler1", "crawler2", "follower", "sender1", "sender2"):
            cluster.start(name)
        cluster.until(lambda: cluster.fetched() > 1, "a first page")
        cluster.kill("crawler1")
        cluster.kill_sender_while_it_sends("sender1")
        cluster.start("crawler1")
        cluster.let_time_pass()
        cluster.start("sender1")
        cluster.until(lambda: cluster.settled_in_time(2), "telling of two rounds")
        fetched = cluster.fetched()
        site.publish(ROUND)
        cluster.until(lambda: cluster.fetched() > fetched, "a page of the next round")
        cluster.kill("crawler2")
        cluster.kill_sender_while_it_sends("sender2")
        cluster.until(lambda: cluster.settled_in_time(ROUND), "telling of all")
        healthy = {
            role: call("health", "--role", role, cwd=folder, **cluster.settings).stdout.strip()
            for role in ("scheduler", "crawler", "sender")
        }
        renewed = renew(cluster)
        ends = {name: worker.end(signal.SIGTERM) for name, worker in cluster.workers.items()}
        cluster.said = "".join(w.said for w in cluster.workers.values())
        yield Story(cluster, healthy, renewed, ends)


def renew(cluster: Cluster) -> dict[str, bool]:
    """Break a file and mend it; which workers said that they kept the last good ones and took over."""
    file = min((Path(cluster.settings["config_dir"]) / "sources").glob("*.yaml"))
    good = file.read_text("utf-8")
    file.write_text("slug: [", encoding="utf-8")
    refused = "the last good one stays: "
    cluster.until(lambda: all(refused in w.said for w in cluster.workers.values()), "refusals")
    file.write_text(good, encoding="utf-8")
    for worker in cluster.workers.values():
        worker.popen.send_signal(signal.SIGHUP)
    taken = "configuration taken over ("
    cluster.until(lambda: all(taken in w.said for w in cluster.workers.values()), "taking over")
    return {name: w.popen.poll() is None for name, w in cluster.workers.items()}


def test_every_article_is_stored_once_and_followed(story: Story) -> None:
    urls = [url for (url,) in story.cluster.ask("SELECT url FROM article")]
    assert len(urls) == len(set(urls)) == len(story.cluster.site.world.visible(ROUND))
    assert story.cluster.settled(ROUND)


def test_everything_owed_arrived_in_every_chat(story: Story) -> None:
    (owed,) = story.cluster.ask("SELECT count(*) FROM stagechange WHERE alerted")[0]
    assert owed > 2
    for chat in CHATS:
        assert len({message.text for message in story.cluster.api.messages(chat)}) >= owed


def test_a_kill_repeats_at_most_one_message_a_chat(story: Story) -> None:
    kills = story.cluster.kills["sender"]
    assert kills == 2
    for chat in CHATS:
        numbers = story.cluster.ask(
            "SELECT count(*) FROM delivery d JOIN subscription s ON s.id = d.subscription_id"
            f" WHERE s.address = '{chat}'"
        )
        assert len(story.cluster.api.messages(chat)) <= numbers[0][0] + kills


def test_the_limits_hold_over_all_senders(story: Story) -> None:
    assert story.cluster.api.violations == 0
    assert "Too Many Requests" not in story.cluster.said


def test_a_worker_knows_of_its_health(story: Story) -> None:
    assert set(story.healthy.values()) == {"healthy"}


def test_every_worker_keeps_the_last_good_configuration_and_takes_over_a_mended_one(
    story: Story,
) -> None:
    assert set(story.renewed) >= {"scheduler", "crawler1", "follower", "sender1"}
    assert all(story.renewed.values()), story.renewed


def test_all_of_them_end_in_time_and_in_order(story: Story) -> None:
    assert {code for code, _ in story.ends.values()} == {0}, story.cluster.said[-3000:]
    assert all(seconds < 10 for _, seconds in story.ends.values())


def test_a_role_needs_a_server(tmp_path: Path) -> None:
    done = call(
        "run", "--role", "crawler", cwd=tmp_path, database_url=f"sqlite:///{tmp_path}/x.db"
    )
    assert done.returncode == 1
    assert "--role crawler is for several processes on one PostgreSQL" in done.stderr
    assert not (tmp_path / "x.db").exists(), "a refusal leaves nothing behind"
    assert "Traceback" not in done.stderr


def test_a_bot_needs_a_token(tmp_path: Path, module_postgresql_url: str) -> None:
    done = call("run", "--role", "bot", cwd=tmp_path, database_url=module_postgresql_url)
    assert done.returncode == 1
    assert "--role bot needs a token" in done.stderr
