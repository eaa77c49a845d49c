"""Whether the other ways out can be used as configured: webhooks are reached, feeds are written.

Nothing is sent and nothing is made: a connection is opened and closed. A webhook goes by its
name, because its address may be what its receiver knows us by.
"""

import asyncio
import ipaddress
import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from config.findings import Finding, Health
from config.settings import Publish, Webhook, Webhooks, webhook_key

PATIENCE = 10.0
"""Seconds that any one question to the network may take."""

_CERTIFICATE = {
    10: "its certificate has expired",
    18: "its certificate is signed by itself alone",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""OpenSSL's reasons to refuse a certificate in our words: its own would tell the address."""


async def examine_webhooks(settings: Webhooks, paused: Mapping[str, str]) -> list[Finding]:
    """One finding about the signing, and one for each target; `paused` says why one gets nothing."""
    if settings.secret is None or not settings.targets:
        return []
    key = webhook_key(settings.secret)
    signing = f"targets: {len(settings.targets)}; signed with a key of {len(key)} bytes"
    found = [Finding("webhooks", Health.OK, signing)]
    asked = (_target(one, paused.get(one.name)) for one in settings.targets)
    return found + list(await asyncio.gather(*asked))


async def _target(target: Webhook, paused: str | None) -> Finding:
    check = f"webhook {target.name}"
    parts = urlsplit(target.url.get_secret_value())
    secure = parts.scheme == "https"
    try:
        async with asyncio.timeout(PATIENCE):
            address, protocol = await _connect(
                parts.hostname or "", parts.port or (443 if secure else 80), secure=secure
            )
    except (TimeoutError, OSError, ValueError) as error:
        return Finding(check, Health.FAIL, *_reason(error))
    if paused is not None:
        hint = "the next start tries it again, with what it is owed; or take it out"
        return Finding(check, Health.WARN, f"paused: {paused}", hint)
    if protocol is None and ipaddress.ip_address(address).is_global:
        hint = "use https: on its way anybody can read the alerts"
        return Finding(check, Health.WARN, "it takes connections without encryption", hint)
    return Finding(check, Health.OK, f"it takes connections, {protocol or 'not encrypted'}")


async def _connect(host: str, port: int, *, secure: bool) -> tuple[str, str | None]:
    """The address that was reached, and the version of TLS with a certificate that is trusted."""
    context = ssl.create_default_context() if secure else None
    connect = asyncio.open_connection  # noqa: TID251 - a target of the operator; asks for nothing
    _, writer = await connect(host, port, ssl=context)
    try:
        reached: str = writer.get_extra_info("peername")[0]
        lock: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
        return reached.partition("%")[0], lock.version() if lock else None
    finally:
        writer.transport.abort()


def _reason(error: Exception) -> tuple[str, str]:
    """What keeps us from a target, without its address, and what to do."""
    match error:
        case TimeoutError():
            return f"no connection within {PATIENCE:g} s", _REACH
        case socket.gaierror():
            return (
                "its name leads to no address",
                "check its url, the network and /etc/resolv.conf",
            )
        case ssl.SSLCertVerificationError():
            reason = _CERTIFICATE.get(error.verify_code, "its certificate is not trusted")
            return reason, "alerts wait until this is mended there; SSL_CERT_FILE adds authorities"
        case ssl.SSLError():
            return (
                "it does not speak TLS there",
                "check its url: http:// or https://, and the port",
            )
        case ConnectionRefusedError():
            return "nothing listens there", _REACH
        case OSError(errno=int(number)):
            return f"no connection: {os.strerror(number)}", _REACH
        case OSError():
            return "no connection, by none of its addresses", _REACH
        case _:
            return "its url is no address", "check the name in it"


_REACH = "check its url and the firewall; alerts wait meanwhile, and none is lost"


def examine_publish(settings: Publish) -> list[Finding]:
    """Whether the folder of feeds is there, or can be made, and can be written to as a whole."""
    if settings.folder is None:
        return []
    folder = settings.folder.absolute()
    return [next(_hindrances(folder), None) or _sound(folder)]


def _hindrances(folder: Path) -> Iterator[Finding]:
    nearest = next(one for one in (folder, *folder.parents) if os.path.exists(one))  # noqa: PTH110 - takes a shut folder for none
    if not nearest.is_dir():
        detail = f"{nearest} is no folder"
        yield Finding("feeds", Health.FAIL, detail, "move it away, or change publish.folder")
        return
    yield from _shut(nearest)
    for place in folder.iterdir() if nearest == folder else ():
        if place.is_dir():
            yield from _shut(place)


def _shut(place: Path) -> Iterator[Finding]:
    """That a folder can be listed and written to by others only."""
    if os.access(place, os.R_OK | os.W_OK | os.X_OK):
        return
    uid, gid, owner = os.getuid(), os.getgid(), place.stat()
    detail = f"{place} belongs to {owner.st_uid}:{owner.st_gid}; no files can be put into it"
    hint = f"chown -R {uid}:{gid} {place}, or mount it for writing"
    yield Finding("feeds", Health.FAIL, f"{detail} by uid {uid}, gid {gid}", hint)


def _sound(folder: Path) -> Finding:
    if not folder.exists():
        return Finding("feeds", Health.OK, f"{folder} is made at the next start")
    count = sum(1 for _ in folder.rglob("*.atom"))
    return Finding("feeds", Health.OK, f"{folder} can be written to; feeds in it: {count}")
