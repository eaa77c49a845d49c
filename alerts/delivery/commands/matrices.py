"""/matrix: who opened what to whom, and how far along it is."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from html import escape
from itertools import groupby

from alerts.delivery.buttons import button, keyboard, pager
from alerts.delivery.commands.asking import File, Question, Reply, paged, say
from alerts.delivery.commands.drawing import naming, picture_button, picture_words
from alerts.delivery.commands.naming import unknown_capability
from alerts.delivery.commands.viewing import View, areas, read_view, times
from alerts.delivery.dates import show_day, show_open
from alerts.delivery.parts import badged, show_names
from storage.batches import by_openings
from storage.listings import Wanted
from storage.matrix import Cell, rows
from storage.matrix import matrix as cells_of
from storage.output import Column, Format, Listing, lines

_COLUMNS = (
    "host", "host_name", "guest", "guest_name", "capability", "stage", "since", "planned",
    "sources", "disputed", "event",
)  # fmt: skip


def matrix(question: Question) -> Reply:
    """The matrix as of today, of one capability or of all, or what came about since a day."""
    view, unknown = read_view(question)
    if unknown:
        return unknown_capability(question, unknown)
    if view.form == "times":
        return Reply(_asked(question, "bot-matrix-times"), buttons=times(question, view))
    if view.form == "areas":
        return Reply(_asked(question, "bot-matrix-areas"), buttons=areas(question, view))
    cells = [cell for cell in _cells(question, view) if _is_since(cell, view.start)]
    title = _title(question, view)
    if not cells and view == View():
        return say(question, "bot-nothing-yet")
    if not cells:
        return say(question, "bot-nothing-known", name=title)
    match view.form:
        case "csv":
            return Reply(file=_document(question, view, cells, title))
        case "png":
            return Reply(file=File(partial(_draw, question, cells, title), title))
        case _:
            return _told(question, view, cells, title)


def _cells(question: Question, view: View) -> Iterator[Cell]:
    """All cells as of today; they may wait for long until a picture is made of them."""
    wanted = Wanted(capability=view.capability)
    for evidence in by_openings(question.session, wanted):
        for cell in cells_of(evidence, question.now.date()):
            yield cell.bare


def _is_since(cell: Cell, start: date | None) -> bool:
    """Whether a cell came to its stage at that day or later, for all that is known."""
    if start is None:
        return True
    days = [day for bounds in cell.since for day in (bounds.start, bounds.end) if day]
    return any(day >= start for day in days)


def _title(question: Question, view: View) -> str:
    words = question.words
    area = view.capability
    title = words(f"capability-{area.value}") if area else words("bot-matrix")
    if view.start is None:
        return title
    return f"{title} · {words('bundle-since', date=show_day(words, view.start))}"


def _told(question: Question, view: View, cells: list[Cell], title: str) -> Reply:
    words, asked = question.words, question.asked
    head = f"▦ <b>{escape(title)}</b>"
    text, page, more = paged(head, _lines(question, view, cells), words, asked.page)
    ways = [
        button(f"{words('button-area')} ▾", f"{view.said} areas"),
        button(f"{words('button-since')} ▾", f"{view.said} times"),
        button("CSV", f"+{view.said} csv"),
    ]
    picture = File(partial(_draw, question, cells, title), title)
    turning = pager(words, view.said, page, more=more)
    if asked.in_place:  # a picture came with the first answer; another only if it is wanted
        return Reply(text, buttons=keyboard(turning, [*ways, picture_button(view.said)]))
    return Reply(text, picture, keyboard(turning, ways))


def _lines(question: Question, view: View, cells: list[Cell]) -> list[str]:
    """A line for each cell; that of a host's first one has its name above, which never stands alone."""
    found = []
    for host, row in groupby(cells, lambda cell: cell.opening.host):
        name = show_names([host], question.words, question.platforms.name)
        first, *others = (
            _line(question, cell, with_capability=view.capability is None) for cell in row
        )
        found += [f"\n<b>{escape(name)}</b>\n{first}", *others]
    return found


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


def _asked(question: Question, key: str) -> str:
    """What is to be chosen; who pressed a button sees only other buttons."""
    return "" if question.asked.in_place else escape(question.words(key))


def _document(question: Question, view: View, cells: list[Cell], title: str) -> File:
    today = question.now.date().isoformat()
    name = "-".join([*view.said.split(), today]) + ".csv"
    return File(partial(_as_csv, question, cells), title, name)


def _as_csv(question: Question, cells: list[Cell]) -> bytes:
    """All cells as the command line gives them, with names; spreadsheets need the mark in front."""
    listing = Listing([Column(name) for name in _COLUMNS], list(_named(question, cells)))
    return "".join(lines(listing, Format.CSV, ())).encode("utf-8-sig")


def _named(question: Question, cells: list[Cell]) -> Iterator[dict[str, object]]:
    name = naming(question)
    for row in rows(cells):
        yield row | {f"{side}_name": name(row[side]) for side in ("host", "guest")}


def _draw(question: Question, cells: list[Cell], title: str) -> bytes:
    from storage.pictures import matrix_picture  # here: Pillow is slow to import

    return matrix_picture(cells, naming(question), picture_words(question.words, title))
