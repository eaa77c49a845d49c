"""What the commands for sources are given by the composition root, and how they name sources."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

from config.errors import NotFoundError

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


def named(known: "Sequence[SourceSpec]", slugs: Sequence[str]) -> "list[SourceSpec]":
    """The sources of these slugs. Raises NotFoundError with near matches."""
    by_slug = {spec.slug: spec for spec in known}
    for slug in slugs:
        if slug not in by_slug:
            near = get_close_matches(slug, by_slug, 3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise NotFoundError(f"there is no source {slug!r}{hint}")
    return [by_slug[slug] for slug in dict.fromkeys(slugs)]
