"""The one way in which rows are printed: for people as a table, for programs as plain data.

Data goes to stdout and all else to stderr. Text that others wrote never reaches a terminal with
control characters or direction overrides in it, nor a spreadsheet as a formula.
"""

import csv
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from config.errors import InteropwatchError
from config.steering import escaped
from storage.plain import as_json, cell, flat, seen

Row = Mapping[str, Any]


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"
    IDS = "ids"


FOR_PEOPLE = frozenset({Format.TABLE, Format.MD})


@dataclass(frozen=True)
class Column:
    """One field of a row.

    `shown` puts it into tables without being asked for; a `nested` one is left out of TSV and
    CSV. `wide` text is broken into lines where the terminal is too narrow. `show` is how people
    see the value, `style` the colour of a value on a terminal.
    """

    name: str
    shown: bool = True
    nested: bool = False
    wide: bool = False
    show: Callable[[Any], str] | None = None
    style: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """Rows of one kind. `cursor` is what --after takes to go on, None at the end.

    `exit_code` is what the command ends with when the rows are not all that was asked for.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    id: str = "id"
    cursor: str | None = None
    title: str = ""
    exit_code: int = 0

    @property
    def lead(self) -> "Listing":
        """Itself: what flat formats print."""
        return self


@dataclass(frozen=True)
class Document:
    """One thing with its facts and parts; flat formats print its lead part only."""

    facts: Listing | None
    parts: Sequence[Listing]
    lead: Listing


@dataclass(frozen=True)
class Series:
    """Several documents of one kind, at least one; flat formats print their lead parts as one."""

    documents: Sequence[Document]
    exit_code: int = 0

    @property
    def lead(self) -> Listing:
        """The lead parts of all documents in one listing."""
        leads = [document.lead for document in self.documents]
        rows = [row for lead in leads for row in lead.rows]
        return replace(leads[0], rows=rows, exit_code=self.exit_code)


Printed = Listing | Document | Series


def lines(printed: Printed, format: Format, fields: Sequence[str]) -> Iterator[str]:  # noqa: A002
    """What is printed, in pieces that end with a newline. Raises KeyError for an unknown field."""
    if isinstance(printed, Listing) or fields or format not in {*FOR_PEOPLE, *_OBJECTS}:
        listing = printed.lead
        columns = _columns(listing, format, fields)
        yield from _PRINTERS[format](listing, columns)
    elif isinstance(printed, Document):
        yield from _document(printed, format)
    elif format is Format.JSON:
        yield as_json([_object(document) for document in printed.documents], indent=2)
    else:
        for number, document in enumerate(printed.documents):
            yield "\n" if number and format in FOR_PEOPLE else ""
            yield from _document(document, format)


def _document(document: Document, format: Format) -> Iterator[str]:  # noqa: A002
    if format in _OBJECTS:
        yield as_json(_object(document), indent=2 if format is Format.JSON else None)
        return
    for number, part in enumerate(filter(None, (document.facts, *document.parts))):
        yield "\n" if number else ""
        if part.title:
            yield f"## {part.title}\n\n" if format is Format.MD else f"{part.title}\n"
        yield from _PRINTERS[format](part, _columns(part, format, ()))


def _object(document: Document) -> dict[str, Any]:
    """A document as one JSON object: its facts, and its parts by their titles."""
    [facts] = _objects(document.facts, document.facts.columns) if document.facts else [{}]
    return facts | {part.title: _objects(part, part.columns) for part in document.parts}


def write(pieces: Iterable[str]) -> None:
    """Write to stdout; a reader that has gone away (`| head`) is no error.

    Raises InteropwatchError where it cannot take all, as on a disk that is full.
    """
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8" and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except OSError as error:
        # the interpreter flushes once more at its end, which must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise InteropwatchError(f"cannot write all of it: {error.strerror}") from error


def preferred() -> Format:
    """The format when none is asked for: a table for a person, tab-separated into a pipe."""
    return Format.TABLE if sys.stdout.isatty() else Format.TSV


def _columns(listing: Listing, format: Format, fields: Sequence[str]) -> list[Column]:  # noqa: A002
    if fields:
        known = {column.name: column for column in listing.columns}
        return [known[name] for name in fields]
    if format in FOR_PEOPLE:
        return [column for column in listing.columns if column.shown]
    nested = format in _OBJECTS
    return [column for column in listing.columns if nested or not column.nested]


def _objects(listing: Listing, columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [{column.name: row.get(column.name) for column in columns} for row in listing.rows]


def _as_json(listing: Listing, columns: Sequence[Column]) -> Iterator[str]:
    yield as_json(_objects(listing, columns), indent=2)


def _as_jsonl(listing: Listing, columns: Sequence[Column]) -> Iterator[str]:
    for row in _objects(listing, columns):
        yield as_json(row)


def _as_tsv(listing: Listing, columns: Sequence[Column]) -> Iterator[str]:
    yield "\t".join(column.name for column in columns) + "\n"
    for row in listing.rows:
        yield "\t".join(escaped(flat(row.get(column.name))) for column in columns) + "\n"


def _as_csv(listing: Listing, columns: Sequence[Column]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    for row in listing.rows:
        writer.writerow(cell(row.get(column.name)) for column in columns)
    yield buffer.getvalue()


def _as_ids(listing: Listing, _columns: Sequence[Column]) -> Iterator[str]:
    yield from dict.fromkeys(f"{escaped(flat(row[listing.id]))}\n" for row in listing.rows)


def _as_md(listing: Listing, columns: Sequence[Column]) -> Iterator[str]:
    yield "| " + " | ".join(column.name for column in columns) + " |\n"
    yield "|" + " --- |" * len(columns) + "\n"
    for row in listing.rows:
        cells = (_in_markdown(_seen(column, row)) for column in columns)
        yield "| " + " | ".join(cells) + " |\n"


def _in_markdown(text: str) -> str:
    if re.match(r"https?://\S+$", text):
        return f"<{text.replace('|', '%7C')}>"
    return re.sub(r"([\\`*_\[\]<>|&])", r"\\\1", text).replace("\n", "<br>")


def _seen(column: Column, row: Row) -> str:
    return seen(row.get(column.name), column.show)


def _as_table(listing: Listing, columns: Sequence[Column]) -> Iterator[str]:
    from storage.terminal import drawn  # here: rich is slow to import, most runs need none

    columns = [
        column
        for column in columns
        if not listing.rows or any(_seen(column, row) for row in listing.rows)
    ]
    values = [
        [
            (_seen(column, row), column.style.get(flat(row.get(column.name)), ""))
            for column in columns
        ]
        for row in listing.rows
    ]
    yield drawn(
        [column.name.replace("_", " ") for column in columns],
        values,
        wide=[column.wide for column in columns],
        person=sys.stdout.isatty(),
    )


_OBJECTS = frozenset({Format.JSON, Format.JSONL})
_PRINTERS: Mapping[Format, Callable[[Listing, Sequence[Column]], Iterator[str]]] = {
    Format.TABLE: _as_table,
    Format.TSV: _as_tsv,
    Format.JSON: _as_json,
    Format.JSONL: _as_jsonl,
    Format.CSV: _as_csv,
    Format.MD: _as_md,
    Format.IDS: _as_ids,
}
