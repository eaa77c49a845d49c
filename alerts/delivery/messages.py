"""One alert as a message: laid out in the reader's language, within Telegram's limits.

Whatever an article, an outlet or a chat wrote goes through `tame` and is then escaped by the
template, so that it can neither break the markup nor forge a link. What does not fit is left out
by meaning, links first, then outlets, then the end of the quote; never inside a tag.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from alerts.delivery.buttons import Keyboard, alert_buttons
from alerts.delivery.markup import MOST_ENTITIES, MOST_UNITS, Parsed, parse
from alerts.delivery.parts import Layout, parts
from alerts.delivery.words import words_for
from config.words import Stage
from storage.deliveries import AlertView

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    auto_reload=False,
)

_HASHTAG = re.compile(r"#\w")

_LAYOUTS = (
    Layout(quote=700, outlets=60, links=60),
    Layout(quote=700, outlets=60, links=20),
    Layout(quote=500, outlets=24, links=10),
    Layout(quote=300, outlets=8, links=4),
    Layout(quote=200, outlets=0, links=0),
)
"""From generous to bare; the last one fits whatever the store holds."""


class Names(Protocol):
    """The gazetteer, as far as a message needs it."""

    def name(self, platform: str, language: str) -> str:
        """What readers of `language` call the platform."""
        ...

    def __hash__(self) -> int:
        """A gazetteer does not change while messages are laid out with it."""
        ...


@dataclass(frozen=True)
class Message:
    """What a channel sends."""

    html: str
    plain: str
    """The same without markup: what is sent once if Telegram refuses the markup."""
    silent: bool
    entities: int
    length: int
    """UTF-16 units after parsing."""
    buttons: Keyboard = ()
    about: AlertView | None = None
    """The facts behind it, for channels that programs read; none where it is not one alert."""

    @property
    def parsed(self) -> Parsed:
        """The message as a reader sees it: for channels that draw it themselves."""
        return parse(self.html)


@lru_cache(maxsize=64)
def render(view: AlertView, language: str, names: Names) -> Message:
    """The message for one reader; always within 4096 units and 100 entities.

    Readers of one language who are told the same get the same, which is laid out once.
    """
    for layout in _LAYOUTS:
        message = _render(view, language, names, layout)
        if message.length <= MOST_UNITS and message.entities <= MOST_ENTITIES:
            break
    return message


def _render(view: AlertView, language: str, names: Names, layout: Layout) -> Message:
    filled = parts(view, language, names.name, layout)
    html = template("alert.html.j2").render(filled).strip()
    buttons = alert_buttons(view, words_for(language))
    message = assemble(html, silent=view.stage is Stage.RUMOUR, buttons=buttons)
    return replace(message, about=view)


def template(name: str) -> Template:
    """A template of this folder; whatever is filled in is escaped."""
    return _TEMPLATES.get_template(name)


def hashtags(text: str) -> int:
    """How many entities Telegram makes of hashtags by itself; foreign text has none left."""
    return len(_HASHTAG.findall(text))


def assemble(html: str, *, silent: bool, buttons: Keyboard = ()) -> Message:
    """A message of finished markup, read back and measured."""
    read = parse(html)
    return Message(
        html=html,
        plain=read.text,
        silent=silent,
        entities=len(read.entities) + hashtags(read.text),
        length=read.length,
        buttons=buttons,
    )
