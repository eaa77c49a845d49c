"""The events that a chat has muted, and how it hears of them again."""

from html import escape

from alerts.delivery.buttons import button, keyboard
from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.parts import headline
from config.errors import NotFoundError
from storage import mutes
from storage.models import Subscription
from storage.views import AlertView, event_view

_SHOWN = 20
"""Muted events of one message, the last muted first."""


def muted_list(question: Question, row: Subscription) -> Reply:
    """What is muted here, each with a button that ends it."""
    words = question.words
    back = [button(f"‹ {words('button-following')}", "following")]
    numbers = mutes.muted(question.session, row)
    found = [view for one in numbers[:_SHOWN] if (view := _view(question, one)) is not None]
    if not found:
        return Reply(escape(words("bot-muted-nothing")), buttons=keyboard(back))
    head = f"🔕 <b>{escape(words('bot-muted-list'))}</b>"
    lines = [
        escape(f"{view.event} · {headline(view, words, question.platforms.name)}")
        for view in found
    ]
    ones = [button(f"🔔 {view.event}", f"following unmute {view.event}") for view in found]
    rows = [ones[at : at + 4] for at in range(0, len(ones), 4)]
    return Reply(fitted(head, lines, words), buttons=keyboard(*rows, back))


def unmute_here(question: Question, row: Subscription, number: int) -> Reply:
    """Hear of an event again, and see what else is muted."""
    if not mutes.unmute(question.session, row, number):
        return say(question, "bot-muted-not", id=f"E{number}")
    return muted_list(question, row)


def _view(question: Question, number: int) -> AlertView | None:
    try:
        return event_view(question.session, number)
    except NotFoundError:  # an event that nobody was told of may have gone
        return None
