"""How a reply gets to who asked: the requests that carry it, each of which may be tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from html import escape
from typing import Any

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from alerts.delivery.channels.telegram import markup
from alerts.delivery.commands.asking import File, Reply
from alerts.delivery.inbound import Asked, Press
from alerts.delivery.text import cut
from alerts.delivery.words import words_for
from config.errors import InteropwatchError

MOST_TOAST = 200
"""UTF-16 units of what is shown to who pressed."""

_UNCHANGED = "message is not modified"
_LOST = ("message to edit not found", "message can't be edited")
_TOO_LATE = ("query is too old", "query id is invalid", "query_id_invalid")

log = logging.getLogger(__name__)

Errand = Callable[[Bot], Awaitable[None]]
"""One request of a reply. Raises TelegramError."""


def errands(asked: Asked, reply: Reply | None) -> list[Errand]:
    """The requests of a reply in their order; a press is answered first, whatever comes of it."""
    found: list[Errand] = []
    if asked.press is not None:
        found.append(partial(_answer_press, press=asked.press, reply=reply or Reply()))
    if reply is None:
        return found
    if asked.press is not None and not asked.press.apart:
        found += _in_place(asked, asked.press, reply)
    elif reply.html:
        found.append(partial(_send, asked=asked, reply=reply))
    if reply.file is not None:
        found.append(partial(_send_file, asked=asked, reply=reply, file=reply.file))
    if reply.then is not None:
        found.append(partial(_send, asked=asked, reply=reply.then))
    return found


def _in_place(asked: Asked, press: Press, reply: Reply) -> list[Errand]:
    if reply.html:
        return [partial(_edit, asked=asked, press=press, reply=reply)]
    if reply.buttons:
        return [partial(_change_buttons, asked=asked, press=press, reply=reply)]
    return []


async def _answer_press(bot: Bot, press: Press, reply: Reply) -> None:
    """Let the client of who pressed stop waiting."""
    try:
        await bot.answer_callback_query(
            press.id,
            text=cut(reply.toast, MOST_TOAST) or None,
            show_alert=bool(reply.toast) and not reply.buttons,
            url=reply.href or None,
        )
    except BadRequest as error:
        if not any(sign in error.message.lower() for sign in _TOO_LATE):
            raise


async def _send(bot: Bot, asked: Asked, reply: Reply) -> None:
    await bot.send_message(
        asked.chat,
        reply.html,
        parse_mode=ParseMode.HTML,
        message_thread_id=asked.topic or None,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=markup(reply.buttons),
        reply_parameters=_beside(asked),
    )


def _beside(asked: Asked) -> ReplyParameters | None:
    """What is told apart replies to the message with the button."""
    if asked.press is None or not asked.press.apart:
        return None
    return ReplyParameters(asked.press.message, allow_sending_without_reply=True)


async def _edit(bot: Bot, asked: Asked, press: Press, reply: Reply) -> None:
    """Put the answer in place of the message; where that is gone, write a new one."""
    try:
        await bot.edit_message_text(
            reply.html,
            chat_id=asked.chat,
            message_id=press.message,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=markup(reply.buttons),
        )
    except BadRequest as error:
        said = error.message.lower()
        if any(sign in said for sign in _LOST):
            await _send(bot, asked, reply)
        elif _UNCHANGED not in said:
            raise


async def _change_buttons(bot: Bot, asked: Asked, press: Press, reply: Reply) -> None:
    try:
        await bot.edit_message_reply_markup(
            chat_id=asked.chat, message_id=press.message, reply_markup=markup(reply.buttons)
        )
    except BadRequest as error:
        if _UNCHANGED not in error.message.lower():
            raise


async def _send_file(bot: Bot, asked: Asked, reply: Reply, file: File) -> None:
    """A picture or a document. What has been told in words as well is no loss if this fails."""
    try:
        made = await asyncio.to_thread(file.make)
        await _upload(bot, asked, file, made)
    except InteropwatchError as error:
        log.warning("the file of an answer cannot be made: %s", error)
        if not reply.html:
            await _send(bot, asked, Reply(escape(words_for(asked.language)("bot-failed"))))
    except TelegramError as error:
        # words and picture within a second are often one message too many: it comes later
        if not reply.html or isinstance(error, RetryAfter):
            raise
        log.warning("the picture of an answer was not delivered: %s", type(error).__name__)


async def _upload(bot: Bot, asked: Asked, file: File, made: bytes) -> None:
    place: dict[str, Any] = {
        "chat_id": asked.chat,
        "caption": file.caption,
        "message_thread_id": asked.topic or None,
        "reply_parameters": _beside(asked),
    }
    if file.name:
        await bot.send_document(
            document=made, filename=file.name, disable_content_type_detection=True, **place
        )
    else:
        await bot.send_photo(photo=made, **place)
