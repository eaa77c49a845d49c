"""Whether Telegram can be reached as configured: token, clock, and rights in every chat."""

import asyncio
import socket
from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx  # noqa: TID251 - asks the Bot API alone
from telegram import Bot, ChatFullInfo, ChatMember, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import InvalidToken, TelegramError

from alerts.delivery.channels.telegram import close_bot, make_bot
from config.findings import Finding, Health
from config.settings import Telegram

PATIENCE = 10.0
"""Seconds that any one question to the network may take."""
MOST_SKEW = 60
"""Seconds by which the clock may differ before dates and quiet hours are plainly wrong."""

Place = tuple[int, int]
"""A chat and its topic (0 for none)."""


async def examine(
    settings: Telegram, places: Iterable[Place], now: datetime, hosts: Iterable[str] = ()
) -> list[Finding]:
    """Look at everything that lies between this machine and the chats; never raises for it."""
    found = [_proxy(settings)]
    asked = [] if settings.proxy else [urlsplit(settings.base_url).hostname or ""]
    found += await asyncio.gather(*(_name(host) for host in (*asked, *hosts)))
    found.append(await _clock(settings, now))
    if settings.token is None:
        hint = "for messages set INTEROPWATCH_TELEGRAM_TOKEN or INTEROPWATCH_TELEGRAM_TOKEN_FILE"
        return [*found, Finding("token", Health.WARN, "none: alerts go to the console", hint)]
    bot = make_bot(settings, connections=1, read_timeout=PATIENCE)
    try:
        me = await bot.get_me()
        found.append(Finding("token", Health.OK, f"@{me.username}"))
        for place in sorted(set(places)):
            found.append(await _chat(bot, me, place))
    except InvalidToken:
        hint = "copy it again from @BotFather; a revoked token never works again"
        found.append(Finding("token", Health.FAIL, "Telegram refuses it", hint))
    except TelegramError as error:
        hint = "see the lines about names, proxy and clock"
        found.append(Finding("token", Health.FAIL, f"cannot ask Telegram: {error}", hint))
    finally:
        await close_bot(bot)
    return found


def _proxy(settings: Telegram) -> Finding:
    if settings.proxy is None:
        return Finding("proxy", Health.OK, "none; variables such as HTTPS_PROXY are not used")
    parts = urlsplit(settings.proxy.get_secret_value())
    return Finding("proxy", Health.OK, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")


async def _name(host: str) -> Finding:
    """Whether a name leads to an address."""
    ask = asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    try:
        addresses = await asyncio.wait_for(ask, PATIENCE)
    except TimeoutError:
        found = f"{host}: no answer within {PATIENCE:g} s"
    except OSError as error:
        found = f"{host}: {error.strerror or error}"
    else:
        return Finding("dns", Health.OK, f"{host} is {addresses[0][4][0]}")
    return Finding("dns", Health.FAIL, found, "check the network and /etc/resolv.conf")


async def _clock(settings: Telegram, now: datetime) -> Finding:
    """Our clock beside that of the server, whatever it answers."""
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    try:
        async with httpx.AsyncClient(proxy=proxy, trust_env=False, timeout=PATIENCE) as client:
            answer = await client.head(settings.base_url)
        told = parsedate_to_datetime(answer.headers["date"])
        skew = round((now - told).total_seconds())
    except (httpx.HTTPError, KeyError, ValueError, TypeError, OverflowError) as error:
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        return Finding("clock", Health.SKIPPED, f"no time from {settings.base_url} ({reason})")
    if abs(skew) > MOST_SKEW:
        hint = "set the clock, best by NTP: due times, quiet hours and dates depend on it"
        return Finding("clock", Health.FAIL, f"{skew:+d} s off {settings.base_url}", hint)
    return Finding("clock", Health.OK, f"{skew:+d} s off {settings.base_url}")


async def _chat(bot: Bot, me: User, place: Place) -> Finding:
    chat_id, topic = place
    check = f"chat {chat_id}" + (f" topic {topic}" if topic else "")
    try:
        chat = await bot.get_chat(chat_id)
        member = None
        if chat.type != ChatType.PRIVATE:
            member = await bot.get_chat_member(chat_id, me.id)
    except TelegramError as error:
        hint = f"add @{me.username} there (in a private chat its owner sends /start)"
        return Finding(check, Health.FAIL, str(error), hint)
    trouble = _trouble(chat, member, topic)
    name = chat.title or chat.full_name or chat.username or chat.type
    if trouble:
        return Finding(check, Health.FAIL, f"{name}: {trouble[0]}", trouble[1])
    return Finding(check, Health.OK, f"{name}: may post")


def _trouble(chat: ChatFullInfo, member: ChatMember | None, topic: int) -> tuple[str, str] | None:
    """What keeps the bot from posting, and what to do."""
    if topic and not chat.is_forum:
        return "has no topics", "turn topics on there, or take the topic out of the configuration"
    if member is None or member.status == ChatMemberStatus.OWNER:
        return None
    if member.status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}:
        return "the bot is not in it", "add it there"
    if chat.type == ChatType.CHANNEL:
        if not getattr(member, "can_post_messages", False):
            return "the bot may not post", "make it an administrator that may post messages"
        return None
    if member.status == ChatMemberStatus.ADMINISTRATOR:
        return None
    rights = member if member.status == ChatMemberStatus.RESTRICTED else chat.permissions
    if rights is not None and not getattr(rights, "can_send_messages", True):
        return "members may not send messages", "make the bot an administrator"
    return None
