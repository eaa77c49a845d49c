"""The daemon on a disk that fills up while it works: nothing lost, nothing doubled, no hand needed."""

import resource
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from crawler.demo.site import NewsSite
from tests.fakes.bot_api import BotApi
from tests.journeys.test_daemon import World

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("disk")]

NO_ROOM = 16 * 1024
"""Bytes up to which files may be written: less than the store has already."""


@dataclass
class Course:
    """What was there before, during and after."""

    world: World
    while_full: list[str]
    articles_while_full: int
    alive: bool
    after: list[str]
    code: int


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    folder = tmp_path_factory.mktemp("disk")
    with NewsSite() as site, BotApi() as api:
        world = World.make(folder, site, api)
        site.publish(1)
        with world.start(log_level="INFO") as daemon:  # its log is to have room all the time
            daemon.until(lambda: world.settled(1), "telling of the first round")
            _, most = resource.prlimit(daemon.popen.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(daemon.popen.pid, resource.RLIMIT_FSIZE, (NO_ROOM, most))
            site.publish(3)
            daemon.until(lambda: "a crawl of" in daemon.said, "a crawl that has no room")
            while_full = [message.text for message in world.messages()]
            ((articles,),) = world.rows("SELECT count(*) FROM article")
            alive = daemon.popen.poll() is None
            resource.prlimit(daemon.popen.pid, resource.RLIMIT_FSIZE, (most, most))
            daemon.until(lambda: world.settled(3), "telling of all once there is room")
            code, _ = daemon.end(signal.SIGTERM)
        after = [message.text for message in world.messages()]
        yield Course(world, while_full, articles, alive, after, code)


def test_a_full_disk_ends_nothing_and_stores_no_half_article(course: Course) -> None:
    assert course.alive
    assert course.articles_while_full == len(course.world.site.world.visible(1))


def test_what_came_meanwhile_is_told_once_there_is_room(course: Course) -> None:
    assert course.world.settled(3)
    assert len(course.after) > len(course.while_full)


def test_nothing_is_told_twice(course: Course) -> None:
    (sent,) = course.world.rows("SELECT count(*) FROM delivery WHERE status = 'sent'")[0]
    assert len(course.after) == len(set(course.after)) == sent


def test_the_store_is_whole_and_the_end_in_order(course: Course) -> None:
    assert course.world.rows("PRAGMA integrity_check") == [("ok",)]
    assert course.code == 0
