"""Who may change what a chat gets, asked of Telegram at the time."""

from telegram import Bot, ChatMember

from alerts.delivery.inbound import Asked

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
