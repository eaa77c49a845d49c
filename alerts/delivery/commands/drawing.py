"""The words of a picture in the reader's language."""

from typing import TYPE_CHECKING

from alerts.delivery.text import plain
from alerts.delivery.words import Words
from config.words import Capability, Stage

if TYPE_CHECKING:
    from storage.pictures import Words as PictureWords


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
