"""Alerts to Telegram with python-telegram-bot: one request per call, its end told exactly.

What is certain decides what the sender may do: an error before the request left, a flood limit
and an error that the server itself wrote as JSON are surely not sent; a timeout, a cut connection
or an answer that nobody can read are uncertain, because the message may be there.
"""

import logging
import os
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache

# PTB warns about whole seconds until this is set; it must be set before an error is made
os.environ.setdefault("PTB_TIMEDELTA", "true")

import httpx  # noqa: TID251 - the Bot API is the operator's to name
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from alerts.delivery.buttons import Keyboard
from alerts.delivery.channels import (
    Gone,
    Halted,
    Migrated,
    NotSent,
    Outcome,
    Refused,
    Sent,
    Uncertain,
)
from alerts.delivery.messages import Message
from config.settings import Telegram

_log = logging.getLogger(__name__)

READ_TIMEOUT = 30.0
"""Seconds. PTB's default of 5 makes uncertainty by itself."""

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_MARKUP = ("can't parse entities", "unsupported start tag", "can't find end tag")
_UNCHANGED = "message is not modified"
_SHUT = (
    "chat not found",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "user is deactivated",
    "group chat was deactivated",
    "peer_id_invalid",
    "user_is_blocked",
)


def make_bot(
    settings: Telegram, *, connections: int = 8, read_timeout: float = READ_TIMEOUT
) -> Bot:
    """A Bot for these settings. Raises ValueError without a token.

    Proxies come from the settings alone, never silently from the environment.
    """
    if settings.token is None:
        raise ValueError("a Telegram bot needs telegram.token")
    base = settings.base_url.rstrip("/")

    def request(size: int) -> HTTPXRequest:
        return HTTPXRequest(
            connection_pool_size=size,
            connect_timeout=10.0,
            read_timeout=read_timeout,
            write_timeout=10.0,
            pool_timeout=5.0,
            proxy=settings.proxy.get_secret_value() if settings.proxy else None,
            httpx_kwargs={"trust_env": False, "verify": _certificates()},
        )

    return Bot(
        settings.token.get_secret_value(),
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request(connections),
        get_updates_request=request(1),
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Made once: reading all certificates costs more than everything else about a client."""
    return httpx.create_ssl_context()


async def close_bot(bot: Bot) -> None:
    """Close its connections; works also for a bot that was never initialised."""
    for request in bot._request:  # noqa: SLF001 - shutdown() skips bots that never asked getMe
        await request.shutdown()


class TelegramChannel:
    """Sends as one bot. Connections are opened when they are first needed."""

    def __init__(self, settings: Telegram, *, read_timeout: float = READ_TIMEOUT) -> None:
        self._bot = make_bot(settings, read_timeout=read_timeout)

    async def open(self) -> None:
        """Nothing to do: connections are opened when they are needed."""

    async def send(
        self, address: str, topic: int, message: Message, reply_to: int | None, *, silent: bool
    ) -> Outcome:
        """Send; if the markup is refused, once more without it."""

        async def attempt(text: str, parse_mode: str | None) -> Outcome:
            sent = await self._bot.send_message(
                int(address),
                text,
                parse_mode=parse_mode,
                message_thread_id=topic or None,
                disable_notification=silent,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_parameters=_reply(reply_to),
                reply_markup=markup(message.buttons),
            )
            return Sent(sent.message_id)

        return await _with_fallback(attempt, message)

    async def edit(self, address: str, message_id: int, message: Message) -> Outcome:
        """Edit; a message that reads the same already counts as sent."""

        async def attempt(text: str, parse_mode: str | None) -> Outcome:
            await self._bot.edit_message_text(
                text,
                chat_id=int(address),
                message_id=message_id,
                parse_mode=parse_mode,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=markup(message.buttons),
            )
            return Sent(message_id)

        outcome = await _with_fallback(attempt, message)
        if isinstance(outcome, Refused) and _UNCHANGED in outcome.reason.lower():
            return Sent(message_id)
        return outcome

    async def close(self) -> None:
        """Close the connections."""
        await close_bot(self._bot)


Attempt = Callable[[str, str | None], Awaitable[Outcome]]


async def _with_fallback(attempt: Attempt, message: Message) -> Outcome:
    outcome = await _outcome(attempt, message.html, ParseMode.HTML)
    if isinstance(outcome, Refused) and any(sign in outcome.reason.lower() for sign in _MARKUP):
        _log.error("Telegram refused our markup, sending plain text: %s", outcome.reason)
        return await _outcome(attempt, message.plain, None)
    return outcome


async def _outcome(attempt: Attempt, text: str, parse_mode: str | None) -> Outcome:
    try:
        return await attempt(text, parse_mode)
    except TelegramError as error:
        return classify(error)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # an answer of status 200 that is JSON but not Telegram's: the message may be there
        return Uncertain(f"answer that is not Telegram's: {type(error).__name__}")


def markup(buttons: Keyboard) -> InlineKeyboardMarkup | None:
    """Buttons as Telegram takes them; None without any."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    one.label, url=one.href or None, callback_data=one.says or None
                )
                for one in row
            ]
            for row in buttons
        ]
    )


def _reply(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)


def classify(error: TelegramError) -> Outcome:
    """How a request ended, from PTB's error.

    The order matters: BadRequest is a NetworkError to PTB, and so is TimedOut.
    """
    reason = f"{type(error).__name__}: {error.message}"
    match error:
        case RetryAfter():
            return NotSent(reason, seconds_of(error.retry_after))
        case ChatMigrated():
            return Migrated(str(error.new_chat_id))
        case InvalidToken():
            return Halted("Telegram refuses the token: check telegram.token")
        case Forbidden():
            return Gone(reason)
        case BadRequest():
            shut = any(sign in reason.lower() for sign in _SHUT)
            return Gone(reason) if shut else Refused(reason)
        case Conflict():
            return NotSent(reason)
        case TimedOut() | NetworkError():
            return _network(error, reason)
        case _:
            return Uncertain(reason)


def _network(error: NetworkError, reason: str) -> Outcome:
    cause = error.__cause__
    if isinstance(cause, _NEVER_LEFT):
        return NotSent(f"{reason} ({type(cause).__name__})")
    if cause is None and not isinstance(error, TimedOut):
        return NotSent(reason)  # PTB could read the server's own JSON: it says that it failed
    # "Parsing the server response … failed" would carry a whole page into the store
    return Uncertain(f"{type(error).__name__}: {type(cause).__name__ if cause else 'no answer'}")


def seconds_of(wait: float | timedelta) -> float:
    """A wait of PTB's, which gives whole seconds or spans depending on its settings."""
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
