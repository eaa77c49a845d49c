"""The token appears nowhere, whatever fails: the whole way out and in at DEBUG."""

import asyncio
import io
import json
import logging
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import BaseModel, SecretStr
from telegram.error import TelegramError

from alerts.delivery import bot as bot_module
from alerts.delivery import redaction
from alerts.delivery.bot import TelegramBot
from alerts.delivery.channels.telegram import TelegramChannel, make_bot
from alerts.delivery.messages import Message
from alerts.delivery.redaction import MASK, Redaction, install
from config.hidden import secrets_of
from config.settings import Settings
from tests.fakes.bot_api import TOKEN
from tests.fakes.knowledge import KNOWLEDGE
from tests.fakes.processes import PATIENCE, environment
from tests.fakes.receiver import Receiver

SECRET = TOKEN.partition(":")[2]
HELLO = Message("<b>x</b>", "x", silent=False, entities=1, length=1)
KINDS = (
    "flood",
    "forbidden",
    "bad_request",
    "migrate",
    "unauthorized",
    "conflict",
    "server_error",
    "bad_gateway",
    "hang",
    "reset",
    "garbage",
    "odd",
)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that the root logger writes, at DEBUG."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    before = root.level
    levels = {name: logging.getLogger(name).level for name in redaction._CHATTY}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    install(TOKEN)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    install()


@pytest.mark.parametrize("chatty", [False, True])
async def test_no_fault_brings_the_token_into_a_line(
    api, database, wall, lines, monkeypatch, chatty
):
    monkeypatch.setattr(bot_module, "_LONGEST_WAIT", 0.01)
    monkeypatch.setattr(bot_module, "REFUSED_WAIT", 0.01)
    if chatty:  # even where somebody turns the HTTP libraries up again
        for name in redaction._CHATTY:
            logging.getLogger(name).setLevel(logging.DEBUG)
    channel = TelegramChannel(api.settings(), read_timeout=0.1)
    shown = []
    for kind in KINDS:
        api.fault(kind, new_chat=-1)
        shown.append(repr(await channel.send("5", 0, HELLO, None, silent=False)))
        api.fault(kind, method="editMessageText", new_chat=-1)
        shown.append(repr(await channel.edit("5", 1, HELLO)))
    await channel.close()
    listening = TelegramBot(database, api.settings(), KNOWLEDGE, clock=wall, poll_seconds=1)
    for kind in KINDS:
        if kind != "hang":
            api.fault(kind, method="getUpdates", retry_after=1 if kind == "flood" else 0)
    task = asyncio.create_task(listening.run())
    api.push_message("/start")
    await asyncio.to_thread(api.wait_until, lambda: api.messages(5), 20)
    await listening.stop()
    await task
    written = lines.getvalue()
    assert ("HTTP Request" in written) == chatty
    assert written.count("\n") > 20
    for text in (written, *shown):
        assert SECRET not in text
        assert quote(TOKEN, safe="") not in text


UNEXPECTED = """
import asyncio, gc, sys, threading, warnings
import interopwatch
from crawler.reactor import install_reactor
from twisted.internet.defer import fail
token = {token!r}
def raised():
    raise RuntimeError(token)
async def in_twisted():
    install_reactor()
    fail(RuntimeError(token))
    gc.collect()
def broken(_):
    warnings.warn(token)
    thread = threading.Thread(target=raised)
    thread.start()
    thread.join()
    asyncio.run(in_twisted())
    raised()
interopwatch.Installation.sources = property(broken)
sys.argv = ["interopwatch", "run"]
interopwatch.main()
"""


def test_an_error_that_nobody_expects_is_a_line_without_the_token(tmp_path):
    """A warning, the end of a thread, what Twisted drops, and the end of the daemon itself."""
    done = subprocess.run(
        [sys.executable, "-c", UNEXPECTED.format(token=TOKEN)], cwd=tmp_path, check=False,
        env=environment(telegram_token=TOKEN), capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    said = [json.loads(line) for line in done.stderr.splitlines()]
    told = [one for one in said if one["level"] in {"WARNING", "CRITICAL"}]
    names = ["py.warnings", "config.logs", "twisted", "twisted", "config.logs"]
    assert ([one["logger"] for one in told], done.returncode) == (names, 1)
    assert [at for at, one in enumerate(told) if "RuntimeError" in one.get("traceback", "")] == [
        1,
        3,
        4,
    ]
    assert SECRET not in done.stderr + done.stdout


async def test_tracebacks_reprs_and_fields_are_cleaned(api, lines):
    log = logging.getLogger("somewhere")
    bot = make_bot(api.settings())
    log.info("%r", bot)
    log.info("args %s %d", {"url": f"/bot{quote(TOKEN, safe='')}/getMe"}, 5)
    try:
        raise TelegramError(f"https://api/bot{TOKEN}/getMe")
    except TelegramError:
        log.exception("failed")
        log.info("stack", stack_info=True)
    assert SECRET not in lines.getvalue()
    assert MASK in lines.getvalue()
    assert "Traceback" in lines.getvalue()


PASSWORD = "hush%2Fhush"
"""Of a proxy, as it is written; it means hush/hush."""
LOGIN = b64encode(b"me:hush/hush").decode()


async def test_a_proxy_that_refuses_us_brings_its_password_into_no_line(api, lines):
    with Receiver() as proxy:
        proxy.answers.append((407, {"proxy-authenticate": "Basic"}))
        port = proxy.url.split("/")[2]
        telegram = api.settings(proxy=f"http://me:{PASSWORD}@{port}")
        install(*secrets_of(Settings(telegram=telegram)))
        for name in redaction._CHATTY:
            logging.getLogger(name).setLevel(logging.DEBUG)
        channel = TelegramChannel(telegram)
        outcome = await channel.send("5", 0, HELLO, None, silent=False)
        await channel.close()
    assert proxy.received[0].headers["proxy-authorization"] == f"Basic {LOGIN}"
    log = logging.getLogger("somewhere")
    log.info("%r %s of %r", telegram, outcome, Settings(telegram=telegram))
    log.info("by %s with %s, hush/hush", telegram.proxy.get_secret_value(), LOGIN)
    log.info("of somebody else: https://them:pw@example.org/x?y, https://example.org/@them")
    shown = lines.getvalue()
    assert shown.count("\n") > 5
    assert not [one for one in (PASSWORD, "hush/hush", LOGIN, "them:pw") if one in shown]
    assert "https://example.org/@them" in shown


def test_every_secret_of_the_settings_is_known():
    target = {"name": "desk", "url": "https://hooks.example.org/T0PSECRET"}
    given = {
        "database_url": "postgresql://me:a-[long#one@db/store",
        "telegram": {"token": TOKEN, "proxy": "http://me:another-long-one@proxy"},
        "webhooks": {"secret": "whsec_" + LOGIN * 4, "targets": [target]},
    }
    settings = Settings.model_validate(given)
    line = "\n".join(_secrets(settings))
    assert line.count("\n") == 4
    safe = Redaction(secrets_of(settings)).redact(line).splitlines()
    assert safe == ["postgresql://****@db/store", MASK, "http://****@proxy", MASK, MASK]
    assert "a-[long#one" in secrets_of(settings)
    assert list(secrets_of(Settings())) == []


def _secrets(value: Any) -> Iterator[str]:
    """Whatever the settings call a secret, in the order of their keys."""
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case BaseModel():
            for name in type(value).model_fields:
                yield from _secrets(getattr(value, name))
        case tuple():
            for one in value:
                yield from _secrets(one)


def test_extra_fields_and_broken_records():
    filter_ = Redaction([TOKEN])
    record = logging.LogRecord("x", logging.INFO, "f", 1, "no %d", ("number",), None)
    record.__dict__["url"] = f"https://api/bot{TOKEN}/x"
    assert filter_.filter(record)
    assert vars(record)["url"] == f"https://api/bot{MASK}/x"
    record = logging.LogRecord("x", logging.INFO, "f", 1, f"%d {TOKEN}", ("n",), None)
    filter_.filter(record)
    assert TOKEN not in record.getMessage()


def test_harmless_lines_stay_as_they_are():
    record = logging.LogRecord("x", logging.INFO, "f", 1, "%s of %s", ("a", "b"), None)
    Redaction([TOKEN, "short"]).filter(record)
    assert (record.msg, record.args) == ("%s of %s", ("a", "b"))
    assert Redaction([TOKEN]).redact("a short text") == "a short text"


def test_installing_again_replaces_the_secrets(lines):
    install("another-secret-value")
    logging.getLogger("x").info("another-secret-value")
    root = logging.getLogger()
    assert "another" not in lines.getvalue()
    for handler in root.handlers:
        assert len([one for one in handler.filters if isinstance(one, Redaction)]) == 1
