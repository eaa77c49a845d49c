"""A shared subscription: a link to what a chat follows, and what is behind such a link."""

import re
from html import escape
from urllib.parse import urlencode

from alerts.delivery.buttons import Button, button, keyboard
from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.commands.interests import described
from config.errors import NotFoundError
from storage import interests
from storage.models import Subscription

_CODE = re.compile(r"sub[_ ]([0-9a-f]{16})")


def code_in(written: str) -> str | None:
    """The code of a shared subscription, as links carry it: `sub_…`."""
    found = _CODE.fullmatch(written.strip())
    return found[1] if found else None


def share(question: Question, row: Subscription) -> Reply:
    """A link that offers others what this chat follows; it says nothing of the chat."""
    code = interests.share(question.session, row, question.now)
    if code is None:
        return say(question, "bot-follows-nothing")
    link = question.link(f"sub_{code}")
    words = question.words
    onward = "https://t.me/share/url?" + urlencode({"url": link})
    return Reply(
        f"{escape(words('bot-share'))}\n{escape(link)}",
        buttons=keyboard(
            [Button(f"📤 {words('button-pass-on')}", href=onward)],
            [button(f"‹ {words('button-following')}", "following")],
        ),
    )


def offered(question: Question) -> Reply:
    """What is behind a link, with the button that takes it."""
    code = question.asked.argument.strip()
    try:
        found = interests.shared(question.session, code)
    except NotFoundError:
        return say(question, "bot-share-unknown")
    words = question.words
    lines = [f"• {escape(' · '.join(described(question, one)))}" for one in found]
    head = f"🔗 <b>{escape(words('bot-share-offered'))}</b>"
    taking = button(f"✅ {words('button-take')}", f"follow sub_{code}")
    return Reply(fitted(head, lines, words), buttons=keyboard([taking]))
