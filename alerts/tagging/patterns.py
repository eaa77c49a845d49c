"""From the patterns of a rule pack to RE2 expressions.

A pattern is folded like the text it will meet, its `<words>` and `{roles}` are filled in, and RE2
compiles it: matching takes time linear in the text whatever a pattern says, so no rule can hang
the process.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import re2

from alerts.tagging.folding import fold, fold_accents
from alerts.tagging.masks import Masks, PatternError, said_by
from config.platforms import Trait

_MEMORY = 64 * 1024 * 1024
"""Of one expression; RE2 falls back to a slow way when a long list outgrows it."""

_BRACES = re.compile(r"(?<!\\x)\{(?P<role>[a-z]+)(?::(?P<trait>[a-z]+))?\}|\{~(?P<gap>\d+)\}")
_STRAY = re.compile(
    r"(?<!\\)(?<!\\[xpP])\{(?!\d+(?:,\d*)?\}|~\d+\}|[a-z]+(?::[a-z]+)?\})[^{}\s]{0,20}\}?"
)
"""A brace that opens neither a role nor a gap nor a number of times: mostly one without its end,
which RE2 would take for a letter, so that the role is none."""

_WORDS = re.compile(r"<(?P<name>[a-z0-9][a-z0-9-]*)>")
_OPERATORS = frozenset(r".^$*+?()[]{}|\<>~:")
_ROLES = frozenset(("host", "guest", "both", "any"))
_TRAITS = frozenset(get_args(Trait))


class PatternCompiler:
    """Compiles the patterns of one language. `words` are the lists that patterns may name."""

    def __init__(self, language: str, words: Mapping[str, tuple[str, ...]], masks: Masks) -> None:
        self.chinese = language == "zh"
        self.latin = language in ("en", "de", "fr", "es")
        self._masks = masks
        self._words: dict[str, str] = {}
        for name, listed in words.items():
            if "" in listed:
                raise PatternError(f"words {name!r}: found an empty word")
            self._words[name] = self._with_words(f"(?:{'|'.join(listed)})")

    def frame(self, pattern: str, name: str) -> "CompiledFrame":
        """The expression of a frame, and the number of the group that each role is."""
        roles: dict[str, int] = {}
        expression = self._with_roles(self.fold(self._with_words(pattern)), roles)
        if not roles:
            raise PatternError(f"frame {name!r} names no {{host}}, {{guest}} or {{both}}")
        return CompiledFrame(expression, _compile(expression, f"frame {name!r}"), roles)

    def any_of(self, words: tuple[str, ...]) -> Any:
        """One expression that finds any of the words, or None where there are none."""
        if not words:
            return None
        if "" in words:
            raise PatternError("found an empty word")
        pattern = self._with_words("|".join(map(self._bounded, words)))
        return _compile(self._with_roles(self.fold(pattern), {}), "words")

    def fold(self, pattern: str) -> str:
        r"""Fold a pattern like the text it will meet, but leave escapes such as \S alone.

        A full-width mark that folds to an operator stands for the mark. Groups become
        non-capturing, so that the only captures are the roles.
        """
        escapes = re.split(r"(\\.)", _without_captures(pattern))
        return "".join(p if p.startswith("\\") else self._fold_plain(p) for p in escapes)

    def _fold_plain(self, text: str) -> str:
        folded = fold(text, chinese=self.chinese)
        if self.latin:
            folded = fold_accents(folded)
        return "".join(
            f"\\{new}" if new in _OPERATORS and new != old else new
            for old, new in zip(text, folded, strict=True)
        )

    def _bounded(self, word: str) -> str:
        """In languages with spaces a word stands alone: `sued` is not in `issued`."""
        if not self.latin:
            return word
        before = r"\b" if word[0].isalnum() or word[0] == "(" else ""
        sign = word[-2:-1] == "\\" and not word[-1].isalnum()  # `\?`: no word follows a mark
        after = r"\b" if word[-1].isalnum() or (word[-1] in "?+*)]" and not sign) else ""
        return f"{before}(?:{word}){after}"

    def _with_words(self, pattern: str) -> str:
        def replace(match: re.Match[str]) -> str:
            if match["name"] not in self._words:
                raise PatternError(f"<{match['name']}> is not among the pack's words (so far)")
            return self._words[match["name"]]

        return _WORDS.sub(replace, pattern)

    def _with_roles(self, pattern: str, roles: dict[str, int]) -> str:
        def replace(match: re.Match[str]) -> str:
            if match["gap"]:
                return f"[^\\n]{{0,{match['gap']}}}?"
            role, trait = match["role"], match["trait"]
            if role not in _ROLES:
                raise PatternError(f"{{{role}}} is no role; expected host, guest, both or any")
            if trait is not None and trait not in _TRAITS:
                raise PatternError(f"{{{role}:{trait}}}: {trait!r} is no trait of platforms")
            if role == "any":
                return self._masks.character_class(trait)
            if role in roles:
                raise PatternError(f"{{{role}}} stands twice in {pattern!r}")
            roles[role] = len(roles) + 1
            return f"({self._masks.character_class(trait, many=role == 'both')})"

        stray = _STRAY.search(pattern)
        if stray:
            raise PatternError(
                f"found {stray[0]!r}; expected a role like {{host}} or {{guest:pay}}, "
                r"a gap like {~12}, a number of times like {2,3}, or \{ for the sign"
            )
        return _BRACES.sub(replace, pattern)


def _without_captures(pattern: str) -> str:
    """Make plain groups non-capturing; escapes and character classes stay as they are."""
    out: list[str] = []
    in_class = escaped = False
    for place, character in enumerate(pattern):
        out.append(character)
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character == "(" and pattern[place + 1 : place + 2] != "?":
            out.append("?:")
    return "".join(out)


@dataclass(frozen=True, slots=True)
class CompiledFrame:
    """A frame's pattern as written for RE2, compiled, with the group number of each role."""

    pattern: str
    expression: Any
    roles: dict[str, int]


class FrameSieve:
    """Which of a pack's frames may occur in a text, told by the letters that are there.

    A frame needs some letters as they stand, and one small automaton finds those of all frames in
    one pass. An automaton of the frames themselves would know what occurs, but nearly every text
    has it built on, and that takes several times as long as to look for the few that may.
    """

    def __init__(self, frames: Sequence[CompiledFrame]) -> None:
        self._all = list(range(len(frames)))
        self._filter = re2.Filter()
        for frame in frames:
            self._filter.Add(frame.pattern, _options())
        self._sample = self._filter.Add(_SAMPLE)
        self._works = self._compiled()

    def _compiled(self) -> bool:
        """Whether the letters fit into the automaton, whose memory nobody can widen."""
        try:
            self._filter.Compile()
        except re2.error:
            return False
        return self._sample in (self._filter.Match(_SAMPLE, potential=True) or ())

    def find(self, text: str) -> list[int]:
        """The numbers of the frames that may occur in a text, in order; all where it cannot tell."""
        if not self._works:
            return self._all
        found = self._filter.Match(text, potential=True) or ()
        return sorted(number for number in found if number != self._sample)


_SAMPLE = "\U0010fffd"
"""A letter of no language: an automaton that cannot find it has outgrown its memory."""


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


def _compile(pattern: str, what: str) -> Any:
    try:
        return re2.compile(pattern, _options())
    except re2.error as error:
        raise PatternError(f"{what}: {said_by(error)}") from error
