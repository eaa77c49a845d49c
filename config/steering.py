"""What steers a terminal instead of being shown, written out so that it does nothing."""

import re

OVERRIDES = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
"""Controls and changes of direction above the first 32, and halves of characters, for a class of re."""

_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNSAFE = re.compile(f"[\x00-\x1f{OVERRIDES}]")
_UNSAFE_IN_JSON = re.compile(f"[{OVERRIDES}]")


def escaped(text: str) -> str:
    """Text in one line without controls and direction overrides, which are written out."""
    return _UNSAFE.sub(written_out, text)


def escaped_json(text: str) -> str:
    """JSON text, which says the same, without them."""
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def written_out(found: re.Match[str]) -> str:
    """One such character."""
    character = found.group()
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
