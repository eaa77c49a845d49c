"""Telegram's HTML read back: the text a reader sees, and the entities laid over it."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from alerts.delivery.text import plain, units

MOST_UNITS = 4096
"""UTF-16 units of a message, after parsing."""

MOST_ENTITIES = 100


@dataclass(frozen=True)
class Entity:
    """A stretch of the text with one kind of markup; places count characters."""

    kind: str
    start: int
    end: int
    href: str | None = None
    expandable: bool = False


@dataclass(frozen=True)
class Parsed:
    """A message as Telegram reads it."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def length(self) -> int:
        """UTF-16 units after parsing: what the limit of 4096 is about."""
        return units(self.text)

    def visible(self) -> "Parsed":
        """The same without what only steers Telegram and is not seen, for other ways to show it."""

        def moved(place: int) -> int:
            return len(plain(self.text[:place]))

        shifted = (
            replace(one, start=moved(one.start), end=moved(one.end)) for one in self.entities
        )
        return Parsed(plain(self.text), tuple(shifted))


@dataclass
class _Open:
    kind: str
    start: int
    href: str | None
    expandable: bool


@dataclass
class _Reader(HTMLParser):
    parts: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.stack.append(_Open(tag, self.length, given.get("href"), "expandable" in given))

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack[-1].kind != tag:
            raise ValueError(f"</{tag}> closes nothing that is open")
        opened = self.stack.pop()
        if self.length > opened.start:
            self.entities.append(
                Entity(tag, opened.start, self.length, opened.href, opened.expandable)
            )

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
        self.length += len(data)


def parse(html: str) -> Parsed:
    """Read a message of ours back. Raises ValueError for a tag that is not balanced."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.stack:
        raise ValueError(f"<{reader.stack[-1].kind}> is never closed")
    entities = sorted(reader.entities, key=lambda one: (one.start, -one.end))
    return Parsed("".join(reader.parts), tuple(entities))
