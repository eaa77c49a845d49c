"""/forget: nothing is kept of this chat any more."""

from html import escape

from alerts.delivery.buttons import button, grid
from alerts.delivery.commands.asking import Question, Reply
from storage.forgetting import forget as forget_chat

SURE = "everything"
"""What is written behind the command to mean it."""


def forget(question: Question) -> Reply:
    """Say what would be forgotten; or do it, where that is meant."""
    words = question.words
    if question.asked.argument.strip().casefold() != SURE:
        sure = button(f"🗑 {words('button-forget')}", f"forget {SURE}")
        return Reply(escape(words("forget-what", sure=f"/forget {SURE}")), buttons=grid([sure], 1))
    known = forget_chat(question.session, question.here)
    return Reply(escape(words("forget-done" if known else "forget-nothing")))
