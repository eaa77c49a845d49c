"""Who may change what a chat gets, asked of Telegram at the time."""

import logging

from telegram import Bot, ChatMember
from telegram.error import TelegramError

from alerts.delivery.inbound import Asked

log = logging.getLogger(__name__)

_RULERS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


async def may_change(bot: Bot, asked: Asked) -> bool:
    """True in private, and in groups for their administrators. Raises TelegramError.

    Who writes in the group's own name is an administrator: Telegram lets nobody else. Nothing is
    kept, so that a right which was taken away is gone at once.
    """
    if asked.private or asked.sender == asked.chat:
        return True
    if asked.user is None:
        return False
    member = await bot.get_chat_member(asked.chat, asked.user)
    return member.status in _RULERS


async def owner_of(bot: Bot, asked: Asked) -> int | None:
    """Who is to hear of it when the chat cannot be written to any more.

    That is who sets it up; of who writes as the group, or in a channel, Telegram does not say who
    it is, and it is the creator. None where it does not tell us that either.
    """
    if asked.user is not None:
        return asked.user
    try:
        rulers = await bot.get_chat_administrators(asked.chat)
    except TelegramError as error:
        log.warning("cannot ask who owns a chat: %s", type(error).__name__)
        return None
    return next((one.user.id for one in rulers if one.status == ChatMember.OWNER), None)
