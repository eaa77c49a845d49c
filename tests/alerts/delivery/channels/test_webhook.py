"""Alerts to programs: signed, by the published schema, and none lost whatever is answered."""

import base64
import hashlib
import hmac
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlmodel import select

from alerts.delivery.channels import Gone, NotSent, Refused, Sent
from alerts.delivery.channels.webhook import WebhookChannel
from alerts.delivery.messages import Message
from alerts.delivery.pacing import Pace
from alerts.delivery.payload import schema
from alerts.delivery.sender import Sender
from config.settings import Settings, Webhooks
from config.words import Stage
from storage import deliveries
from storage.database import Database
from storage.models import Delivery, Event, Subscription
from storage.subscriptions import sync_others
from tests.fakes import rows
from tests.fakes.receiver import Received, Receiver

PUBLISHED = Path("docs/webhook.schema.json")
KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Gazetteer:
    def name(self, platform: str, language: str) -> str:
        return platform.title()


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def settings(receiver: Receiver, **given: Any) -> Settings:
    target = {"name": "desk", "url": receiver.url, "language": "ja"} | given
    return Settings(webhooks=Webhooks.model_validate({"secret": SECRET, "targets": [target]}))


@pytest.fixture
async def channel(receiver, wall):
    channel = WebhookChannel(settings(receiver).webhooks, wall)
    await channel.open()
    yield channel
    await channel.close()


@pytest.fixture
def made(sqlite_database, channel, wall) -> Sender:
    return Sender(
        sqlite_database, {"webhook": channel}, Gazetteer(), clock=wall, pace=Pace(), alone=True
    )


def happen(database: Database, chosen: Settings, *, sources: int = 2) -> Event:
    with database.write() as session:
        sync_others(session, chosen, rows.NOW)
        event = rows.make_event(session)
        claims = [
            rows.make_claim(session, event, rows.make_article(session, n, f"outlet{n}"))
            for n in range(sources)
        ]
        first = claims[0].id if claims else None
        change = rows.make_change(session, event, claim_id=first, alerted=True)
        deliveries.queue(session, event, change, rows.NOW)
    return event


def check(request: Received) -> dict[str, Any]:
    """The body, if it is signed as Standard Webhooks wants it and keeps the published schema."""
    number, at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    said = f"{number}.{at}.".encode() + request.body
    mark = base64.b64encode(hmac.new(KEY, said, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{mark}"
    body = json.loads(request.body)
    published = Draft202012Validator(
        json.loads(PUBLISHED.read_text(encoding="utf-8")),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    published.validate(body)
    return dict(body)


def test_the_published_schema_is_that_of_the_code():
    """Written by: python -c 'from alerts.delivery.payload import …' as docs/channels.md says."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == schema()


async def test_an_alert_its_coverage_and_the_next_stage(receiver, sqlite_database, made, wall):
    event = happen(sqlite_database, settings(receiver))
    await made.drain()
    (request,) = receiver.received
    told = check(request)
    assert request.path == "/hooks/T0PSECRETPATH"
    assert (told["kind"], told["event"], told["stage"]) == ("stage-change", "E1", "announced")
    assert (told["hosts"], told["guests"]) == (["taobao"], ["wechat-pay"])
    assert told["quote"]["outlet"] == {"name": "Outlet0", "url": "https://outlet0.test/0"}
    assert told["sources"] == 2
    assert told["text"].startswith("🆕 Taobao → Wechat-Pay\n🟡 発表")
    assert request.headers["webhook-id"] == told["change"]
    with sqlite_database.write() as session:
        rows.make_claim(
            session, session.get_one(Event, event.id), rows.make_article(session, 9, "x")
        )
        deliveries.touch_coverage(session, event.id or 0, wall())
    wall.move(minutes=11)
    await made.drain()
    more = check(receiver.received[1])
    assert (more["kind"], more["sources"], more["change"]) == ("coverage", 3, told["change"])
    assert receiver.received[1].headers["webhook-id"] != told["change"]
    with sqlite_database.write() as session:
        moved = session.get_one(Event, event.id)
        moved.stage = Stage.LIVE
        change = rows.make_change(session, moved, Stage.LIVE, previous=Stage.ANNOUNCED)
        deliveries.queue(session, moved, change, wall())
    await made.drain()
    third = check(receiver.received[2])
    assert (third["stage"], third["previous"]) == ("live", "announced")
    assert third["change"] != told["change"]


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {}, Sent),
        (302, {"Location": "http://127.0.0.1:9/inside"}, NotSent),
        (307, {"Location": "/other"}, NotSent),
        (400, {}, Refused),
        (401, {}, NotSent),
        (404, {}, NotSent),
        (410, {}, Gone),
        (422, {}, Refused),
        (429, {"Retry-After": "7"}, NotSent),
        (429, {"Retry-After": "99999999"}, NotSent),
        (
            429,
            {
                "Retry-After": "Tue, 19 Jan 2038 03:14:15 GMT",
                "Date": "Tue, 19 Jan 2038 03:14:08 GMT",
            },
            NotSent,
        ),
        (500, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, NotSent),
        (503, {}, NotSent),
        (200, {"endless": "yes"}, Sent),
        (0, {}, NotSent),
    ],
)
async def test_each_answer(receiver, sqlite_database, made, channel, status, headers, expected):
    receiver.answers.append((status, headers))
    happen(sqlite_database, settings(receiver))
    with sqlite_database.read() as session:
        (claimed,) = session.exec(select(Delivery.id)).all()
        view = deliveries.alert_view(session, claimed or 0)
    message = Message("x", "x", silent=False, entities=0, length=1, about=view)
    outcome = await channel.send("desk", 0, message, None, silent=False)
    assert isinstance(outcome, expected)
    assert len(receiver.received) == 1  # nothing is followed
    if status == 429:
        seconds = int(headers["Retry-After"]) if len(headers) == 1 else 7
        assert outcome.retry_after == min(seconds, 3600)
    assert not any(word in repr(outcome) for word in ("127.0.0.1", "T0PSECRET", SECRET))


async def test_down_for_a_day_nothing_is_lost_and_a_repeat_says_that_it_is_one(
    receiver, sqlite_database, made, wall
):
    happen(sqlite_database, settings(receiver))
    happen(sqlite_database, settings(receiver), sources=0)
    receiver.answers.extend([(0, {}), (500, {}), (502, {}), (404, {}), (0, {})] * 2)
    for _ in range(14):
        await made.drain()
        wall.move(hours=1)
    with sqlite_database.read() as session:
        assert deliveries.count_by_status(session)["sent"] == 2
    ids = [request.headers["webhook-id"] for request in receiver.received]
    assert len(ids) == 12
    assert len(set(ids)) == 2


async def test_one_that_wants_no_more_is_paused_until_the_next_start(
    receiver, sqlite_database, made, wall
):
    receiver.answers.append((410, {}))
    happen(sqlite_database, settings(receiver))
    await made.drain()
    with sqlite_database.read() as session:
        (row,) = deliveries.pending(session)
    assert (row.channel, row.address, row.paused_reason) == (
        "webhook", "desk", "it answered 410: it wants no more",
    )  # fmt: skip
    with sqlite_database.write() as session:
        sync_others(session, settings(receiver), wall())
    await made.drain()
    assert len(receiver.received) == 2


async def test_filters_and_targets_that_are_gone(receiver, sqlite_database, made, channel, wall):
    happen(sqlite_database, settings(receiver, least_stage="live"))
    await made.drain()
    assert receiver.received == []
    with sqlite_database.write() as session:
        sync_others(session, Settings(), wall())
        assert not session.exec(select(Subscription)).one().active
    for address, about in (("gone", Gone), ("desk", Refused)):
        message = Message("x", "x", silent=False, entities=0, length=1)
        assert isinstance(await channel.edit(address, 1, message), about)


async def test_neither_secret_nor_address_is_in_the_store_or_the_log(
    receiver, sqlite_database, made, wall, caplog, tmp_path
):
    receiver.answers.extend([(500, {}), (0, {})])
    with caplog.at_level(logging.DEBUG):
        happen(sqlite_database, settings(receiver))
        for _ in range(3):
            await made.drain()
            wall.move(minutes=6)
    assert len(receiver.received) == 3
    stored = b"".join(one.read_bytes() for one in tmp_path.glob("interopwatch.db*"))
    ours = "".join(r.getMessage() for r in caplog.records if not r.name.startswith("http"))
    for secret in (SECRET, SECRET.removeprefix("whsec_"), "T0PSECRETPATH"):
        assert secret.encode() not in stored
        assert secret not in ours


def test_a_channel_needs_a_secret(wall):
    with pytest.raises(ValueError, match=r"webhooks\.secret"):
        WebhookChannel(Webhooks(), wall)


async def test_flood_waits_of_webhooks_do_not_stop_telegram():
    pace = Pace()
    for number in range(9):
        pace.freeze(deliveries.Address("webhook", f"w{number}"), 100)
    assert pace.room() > 0
    assert timedelta(seconds=pace.next_ready() or 0) > timedelta(seconds=90)
