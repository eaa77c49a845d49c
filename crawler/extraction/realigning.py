"""Decoding two-byte text with stray or missing bytes, so that one of them does not spoil a paragraph.

In GBK, Big5, Shift_JIS and the EUC encodings, a decoder that has lost a byte pairs the second half
of every character with the first half of the next one, and goes on like that to the next ASCII
character. Here each damaged run is cut into characters anew, in the way that makes most sense.
"""

import re
from collections.abc import Callable

_RUN = re.compile(rb"[\x80-\xff][\x40-\xff]*")
"""From the first byte outside ASCII on, what may belong to characters of two bytes."""

_WIDTHS = (2, 1, 3)
"""Bytes of a character: three in EUC-JP only, one for ASCII and for half-width kana."""

_LOST = -1.5
"""What leaving a byte out costs, in everyday characters."""

_MOST = 100_000
"""Bytes that are realigned; what is damaged beyond that is decoded as it stands."""


def realign(body: bytes, encoding: str, weigh: Callable[[str], float]) -> str:
    """The text of a damaged body. `weigh` tells how likely a character is, everyday ones being 1."""
    known: dict[bytes, tuple[str, float] | None] = {}
    left = _MOST
    pieces: list[str] = []
    end = 0
    for run in _RUN.finditer(body):
        pieces.append(body[end : run.start()].decode("ascii", "replace"))
        end = run.end()
        if left >= 0 and _is_damaged(run[0], encoding, weigh):
            left -= len(run[0])
            pieces.append(_realigned(run[0], encoding, weigh, known))
        else:
            pieces.append(run[0].decode(encoding, "replace"))
    pieces.append(body[end:].decode("ascii", "replace"))
    return "".join(pieces)


def _is_damaged(run: bytes, encoding: str, weigh: Callable[[str], float]) -> bool:
    try:
        text = run.decode(encoding)
    except UnicodeDecodeError:
        return True
    return len(text) > 6 and sum(map(weigh, text)) < 0.3 * len(text)


def _realigned(
    run: bytes,
    encoding: str,
    weigh: Callable[[str], float],
    known: dict[bytes, tuple[str, float] | None],
) -> str:
    """The best way from the first byte to the last, over characters and over bytes left out."""
    best = [0.0, *[float("-inf")] * len(run)]
    steps: list[tuple[int, str]] = [(0, "")] * (len(run) + 1)
    for start in range(len(run)):
        ways = [(start + 1, "", _LOST)]
        for width in _WIDTHS:
            part = run[start : start + width]
            if part not in known:
                known[part] = _character(part, encoding, weigh)
            character = known[part]
            if character is not None and len(part) == width:
                ways.append((start + width, *character))
        for to, text, worth in ways:
            if best[start] + worth > best[to]:
                best[to] = best[start] + worth
                steps[to] = (start, text)
    pieces: list[str] = []
    place = len(run)
    while place:
        place, text = steps[place]
        pieces.append(text)
    return "".join(reversed(pieces))


def _character(
    part: bytes, encoding: str, weigh: Callable[[str], float]
) -> tuple[str, float] | None:
    try:
        text = part.decode(encoding)
    except UnicodeDecodeError:
        return None
    return (text, weigh(text)) if len(text) == 1 else None
