"""Alerts on the terminal, drawn as a Telegram reader would see them."""

import sys
from itertools import count
from typing import TextIO

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from alerts.delivery.channels import NotSent, Outcome, Sent
from alerts.delivery.markup import Parsed
from alerts.delivery.messages import Message
from alerts.delivery.words import words_for

_STYLES = {"b": "bold", "i": "italic", "a": "underline", "blockquote": "dim"}
_WIDTH = 78


class ConsoleChannel:
    """Prints to a stream (standard output if none is given): panels on a terminal, else text."""

    def __init__(self, stream: TextIO | None = None, language: str = "en") -> None:
        self._stream = stream or sys.stdout
        self._words = words_for(language)
        self._console = Console(file=self._stream, highlight=False, markup=False, emoji=False)
        self._ids = count(1)
        self._titles: dict[int, str] = {}

    async def open(self) -> None:
        """Nothing to do."""

    async def send(
        self,
        address: str,  # noqa: ARG002 - the interface's; a terminal is one place
        topic: int,  # noqa: ARG002
        message: Message,
        reply_to: int | None,
        *,
        silent: bool,  # noqa: ARG002
    ) -> Outcome:
        """Print the message; a reply shows the first line of what it replies to."""
        number = next(self._ids)
        note = ""
        if reply_to is not None:
            note = "↪ " + self._titles.get(reply_to, self._words("alert-reply"))
        return self._print(number, message, note)

    async def edit(
        self,
        address: str,  # noqa: ARG002
        message_id: int,
        message: Message,
    ) -> Outcome:
        """Print the message again as it reads now."""
        return self._print(message_id, message, f"✎ {self._words('alert-edited')}")

    async def close(self) -> None:
        """Leave the stream to its owner."""

    def _print(self, number: int, message: Message, note: str) -> Outcome:
        read = message.parsed.visible()
        self._titles[number] = read.text.split("\n", 1)[0]
        try:
            if self._console.is_terminal:
                self._console.print(_panel(read, note, self._console.width))
            else:
                lines = [note] if note else []
                self._stream.write("\n".join([*lines, read.text, "", ""]))
            self._stream.flush()
        except (OSError, ValueError) as error:  # the reader is gone, or the stream is closed
            return NotSent(f"the console cannot be written to: {error}")
        return Sent(number)


def _panel(read: Parsed, note: str, width: int) -> Panel:
    text = Text(read.text)
    for entity in read.entities:
        style = _STYLES.get(entity.kind, "")
        if entity.href:
            style += f" link {entity.href}"
        text.stylize(style, entity.start, entity.end)
    body = Group(Text(note, style="dim"), text) if note else text
    return Panel(body, width=min(width, _WIDTH), border_style="cyan", padding=(0, 1))
