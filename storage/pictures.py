"""The matrix and timelines as pictures (PNG), in the reader's language and script.

What is drawn is what the text says; where there is no room for all of it, the picture says how
much is left out.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from config.words import Stage
from storage.layouts import Naming
from storage.matrix import Cell
from storage.pictures_canvas import (
    FAINT,
    INK,
    SMALL,
    TITLE,
    WARNING,
    Canvas,
    fitted,
    width,
    wrapped,
)
from storage.steps import Step
from storage.timeline import who_said

MOST_HOSTS, MOST_GUESTS, MOST_STEPS = 40, 24, 40
MOST_DOWN = 6_000
"""Pixels of all rows of a timeline, one above the other."""

_EDGE, _ROW, _COLUMN, _LEGEND = 36, 52, 60, 64
_NAME = 340
"""Room for the name of a platform."""


@dataclass(frozen=True)
class Words:
    """What stands in a picture besides names and dates, in the reader's language."""

    title: str
    stages: Mapping[str, str]
    capabilities: Mapping[str, str]
    planned: str = "planned"
    disputed: str = "disputed"
    nothing: str = "nothing known"
    more: Callable[[int], str] = "+{} more".format


def english(title: str) -> Words:
    """Words as the commands use them."""
    return Words(title, {}, {})


@dataclass(frozen=True)
class _Square:
    stage: Stage | None
    disputed: bool
    several: int


def matrix_picture(cells: Sequence[Cell], named: Naming, words: Words) -> bytes:
    """A row per host, a column per guest, the furthest stage where they meet.

    A number beside the mark counts the capabilities that were opened.
    """
    hosts = _most(Counter(cell.opening.host for cell in cells), MOST_HOSTS, named)
    guests = _most(Counter(cell.opening.guest for cell in cells), MOST_GUESTS, named)
    squares = _squares(cells, hosts, guests)
    left_out = len(cells) - sum(square.several for square in squares.values())
    rows = [fitted(named(host), _NAME) for host in hosts]
    heads = [fitted(named(guest), _NAME) for guest in guests]
    left = _EDGE + max([width(row) for row in rows], default=0) + 30
    top = _EDGE + TITLE + 40 + max([width(head) for head in heads], default=0)
    across = max(left + len(guests) * _COLUMN + _EDGE, _least_width(words))
    canvas = Canvas(across, top + len(hosts) * _ROW + _LEGEND * 2 + _EDGE)
    canvas.text(_EDGE, _EDGE + TITLE // 2, fitted(words.title, across, TITLE), size=TITLE)
    for number, head in enumerate(heads):
        canvas.upright(left + number * _COLUMN + _COLUMN // 2, top - 12, head)
    for number, (host, row) in enumerate(zip(hosts, rows, strict=True)):
        y = top + number * _ROW
        if number % 2 == 0:
            canvas.band(_EDGE // 2, y, left + len(guests) * _COLUMN, y + _ROW)
        canvas.text(_EDGE, y + _ROW // 2, row)
        for column, guest in enumerate(guests):
            if square := squares.get((host, guest)):
                _draw_square(canvas, left + column * _COLUMN + _COLUMN // 2, y + _ROW // 2, square)
    bottom = top + len(hosts) * _ROW
    _say_less(canvas, bottom + _LEGEND // 2, len(cells), left_out, words)
    _legend(canvas, bottom + _LEGEND + _LEGEND // 2, words)
    return canvas.png()


def _most(counted: Counter[str], most: int, named: Naming) -> list[str]:
    """The platforms with most openings, in the order of their names."""
    kept = sorted(counted, key=lambda platform: (-counted[platform], platform))[:most]
    return sorted(kept, key=lambda platform: (named(platform).casefold(), platform))


def _squares(
    cells: Sequence[Cell], hosts: Sequence[str], guests: Sequence[str]
) -> dict[tuple[str, str], _Square]:
    met: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.opening.host in hosts and cell.opening.guest in guests:
            met[cell.opening.host, cell.opening.guest].append(cell)
    return {
        pair: _Square(_furthest(several), any(cell.disputed for cell in several), len(several))
        for pair, several in met.items()
    }


def _furthest(cells: Sequence[Cell]) -> Stage | None:
    """The furthest stage; withdrawn only where nothing else is open."""
    stages = [cell.stage for cell in cells if cell.stage is not None]
    there = [stage for stage in stages if stage is not Stage.WITHDRAWN]
    return max(there or stages, key=lambda stage: stage.rank, default=None)


def _draw_square(canvas: Canvas, x: int, y: int, square: _Square) -> None:
    if square.stage is None:
        canvas.text(x - 6, y, "…", colour=FAINT)
    else:
        canvas.mark(x, y, square.stage)
    if square.several > 1:
        canvas.text(x + 15, y + 12, str(square.several), size=SMALL - 4, colour=FAINT)
    if square.disputed:
        canvas.disputed(x + 19, y - 14)


def _say_less(canvas: Canvas, y: int, found: int, left_out: int, words: Words) -> None:
    if not found or left_out:
        said = words.more(left_out) if left_out else words.nothing
        canvas.text(_EDGE, y, said, size=SMALL, colour=FAINT)


def _legend(canvas: Canvas, y: int, words: Words) -> None:
    x = _EDGE + 13
    for stage in sorted(Stage, key=lambda stage: stage.rank):
        label = words.stages.get(stage.value, stage.value)
        canvas.mark(x, y, stage)
        canvas.text(x + 24, y, label, size=SMALL, colour=FAINT)
        x += 24 + width(label, SMALL) + 40
    canvas.disputed(x, y)
    canvas.text(x + 22, y, words.disputed, size=SMALL, colour=FAINT)


def _least_width(words: Words) -> int:
    """Room for the legend and the title."""
    labels = [words.stages.get(stage.value, stage.value) for stage in Stage]
    legend = sum(24 + width(label, SMALL) + 40 for label in labels)
    legend += 40 + width(words.disputed, SMALL)
    return max(legend, min(width(words.title, TITLE), 1400)) + 2 * _EDGE


@dataclass(frozen=True)
class _Line:
    """A step as it is drawn: its dates on the left, what happened and who said so on the right."""

    step: Step
    dates: list[str]
    what: list[str]
    said: list[str]

    @property
    def height(self) -> int:
        right = len(self.what) * 40 + len(self.said) * 32
        return max(right, len(self.dates) * 40) + 28


def timeline_picture(steps: Sequence[Step], named: Naming, words: Words) -> bytes:
    """A row per step, the earliest first: all dates that were given, the stage, who said so.

    The earliest are left out where they are too many, or too much is said of the later ones.
    """
    room = 760
    lines = _latest([_line(step, named, words, room) for step in steps[-MOST_STEPS:]])
    dates = max([width(date) for line in lines for date in line.dates], default=0)
    axis = _EDGE + dates + 40
    across = max(axis + 40 + room + _EDGE, _least_width(words))
    top = _EDGE + TITLE + 40
    total = sum(line.height for line in lines)
    canvas = Canvas(across, top + total + _LEGEND * 2 + _EDGE)
    canvas.text(_EDGE, _EDGE + TITLE // 2, fitted(words.title, across, TITLE), size=TITLE)
    y = top
    if lines:
        canvas.line([(axis, top), (axis, top + total - 20)])
    for line in lines:
        _draw_line(canvas, axis, y, line)
        y += line.height
    _say_less(canvas, y + _LEGEND // 2, len(steps), len(steps) - len(lines), words)
    _legend(canvas, y + _LEGEND + _LEGEND // 2, words)
    return canvas.png()


def _latest(lines: list[_Line]) -> list[_Line]:
    """As many as are drawn well within a picture's height, one at least."""
    heights = accumulate(line.height for line in reversed(lines))
    fit = sum(height <= MOST_DOWN for height in heights)
    return lines[-max(1, fit) :]


def _line(step: Step, named: Naming, words: Words, room: int) -> _Line:
    hosts = ", ".join(dict.fromkeys(named(one.host) for one in step.openings))
    guests = ", ".join(dict.fromkeys(named(one.guest) for one in step.openings))
    capability, stage = step.openings[0].capability.value, step.stage.value
    parts = [
        f"{hosts} → {guests}",
        words.capabilities.get(capability, capability),
        words.stages.get(stage, stage),
        *([words.planned] if step.planned else []),
    ]
    said = who_said(step)
    if len(said) == 1:
        said = [said[0].partition(": ")[2]]
    return _Line(
        step,
        [str(bounds) for bounds in step.dates],
        wrapped(" · ".join(parts), room),
        [line for one in said for line in wrapped(one, room, SMALL, most=2)],
    )


def _draw_line(canvas: Canvas, axis: int, y: int, line: _Line) -> None:
    for number, date in enumerate(line.dates):
        colour = WARNING if line.step.disputed else INK
        canvas.text(axis - 40 - width(date), y + 20 + number * 40, date, colour=colour)
    canvas.mark(axis, y + 20, line.step.stage, planned=line.step.planned)
    if line.step.disputed:
        canvas.disputed(axis + 22, y + 6)
    x, y = axis + 40, y + 20
    for text in line.what:
        canvas.text(x, y, text)
        y += 40
    for text in line.said:
        canvas.text(x, y - 4, text, size=SMALL, colour=FAINT)
        y += 32
