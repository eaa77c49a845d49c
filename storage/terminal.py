"""Tables on a terminal, aligned also where characters are two cells wide."""

import io
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

Cell = tuple[str, str]
"""The text of a cell, which may have lines, and its style."""

GAP = 2
LONGEST_WORD = 16
"""Cells at most that a word keeps for itself; Chinese and Japanese text is one word."""
LEAST_ROOM = 8
"""Cells for values in a block, however narrow the terminal."""


def drawn(
    names: Sequence[str], rows: Sequence[Sequence[Cell]], *, wide: Sequence[bool], person: bool
) -> str:
    """The rows below their names. Only `wide` columns are broken into lines, none is cut.

    Where a person's terminal is too narrow for that, every row becomes a block of lines.
    """
    if not names:
        return ""
    width = None if person else 1_000_000
    console = Console(file=io.StringIO(), force_terminal=person, width=width, highlight=False)
    widths = _widths(names, rows, wide, console.width)
    if sum(widths) + GAP * (len(names) - 1) <= console.width:
        lines = list(_table(names, rows, widths, console))
    else:
        lines = list(_blocks(names, rows, console))
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)
    return console.file.getvalue() if isinstance(console.file, io.StringIO) else ""


def _widths(
    names: Sequence[str], rows: Sequence[Sequence[Cell]], wide: Sequence[bool], room: int
) -> list[int]:
    """Cells per column: what no word can do without, and what is left for the text that wraps."""
    least, natural = [], []
    for number, name in enumerate(names):
        texts = [line for row in rows for line in row[number][0].split("\n")]
        words = [min(cell_len(word), LONGEST_WORD) for text in texts for word in text.split()]
        natural.append(max(map(cell_len, [name, *texts])))
        least.append(max([cell_len(name), *words]) if wide[number] else natural[-1])
    spare = room - sum(least) - GAP * (len(names) - 1)
    in_need = sorted(range(len(names)), key=lambda number: natural[number] - least[number])
    for done, number in enumerate(in_need):  # who needs little gets it, the rest is shared evenly
        share = max(spare, 0) // (len(names) - done)
        more = min(share, natural[number] - least[number])
        least[number] += more
        spare -= more
    return least


def _table(
    names: Sequence[str], rows: Sequence[Sequence[Cell]], widths: Sequence[int], console: Console
) -> Iterator[Text]:
    heads = [(name, "bold") for name in names]
    for row in (heads, *rows):
        cells = [
            Text(text, style=style).wrap(console, width, overflow="fold")
            for (text, style), width in zip(row, widths, strict=True)
        ]
        for number in range(max(map(len, cells))):
            line = Text()
            for cell, width in zip(cells, widths, strict=True):
                part = cell[number] if number < len(cell) else Text()
                line.append_text(part).append(" " * (width - cell_len(part.plain) + GAP))
            yield line


def _blocks(
    names: Sequence[str], rows: Sequence[Sequence[Cell]], console: Console
) -> Iterator[Text]:
    """Each row as lines of name and value; what is empty is left out."""
    first = max(map(cell_len, names))
    room = max(console.width - first - GAP, LEAST_ROOM)
    for row in rows:
        for name, (text, style) in zip(names, row, strict=True):
            lines = Text(text, style=style).wrap(console, room, overflow="fold")
            for number, part in enumerate(lines if text else ()):
                head = name if number == 0 else ""
                line = Text(head, style="bold").append(" " * (first - cell_len(head) + GAP))
                yield Text().append_text(line).append_text(part)
        yield Text()
