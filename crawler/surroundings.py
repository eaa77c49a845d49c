"""What the commands for sources are given by the composition root, and how they name sources."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from config.errors import UnknownSourceError

if TYPE_CHECKING:
    from config.settings import Settings
    from config.sources import SourceSpec
    from storage.database import Database


class Surroundings(Protocol):
    """What the composition root hands to these commands as `ctx.obj`."""

    @property
    def settings(self) -> "Settings":
        """All settings."""
        ...

    @property
    def sources(self) -> "Sequence[SourceSpec]":
        """All sources as the files state them."""
        ...

    def database(self) -> "Database":
        """The store, open and of the right schema."""
        ...

    def clock(self) -> datetime:
        """The present moment, with a zone."""
        ...


Slugs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]…", help="Slugs; default: all that are on."),
]
All = Annotated[bool, typer.Option("--all", help="Those that are off as well.")]


def chosen(
    known: "Sequence[SourceSpec]", slugs: Sequence[str] | None, *, everything: bool
) -> "list[SourceSpec]":
    """The sources that are named, or else those that are on, or all of them."""
    if slugs:
        return named(known, slugs)
    return [one for one in known if one.enabled or everything]


def named(known: "Sequence[SourceSpec]", slugs: Sequence[str]) -> "list[SourceSpec]":
    """The sources of these slugs. Raises UnknownSourceError."""
    by_slug = {spec.slug: spec for spec in known}
    for slug in slugs:
        if slug not in by_slug:
            raise UnknownSourceError(slug, by_slug)
    return [by_slug[slug] for slug in dict.fromkeys(slugs)]
