"""What pictures are drawn with: a font that has all scripts, text that fits, marks for stages."""

import os
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from config.errors import InteropwatchError
from config.steering import escaped
from config.words import Stage

Colour = tuple[int, int, int]

PAPER: Colour = (255, 255, 255)
INK: Colour = (31, 35, 40)
FAINT: Colour = (99, 108, 118)
RULE: Colour = (216, 222, 228)
BAND: Colour = (246, 248, 250)
WARNING: Colour = (188, 76, 0)
COLOURS: dict[Stage, Colour] = {
    Stage.RUMOUR: (140, 149, 159),
    Stage.TEST: (9, 105, 218),
    Stage.ANNOUNCED: (191, 135, 0),
    Stage.LIVE: (26, 127, 55),
    Stage.WITHDRAWN: (207, 34, 46),
}

TEXT, SMALL, TITLE = 28, 23, 36
"""Sizes of letters in pixels."""

MOST_PIXELS = 10_000
"""Of both sides together: Telegram takes no larger photo."""

_FILES = ("wqy-microhei", "NotoSansCJK-Regular", "NotoSansCJKsc-Regular", "SourceHanSans")
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_EVERY_SCRIPT = "Aé淘寶宝タが한글"
FONTS = "fonts-wqy-microhei or fonts-noto-cjk"
"""Packages that bring such a font."""


class PictureError(InteropwatchError):
    """A picture cannot be drawn here."""


def find_font(folders: Iterable[str | Path] | None = None) -> Path:
    """A font with Latin, Chinese, Japanese and Korean. Raises PictureError when there is none."""
    for folder in folders or FOLDERS:
        for place, _, names in os.walk(Path(folder).expanduser()):
            for name in sorted(names):
                file = Path(place) / name
                if name.startswith(_FILES) and not missing(_EVERY_SCRIPT, file):
                    return file
    raise PictureError(
        f"there is no font for pictures with Chinese, Japanese and Korean; install {FONTS}"
    )


def missing(text: str, file: Path) -> set[str]:
    """Characters that a font has no form for."""
    try:
        font = _opened(file, TEXT)
    except OSError:
        return set(text)
    void = _form(font, "\U0010fffe")
    return {c for c in text if not c.isspace() and _form(font, c) == void}


def _opened(file: Path, size: int) -> ImageFont.FreeTypeFont:
    """This very file: by its name alone another one might be taken."""
    return ImageFont.truetype(BytesIO(file.read_bytes()), size)


def _form(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    mask = font.getmask(character)
    return bytes(mask) + repr(mask.size).encode()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return _opened(_found_font(), size)


@cache
def _found_font() -> Path:
    return find_font()


def width(text: str, size: int = TEXT) -> int:
    """Pixels that a text takes in one line."""
    return round(_font(size).getlength(text))


def fitted(text: str, room: int, size: int = TEXT) -> str:
    """A text in one line, cut with an ellipsis where there is no room for all of it."""
    text = escaped(text)
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, room: int, size: int = TEXT, most: int = 4) -> list[str]:
    """A text in lines; words of letters stay whole where they can, the last line is cut."""
    lines, line = [], ""
    for character in escaped(text):
        if width(line + character, size) <= room:
            line += character
            continue
        head, space, tail = line.rpartition(" ")
        whole = character.isascii() and not character.isspace() and space and len(tail) < 20
        lines.append(head if whole else line)
        line = (tail + character if whole else character).lstrip()
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], fitted("".join(lines[most - 1 :]), room, size)]
    return [line for line in lines if line.strip()] or [""]


class Canvas:
    """A sheet of paper of a fixed size, in pixels."""

    def __init__(self, across: int, down: int) -> None:
        across = min(across, MOST_PIXELS // 2)
        self.image = Image.new("RGB", (across, min(down, MOST_PIXELS - across)), PAPER)
        self._draw = ImageDraw.Draw(self.image)

    def text(self, x: int, y: int, text: str, *, size: int = TEXT, colour: Colour = INK) -> None:
        """One line whose middle is at y."""
        self._draw.text((x, y), text, fill=colour, font=_font(size), anchor="lm")

    def upright(self, x: int, bottom: int, text: str, *, size: int = TEXT) -> None:
        """One line that is read from below upwards, its middle at x."""
        strip = Image.new("RGB", (width(text, size) + 4, size + size // 2), PAPER)
        middle = (2, strip.height // 2)
        ImageDraw.Draw(strip).text(middle, text, fill=INK, font=_font(size), anchor="lm")
        turned = strip.rotate(90, expand=True)
        self.image.paste(turned, (x - turned.width // 2, bottom - turned.height))

    def line(
        self, points: Sequence[tuple[int, int]], colour: Colour = RULE, wide: int = 2
    ) -> None:
        """A straight line or several."""
        self._draw.line(points, fill=colour, width=wide)

    def band(self, left: int, top: int, right: int, bottom: int) -> None:
        """A faint background."""
        self._draw.rectangle((left, top, right, bottom), fill=BAND)

    def mark(self, x: int, y: int, stage: Stage, *, planned: bool = False) -> None:
        """The sign of a stage, told apart by its form too; a small empty ring for what is planned."""
        colour, draw, radius = COLOURS[stage], self._draw, 7 if planned else 13
        box = (x - radius, y - radius, x + radius, y + radius)
        if planned:
            draw.ellipse(box, fill=PAPER, outline=colour, width=3)
            return
        match stage:
            case Stage.LIVE:
                draw.ellipse(box, fill=colour)
            case Stage.TEST:
                draw.ellipse(box, fill=PAPER, outline=colour, width=4)
                draw.pieslice(box, 90, 270, fill=colour)
            case Stage.ANNOUNCED:
                draw.ellipse(box, fill=PAPER, outline=colour, width=4)
            case Stage.RUMOUR:
                small = radius // 2
                draw.ellipse((x - small, y - small, x + small, y + small), fill=colour)
            case Stage.WITHDRAWN:
                reach = radius - 2
                for sign in (1, -1):
                    ends = [(x - reach, y - sign * reach), (x + reach, y + sign * reach)]
                    draw.line(ends, fill=colour, width=6)

    def disputed(self, x: int, y: int) -> None:
        """The sign for what cannot all be right."""
        self._draw.polygon([(x, y - 10), (x - 11, y + 9), (x + 11, y + 9)], fill=WARNING)
        self._draw.line([(x, y - 3), (x, y + 3)], fill=PAPER, width=3)
        self._draw.line([(x, y + 5), (x, y + 7)], fill=PAPER, width=3)

    def png(self) -> bytes:
        """The picture as a file."""
        out = BytesIO()
        self.image.quantize(colors=96).save(out, "PNG", optimize=True)
        return out.getvalue()
