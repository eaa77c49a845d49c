"""What a large YAML file holds, kept as JSON, which is read in a thirtieth of the time.

The copy lies where compiled code lies, or in the cache of the user. It begins with the digest of
the text that it was made of and with its own, so one that is stale or damaged is made anew. It is
data and no more: whoever reads it validates it as they would the YAML.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from config import caches

Data = dict[str, Any]

LEAST = 1024
"""Characters below which a text is read as quickly as its copy."""

_VERSION = "1"


def kept(path: Path, text: str, read: Callable[[str], Data | None]) -> Data | None:
    """What `read` makes of the text of a file, from the copy if there is a good one."""
    if len(text) < LEAST:
        return read(text)
    of = sha256(f"{_VERSION}\n{text}".encode()).hexdigest()
    for place in places(path):
        with suppress(OSError, ValueError, RecursionError), Path(place).open("rb") as file:
            data = _good(file.read(), of) if caches.is_ours(file) else None
            if data is not None:
                return data
    found = read(text)
    if found is not None:
        body = json.dumps(found, separators=(",", ":")).encode()
        head = f"{of} {sha256(body).hexdigest()}\n".encode()
        any(caches.replace(place, head + body) for place in places(path))
    return found


def places(path: Path) -> list[str]:
    """Where the copy of a file may be, best first."""
    name = (
        f"interopwatch.{path.stem}-{sha256(str(path.absolute()).encode()).hexdigest()[:16]}.json"
    )
    return [caches.beside(__file__, name), *caches.of_user(name)]


def _good(copy: bytes, of: str) -> Data | None:
    head, _, body = copy.partition(b"\n")
    if head != f"{of} {sha256(body).hexdigest()}".encode():
        return None
    data = json.loads(body)
    return data if isinstance(data, dict) else None
