"""/metrics and /healthz over HTTP, and a dashboard that asks for nothing that is not there."""

import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError

from config.errors import InteropwatchError
from config.settings import Metrics, Settings
from storage import deliveries
from storage.database import Database
from storage.heartbeats import beat
from storage.metrics import registry_of
from storage.serving import application_of, serving
from tests.fakes.rows import NOW, make_article, make_change, make_event, subscribe

DASHBOARD = Path(__file__).parents[2] / "docs" / "grafana.json"


def pages_of(database: Database) -> Any:
    registry = registry_of(database, lambda: NOW, lambda: True)
    return application_of(database, lambda: NOW, None, registry)


@pytest.fixture
def page(database: Database) -> Iterator[str]:
    with database.write() as session:
        subscribe(session, "1")
        event = make_event(session)
        make_article(session, 1, "outlet", followed_at=None)
        deliveries.queue(session, event, make_change(session, event), NOW)
        beat(session, "sender", NOW)
    database.spans.note(beat, 0.02)
    with serving("127.0.0.1", 0, pages_of(database)) as port:
        yield f"http://127.0.0.1:{port}"


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def values(page: str) -> dict[str, float]:
    status, text = get(f"{page}/metrics")
    assert status == 200
    return {
        "/".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_the_metrics_are_those_of_the_store(page: str, database: Database) -> None:
    await database.run(beat, "sender", NOW)
    with pytest.raises(TypeError):
        await database.ask(beat)  # type: ignore[call-arg]
    found = values(page)
    assert found["interopwatch_store_seconds_count/beat"] == 3
    assert found["interopwatch_store_seconds_sum/beat"] > 0
    assert found["interopwatch_events_total"] == 1
    assert found["interopwatch_outbox/pending"] == 1
    assert found["interopwatch_unfollowed"] == 1
    assert found["interopwatch_loop_age_seconds/sender"] == 0
    assert found["interopwatch_undelivered_age_seconds"] == 0
    assert found["interopwatch_queue_runs"] == 0
    assert found["interopwatch_configuration_refused"] == 1
    assert found["process_resident_memory_bytes"] > 0


def test_health_is_told_with_a_status(page: str, database: Database) -> None:
    assert get(f"{page}/healthz") == (200, "healthy\n")
    with database.write() as session:
        beat(session, "follower", NOW.replace(year=2020))
    status, words = get(f"{page}/healthz")
    assert (status, words.split()[0]) == (503, "follower")


def test_nothing_else_is_served(page: str) -> None:
    assert get(f"{page}/")[0] == get(f"{page}/metrics/../etc/passwd")[0] == 404


def test_a_store_that_fails_is_a_503_that_tells_no_details(sqlite_database: Database) -> None:
    with serving("127.0.0.1", 0, pages_of(sqlite_database)) as port:
        with sqlite_database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE heartbeat")
        for path in ("metrics", "healthz"):
            status, words = get(f"http://127.0.0.1:{port}/{path}")
            assert (status, words) == (503, "the store cannot be asked\n")


def test_a_port_that_is_taken_is_told(page: str, database: Database) -> None:
    port = int(page.rpartition(":")[2])
    for host, wrong in (("127.0.0.1", port), ("nowhere.invalid", 0), ("fe80:", 0)):
        told = re.escape(f"cannot listen on {host}:{wrong} (metrics.host, metrics.port)")
        with (
            pytest.raises(InteropwatchError, match=told),
            serving(host, wrong, pages_of(database)),
        ):
            pass


def test_nothing_is_served_unless_asked_for_and_then_on_loopback() -> None:
    assert (Settings().metrics.port, Settings().metrics.host) == (0, "127.0.0.1")
    with pytest.raises(ValidationError, match="at least 1 character"):  # it would be every address
        Metrics(host="", port=9464)


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_the_sixth_version_is_served(sqlite_database: Database) -> None:
    with serving("::1", 0, pages_of(sqlite_database)) as port:
        assert get(f"http://[::1]:{port}/healthz")[0] == 503


def test_the_dashboard_shows_every_metric_and_no_other(page: str) -> None:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = " ".join(
        target["expr"] for panel in board["panels"] for target in panel.get("targets", [])
    )
    named = set(re.findall(r"\b(interopwatch_\w+|process_\w+)\b", asked))
    there = {name.partition("/")[0] for name in values(page)}
    there -= {
        "interopwatch_store_seconds_count",
        "interopwatch_store_seconds_sum",
    }  # its bucket tells
    assert named <= there
    assert {name for name in there if name.startswith("interopwatch_")} <= named
