"""How requests to the Bot API carry their parameters: forms, JSON or multipart."""

import json
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.bot_methods import Params, Upload


def read_params(content_type: str, body: bytes, query: str = "") -> Params:
    """The parameters of one request; JSON inside a form field is read too."""
    values: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if content_type.startswith("application/json"):
        values |= json.loads(body or b"{}")
    elif content_type.startswith("multipart/"):
        values |= _multipart(content_type, body)
    else:
        values |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return Params({key: _read(value) for key, value in values.items()})


def _read(value: Any) -> Any:
    """Lists and objects come as JSON; everything else stays text."""
    if isinstance(value, str) and value[:1] in "[{" and value:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _multipart(content_type: str, body: bytes) -> dict[str, Any]:
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    values: dict[str, Any] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
            file = part.get_filename()
            values[name] = Upload(file, data) if file else data.decode()
    return values
