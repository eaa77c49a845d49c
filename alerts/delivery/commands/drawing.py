"""Pictures of answers: their words in the reader's language, and the button that asks for one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from alerts.delivery.buttons import APART, Button, button
from alerts.delivery.commands.asking import Question
from alerts.delivery.parts import show_names
from alerts.delivery.text import plain
from alerts.delivery.words import Words
from config.words import Capability, Stage

if TYPE_CHECKING:
    from storage.pictures import Words as PictureWords


def picture_button(said: str) -> Button:
    """Asks for what a command answers as a picture, in a message of its own."""
    return button("PNG", f"{APART}{said} png")


def naming(question: Question) -> Callable[[str], str]:
    """What the reader calls a platform, or everyone, in a picture or a table."""
    return lambda one: plain(show_names([one], question.words, question.platforms.name))


def picture_words(words: Words, title: str) -> "PictureWords":
    """What stands in a picture besides names and dates."""
    from storage.pictures import Words as PictureWords  # here: Pillow is slow to import

    return PictureWords(
        title=plain(title),
        stages={one.value: words(f"stage-{one.value}") for one in Stage},
        capabilities={one.value: words(f"capability-{one.value}") for one in Capability},
        planned=words("picture-planned"),
        disputed=words("picture-disputed"),
        nothing=words("picture-nothing"),
        more=lambda count: words("alert-more", count=count),
    )
