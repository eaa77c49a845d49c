"""/matrix: who opened what to whom, and how far along it is."""

from functools import partial
from html import escape
from itertools import groupby

from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.commands.drawing import picture_words
from alerts.delivery.commands.naming import capability_in, unknown_capability
from alerts.delivery.dates import show_open
from alerts.delivery.parts import badged, show_names
from storage import listings
from storage.listings import Wanted
from storage.matrix import Cell
from storage.matrix import matrix as cells_of


def matrix(question: Question) -> Reply:
    """The matrix as of today, of one capability or of all."""
    written = question.asked.argument.strip()
    capability = capability_in(written) if written else None
    if written and capability is None:
        return unknown_capability(question, written)
    evidence = listings.claims(question.session, Wanted(capability=capability))
    cells = cells_of(evidence, question.now.date(), capability)
    words = question.words
    title = words(f"capability-{capability.value}") if capability else words("bot-matrix")
    if not cells and capability is None:
        return say(question, "bot-nothing-yet")
    if not cells:
        return say(question, "bot-nothing-known", name=title)
    lines = []
    for host, row in groupby(cells, lambda cell: cell.opening.host):
        name = show_names([host], words, question.platforms.name)
        lines.append(f"\n<b>{escape(name)}</b>")
        first = len(lines) - 1
        lines += [_line(question, cell, with_capability=capability is None) for cell in row]
        lines[first : first + 2] = ["\n".join(lines[first : first + 2])]  # no name stands alone
    head = f"▦ <b>{escape(title)}</b>"
    return Reply(fitted(head, lines, words), partial(_draw, question, cells, title))


def _line(question: Question, cell: Cell, *, with_capability: bool) -> str:
    words = question.words
    facts = ["→ " + show_names([cell.opening.guest], words, question.platforms.name)]
    facts += [words(f"capability-{cell.opening.capability.value}")] if with_capability else []
    facts += [badged(cell.stage, words)] if cell.stage else []
    facts += [show_open(words, one.start, one.end) for one in cell.since[:1]]
    facts += [
        words("alert-planned", date=show_open(words, one.start, one.end))
        for one in cell.planned[:1]
    ]
    facts += [f"⚠️ {words('picture-disputed')}"] if cell.disputed else []
    return escape(" · ".join([*facts, f"E{cell.event_id}"]))


def _draw(question: Question, cells: list[Cell], title: str) -> bytes:
    from storage.pictures import matrix_picture  # here: Pillow is slow to import

    return matrix_picture(cells, question.name, picture_words(question.words, title))
