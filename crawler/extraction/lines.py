"""Leaving out the lines that belong to the site and not to the article."""

import re

from crawler.extraction.chrome import (
    BYLINE,
    CHROME,
    CRUMBS,
    DATED,
    EDGE_CHROME,
    END,
    LONGEST_POINTER,
    NOTICE,
    SCRIPTS,
    SENTENCE_END,
    STOP,
    TO_OTHERS,
)

_LABEL = 12
"""A head line of up to so many characters, without the end of a sentence, is a label."""

_AGAIN = 0.3
"""Share of the text that is no refrain when it follows again."""

_EDGE = 6
"""Lines at the head and the tail that are looked at strictly."""


def article_lines(text: str, title: str = "") -> str:
    """The paragraphs without login, share, card, byline and disclaimer lines.

    Lines inside are dropped only if they are nothing but such words; head and tail are looked at
    more strictly. `title` is dropped where it is repeated as the first line.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    lines = _until_stop(lines)
    if lines and title and _folded(lines[0]) == _folded(title):
        lines = lines[1:]
    lines = [line for line in lines if not (_is_notice(line) or _is_chrome(line, strict=False))]
    lines = _without_second_reading(lines)
    head = _skip(lines, head=True)
    tail = _skip(lines[::-1])
    kept = lines[head : len(lines) - tail] if head + tail < len(lines) else lines
    return "\n".join(kept)


def _until_stop(lines: list[str]) -> list[str]:
    """Cut at a heading such as 'Related articles', if an article stands before it."""
    before = 0
    for place, line in enumerate(lines):
        if before > 120 and (STOP.match(line) or END.match(line)):
            return lines[:place]
        before += len(line)
    return lines


def _skip(lines: list[str], *, head: bool = False) -> int:
    """How many of the first lines are chrome."""
    last = 0
    for place, line in enumerate(lines[:_EDGE]):
        if _is_chrome(line, strict=True) or (head and _is_label(line)):
            last = place + 1
        elif SENTENCE_END.search(line) or len(line) > 60:
            break
    return last


def _is_notice(line: str) -> bool:
    if len(line) > LONGEST_POINTER:
        return False
    return TO_OTHERS.match(line) is not None or NOTICE.fullmatch(line) is not None


def _without_second_reading(lines: list[str]) -> list[str]:
    """Without a good part of the text that follows again: a place inside another was read twice."""
    first: dict[str, int] = {}
    least = _AGAIN * sum(map(len, lines))
    place = 0
    while place < len(lines):
        start = first.setdefault(lines[place], place)
        length = 0
        while start + length < place < len(lines) - length:
            if lines[start + length] != lines[place + length]:
                break
            length += 1
        if sum(map(len, lines[place : place + length])) > least:
            return lines[:place] + lines[place + length :]
        place += max(length, 1)
    return lines


def _is_label(line: str) -> bool:
    """Breadcrumbs, a bar of languages, the name of a section above the text."""
    if SENTENCE_END.search(line):
        return False
    scripts = sum(script.search(line) is not None for script in SCRIPTS)
    return len(line) <= _LABEL or CRUMBS.match(line) is not None or scripts >= 3


def _is_chrome(line: str, *, strict: bool) -> bool:
    if len(line) > (80 if strict else 30):
        return False
    if "{{" in line and "}}" in line:  # a template that no script has filled
        return True
    rest = (EDGE_CHROME if strict else CHROME).sub("", line)
    letters = sum(character.isalpha() for character in rest)
    if rest != line and letters <= max(2, len(line) // 6):
        return True
    if not strict:
        return not any(character.isalnum() for character in line)
    ended = SENTENCE_END.search(line) is not None
    return (
        (rest != line and not ended)
        or BYLINE.match(line) is not None
        or DATED.search(line) is not None
    )


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
