"""A cheap look at a page before it is extracted: whether it may be about two platforms at all.

What passes here is read with care later, so the look errs on the side of passing: it wants no
word of opening, only platforms where an article about two of them would name them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from alerts.tagging.folding import FoldedText, fold
from alerts.tagging.gazetteer import Gazetteer, Mention
from config.platforms import Platforms, load_platforms

NEAR = 150
"""Characters of one paragraph within which two platforms are named together."""


class Gate:
    """Tells which pages are worth reading, by the platforms that they name."""

    def __init__(self, platforms: Platforms) -> None:
        self._platforms = platforms
        self._gazetteer = Gazetteer(platforms)

    def passes(self, head: str, text: str) -> bool:
        """True if the head (titles, description) names a platform, or a paragraph two near by.

        `text` has a paragraph in each line. Words that a name needs beside it may stand anywhere.
        """
        return bool(self._mentions(head)) or self._names_two(text, self._mentions(text))

    def _mentions(self, text: str) -> Sequence[Mention]:
        # Names are folded by the same table, so the Chinese one finds those of all languages.
        folded = fold(text, chinese=True)
        prepared = FoldedText(text, text, folded, None)
        return self._gazetteer.find(prepared, chinese=True, context=lambda _: folded)

    def _names_two(self, text: str, mentions: Sequence[Mention]) -> bool:
        for index, first in enumerate(mentions):
            for second in mentions[index + 1 :]:
                if second.start - first.end > NEAR or "\n" in text[first.end : second.start]:
                    break
                if self._platforms.owner(first.platform) != self._platforms.owner(second.platform):
                    return True
        return False


@dataclass(frozen=True)
class PlatformGate:
    """A gate over the files of some folders, made where it is called and then kept.

    It crosses to another process as the names of its folders.
    """

    folders: tuple[Path, ...]
    edition: int = 0
    """Another one after the files have changed: what was kept of the former no longer holds."""

    def __call__(self, head: str, text: str) -> bool:
        """Whether a page with such a head and text is worth extracting."""
        return _gate(self.folders, self.edition).passes(head, text)


@lru_cache(maxsize=1)
def _gate(folders: tuple[Path, ...], _edition: int) -> Gate:
    return Gate(load_platforms(folders))
