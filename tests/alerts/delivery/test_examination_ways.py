"""What the examination says of webhooks and of the folder of feeds; it sends and makes nothing."""

import os
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alerts.delivery import examination_ways as ways
from alerts.delivery.examination_ways import examine_publish, examine_webhooks
from config.findings import Finding
from config.settings import Publish, Webhooks
from tests.fakes.certificates import certificate
from tests.fakes.receiver import Receiver

SECRET = "whsec_" + b64encode(bytes(32)).decode()


async def webhooks(*urls: str, **paused: str) -> list[Finding]:
    """What is found of these targets, which are called a, b …; their addresses are not told."""
    targets = [{"name": chr(97 + place), "url": url} for place, url in enumerate(urls)]
    settings = Webhooks.model_validate({"secret": SECRET, "targets": targets})
    (signing, *found) = await examine_webhooks(settings, paused)
    assert signing.detail == f"targets: {len(urls)}; signed with a key of 32 bytes"
    assert [one.check for one in found] == [f"webhook {one['name']}" for one in targets]
    assert not [one for one in found if "T0PSECRET" in repr(one) or "127.0.0.1" in repr(one)]
    return found


@contextmanager
def listening(file: Path) -> Iterator[Receiver]:
    """A receiver that speaks TLS with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with Receiver() as receiver:
        receiver._server.socket = context.wrap_socket(
            receiver._server.socket, server_side=True, do_handshake_on_connect=False
        )
        receiver.url = receiver.url.replace("http:", "https:")
        yield receiver


async def test_webhooks_are_reached_and_told_nothing(tmp_path, monkeypatch):
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Receiver() as plain, listening(file) as locked:
        bare, safe, other = await webhooks(plain.url, locked.url, locked.url, c="it answered 410")
    assert (bare.status, bare.detail) == ("ok", "it takes connections, not encrypted")
    assert (safe.status, safe.detail) == ("ok", "it takes connections, TLSv1.3")
    assert (other.status, other.detail) == ("warn", "paused: it answered 410")
    assert plain.received == locked.received == []


async def test_what_keeps_webhooks_from_being_reached(tmp_path, monkeypatch):
    trusted = [certificate(tmp_path, "127.0.0.2"), certificate(tmp_path, days=-1)]
    (tmp_path / "all.pem").write_text("".join(one.read_text() for one in trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "all.pem"))
    (tmp_path / "unknown").mkdir()
    with (
        Receiver() as plain,
        listening(trusted[0]) as elsewhere,
        listening(trusted[1]) as late,
        listening(certificate(tmp_path / "unknown")) as unknown,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        urls = [plain.url.replace("http:", "https:"), elsewhere.url, late.url, unknown.url]
        urls += ["http://127.0.0.1:9/T0PSECRET", "http://T0PSECRET.invalid/"]
        urls += [f"http://{'T0PSECRET' * 9}.org/"]
        monkeypatch.setattr(ways, "PATIENCE", 60.0)
        found = await webhooks(*urls, a="it answered 410")
        monkeypatch.setattr(ways, "PATIENCE", 0.5)
        found += await webhooks(f"https://127.0.0.1:{silent.getsockname()[1]}/T0PSECRET")
    assert [one.detail for one in found] == [
        "it does not speak TLS there",
        "its certificate is for another address",
        "its certificate has expired",
        "its certificate is signed by itself alone",
        "nothing listens there",
        "its name leads to no address",
        "its url is no address",
        "no connection within 0.5 s",
    ]
    assert {one.status for one in found} == {"fail"}
    assert all(one.hint for one in found)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(113, "x T0PSECRET"), "no connection: No route to host"),
        (OSError("Multiple exceptions: T0PSECRET"), "no connection, by none of its addresses"),
    ],
)
async def test_other_failures_are_told_without_the_address(error, told, monkeypatch):
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("asyncio.open_connection", fail)
    (found,) = await webhooks("http://127.0.0.1/T0PSECRET")
    assert (found.status, found.detail) == ("fail", told)


async def test_alerts_that_anybody_can_read_on_their_way_are_warned_of(monkeypatch):
    async def reach(*_: object, **__: object) -> tuple[str, None]:
        return "93.184.216.34", None

    monkeypatch.setattr(ways, "_connect", reach)
    (found,) = await webhooks("http://hooks.example.org/T0PSECRET")
    assert (found.status, "use https" in found.hint) == ("warn", True)


async def test_without_webhooks_and_feeds_nothing_is_said():
    assert await examine_webhooks(Webhooks(), {}) == []
    assert examine_publish(Publish()) == []


def looked_at(folder: Path) -> tuple[str, str]:
    (found,) = examine_publish(Publish(folder=folder))
    assert found.check == "feeds"
    assert (found.status == "ok") == (not found.hint)
    return found.status, found.detail


def test_the_folder_of_feeds_is_looked_at_and_left_alone(tmp_path, monkeypatch):
    folder = tmp_path / "site" / "feeds"
    assert looked_at(folder) == ("ok", f"{folder} is made at the next start")
    assert not folder.parent.exists()
    (folder / "stages").mkdir(parents=True)
    (folder / "stages" / "live.atom").touch()
    assert looked_at(folder) == ("ok", f"{folder} can be written to; feeds in it: 1")
    assert looked_at(folder / "stages" / "live.atom" / "x")[1].endswith("live.atom is no folder")
    monkeypatch.setattr(os, "access", _but(folder / "stages"))
    status, detail = looked_at(folder)
    assert (status, detail.startswith(f"{folder / 'stages'} belongs to ")) == ("fail", True)
    monkeypatch.setattr(os, "access", _but(folder))
    monkeypatch.setattr(Path, "iterdir", _refuse)
    assert looked_at(folder)[1].startswith(f"{folder} belongs to ")
    monkeypatch.setattr(os, "access", _but(tmp_path))
    assert looked_at(tmp_path / "new")[0] == "fail"


def _refuse(_: Path) -> None:
    raise PermissionError


def _but(shut: Path) -> Callable[[Path, int], bool]:
    return lambda place, _: place != shut
