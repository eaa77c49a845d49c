"""Completion for shells: which words can stand where the cursor is.

Typer's own scripts for bash, zsh and fish ask, and get the answer in the form that they expect.
"""

from __future__ import annotations

import os

from storage import recent
from storage.entry import say
from storage.outline import names

TYPE_CHECKING = False  # that of typing, which takes as long to import as Python to start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

LANGUAGES = ("zh", "zh-Hans", "zh-Hant", "ja", "ko", "en", "de", "fr", "es")

_SPECIAL = {ord(letter): f"\\{letter}" for letter in " &()'\"\\$`;|<>*?!#~"}
"""What bash would take for something else than a part of the word."""

Offer = tuple[str, str]
"""A word and what it means."""


def complete(shell: str, outline: dict[str, Any]) -> int:
    """Print what can stand at the cursor in the way of a shell; gives back the exit code."""
    words, begun = _asked(shell)
    offers = list(dict.fromkeys(offered(outline, words, begun)))
    if shell == "zsh":
        listed = "\n".join(map(_for_zsh, offers))
        say(f"_arguments '*: :(({listed}))'\n" if offers else "_files\n")
    elif shell == "fish":
        if os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
            return 0 if offers else 1
        say("".join(f"{word}\t{means}\n" if means else f"{word}\n" for word, means in offers))
    else:
        special = _SPECIAL if shell == "bash" else {}
        say("".join(f"{word.translate(special)}\n" for word, _ in offers))
    return 0


def _asked(shell: str) -> tuple[list[str], str]:
    """The words before the cursor without the program's name, and what stands at the cursor."""
    if shell == "bash":
        words = _split(os.environ.get("COMP_WORDS", ""))
        cursor = int(os.environ.get("COMP_CWORD") or len(words))
        return words[1:cursor], (words[cursor : cursor + 1] or [""])[0]
    line = os.environ.get("_TYPER_COMPLETE_ARGS", "")
    words = _split(line)[1:]
    if shell in {"powershell", "pwsh"}:
        begun = os.environ.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
        return (words[:-1] if begun else words), begun
    return (words[:-1], words[-1]) if words and not line.endswith(" ") else (words, "")


def _split(line: str) -> list[str]:
    if not {"'", '"', "\\"} & set(line):
        return line.split()
    import shlex

    for closing in ("", "'", '"'):
        try:
            return shlex.split(line + closing)
        except ValueError:
            continue
    return line.split()


def _for_zsh(offer: Offer) -> str:
    word, means = (
        text.replace("\\", "").replace('"', "").replace("'", "").replace("$", "")
        .replace("`", "").replace(":", r"\\:") for text in offer
    )  # fmt: skip
    return f'"{word}":"{means}"' if means else f'"{word}"'


def offered(outline: dict[str, Any], words: list[str], begun: str) -> Iterator[Offer]:
    """The words that can follow `words` and begin with `begun`, in the order of the help."""
    path, given, positions, pending = _walked(outline["commands"], words)
    if path is None:
        return
    command = outline["commands"][path]
    if pending is not None:
        yield from _values(outline, pending, begun.removeprefix("="))
    elif begun.startswith("--") and "=" in begun:
        name, _, value = begun.partition("=")
        option = _option(command, name)
        if option:
            yield from ((f"{name}={word}", m) for word, m in _values(outline, option, value))
    elif begun.startswith("-"):
        for option in command["options"]:
            if option["again"] or not given & set(option["names"]):
                yield from _begin(((name, option["help"]) for name in option["names"]), begun)
    elif command["below"]:
        yield from _begin(command["below"].items(), begun)
    else:
        arguments = command["arguments"]
        if arguments and (positions < len(arguments) or arguments[-1]["again"]):
            yield from _values(outline, arguments[min(positions, len(arguments) - 1)], begun)


def _walked(
    commands: dict[str, Any], words: list[str]
) -> tuple[str | None, set[str], int, dict[str, Any] | None]:
    """Where the words lead: command, options given, arguments given, option without its value."""
    path, given, positions = "", set[str](), 0
    pending, left = None, 0
    for word in words:
        if left:
            left -= word != "="
            continue
        if word.startswith("-") and word != "-":
            name, is_joined, _ = word.partition("=")
            pending = _option(commands[path], name)
            given |= set(pending["names"]) if pending else set()
            left = pending["takes"] if pending and not is_joined else 0
        elif commands[path]["below"]:
            if word not in commands[path]["below"]:
                return None, given, positions, None
            path, given, positions = f"{path} {word}".strip(), set(), 0
        else:
            positions += 1
    return path, given, positions, pending if left else None


def _option(command: dict[str, Any], name: str) -> dict[str, Any] | None:
    return next((option for option in command["options"] if name in option["names"]), None)


def _values(outline: dict[str, Any], parameter: dict[str, Any], begun: str) -> Iterable[Offer]:
    kind = parameter["kind"]
    if parameter["choices"]:
        return _begin(((choice, "") for choice in parameter["choices"]), begun)
    if kind == "platform":
        return _begin(names(outline), begun)
    if kind == "event":
        return _events(outline["database"], begun)
    if kind == "source":
        return _begin(((slug, "") for slug in _sources(outline["sources"])), begun)
    if kind == "language":
        return _begin(((language, "") for language in LANGUAGES), begun)
    return ()


def _begin(offers: Iterable[Offer], begun: str) -> Iterator[Offer]:
    wanted = begun.casefold()
    return ((word, means) for word, means in offers if word.casefold().startswith(wanted))


def _sources(folders: list[str]) -> list[str]:
    found: set[str] = set()
    for folder in folders:
        try:
            names = os.listdir(folder)  # noqa: PTH208 - pathlib takes too long to import
        except OSError:
            continue
        found |= {name.removesuffix(".yaml") for name in names if name.endswith(".yaml")}
    return sorted(found)


def _events(database: str | None, begun: str) -> Iterator[Offer]:
    """Events of the store, the last told first; of a server those that a command saw last."""
    store = _store() or database or ""
    digits = begun.lstrip("Ee")
    if digits and not digits.isdecimal():
        return
    rows = _of_file(store, digits) if store.startswith("sqlite:///") else recent.remembered(store)
    yield from (
        (f"E{number}", f"{host} → {guest}, {stage}")
        for number, host, guest, stage in rows
        if str(number).startswith(digits)
    )


def _store() -> str:
    """The store that a variable names, itself or by a file."""
    url = os.environ.get("INTEROPWATCH_DATABASE_URL", "")
    file = os.environ.get("INTEROPWATCH_DATABASE_URL_FILE", "")
    if file and not url:
        try:
            with open(file, encoding="utf-8") as secret:  # noqa: PTH123
                url = secret.read().strip()
        except (OSError, UnicodeDecodeError):
            return ""
    return recent.store_of(url) if url else ""


def _of_file(store: str, digits: str) -> Iterable[recent.Row]:
    """Events of a SQLite file; nothing where it cannot be read."""
    file = store.removeprefix("sqlite:///")
    if not os.path.exists(file):  # noqa: PTH110
        return ()
    import sqlite3

    try:
        connection = sqlite3.connect(f"file:{_quoted(file)}?mode=ro", uri=True, timeout=1)
        try:
            return connection.execute(recent.NEWEST.format("?"), (f"{digits}%",)).fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        return ()


def _quoted(file: str) -> str:
    return "".join(f"%{ord(letter):02x}" if letter in "%?#" else letter for letter in file)
