"""What is said of a mistake in the command line, where typer says less than it could."""

import re
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperCommand

_CHOICE = re.compile(r"(?:Value error, )?(?P<found>.*) is not one of (?P<words>.*)\.", re.DOTALL)


class Command(TyperCommand):
    """A command that offers the nearest word of a choice."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises BadParameter as typer does, with more to go on."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = _with_near(error.message)
            raise


class WordsCommand(Command):
    """A command that takes words: one with a minus sign in front is hardly meant as options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises BadParameter for such a word with the way to write it."""
        known = {option[:2] for one in self.params for option in one.opts}
        for written in args:
            if written == "--":
                break
            if re.match(r"-[^\W\d]", written) and written[:2] not in known:
                raise typer.BadParameter(
                    f"{written!r} is no option; a word that must not be there is written in one "
                    f"quotation with the others: 'taobao {written}'",
                    ctx=ctx,
                    param_hint="words",
                )
        return super().parse_args(ctx, args)


def _with_near(message: str) -> str:
    choice = _CHOICE.fullmatch(message)
    if choice is None:
        return message
    words = re.findall(r"'([^']*)'", choice["words"])
    near = get_close_matches(choice["found"].strip("'\"").casefold(), words, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(words)}."
    return f"{choice['found']} is none; {hint}"
