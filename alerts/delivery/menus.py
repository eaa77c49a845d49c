"""The bot's menus, set anew at every start so that none is ever stale.

Telegram chooses a menu by the two letters of a reader's own language, so that it knows one Chinese,
and nothing of a language that was chosen in the chat. Where that is another one, and for
traditional Chinese, a private chat gets a menu of its own.
"""

import logging
from collections.abc import Collection, Iterable

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden, TelegramError

from alerts.delivery.answers import COMMANDS, QUESTIONS
from alerts.delivery.words import words_for

_LANGUAGES = {None: "en", "zh": "zh-Hans", "ja": "ja", "ko": "ko"}
"""Two letters at most, as Telegram has it; no letters is everybody else."""

_PUBLIC = tuple(name for name in COMMANDS if name != "status")
_READING = (*QUESTIONS, "following", "help")
"""What everybody in a group may use; its administrators see the rest as well."""

log = logging.getLogger(__name__)


async def set_menus(bot: Bot, operators: Iterable[int]) -> None:
    """Set the menu of every scope and language. Raises TelegramError."""
    menus: list[tuple[BotCommandScope, Iterable[str]]] = [
        (BotCommandScopeAllPrivateChats(), _PUBLIC),
        (BotCommandScopeAllGroupChats(), _READING),
        (BotCommandScopeAllChatAdministrators(), _PUBLIC),
    ]
    for code, language in _LANGUAGES.items():
        for scope, names in menus:
            await bot.set_my_commands(_menu(names, language), scope, code)
        for operator in operators:
            try:
                await bot.set_my_commands(
                    _menu(COMMANDS, language), BotCommandScopeChat(operator), code
                )
            except (BadRequest, Forbidden):  # has never written to the bot: has no menu either
                continue


def _menu(names: Iterable[str], language: str) -> list[BotCommand]:
    words = words_for(language)
    return [BotCommand(name, words(f"command-{name}")) for name in names]


class ChatMenus:
    """Menus of single private chats, set when somebody writes there or chooses a language."""

    def __init__(self, operators: Collection[int]) -> None:
        self._operators = operators
        self._shown: dict[int, str] = {}

    def has(self, chat: int, own: str, chosen: str) -> bool:
        """Whether a chat has its menu in this language, for all that is known."""
        return chosen == self._shown.get(chat, "zh-Hans" if own == "zh-Hant" else own)

    async def follow(self, bot: Bot, chat: int, own: str, chosen: str) -> None:
        """Let a chat have its menu in the language that was chosen there; `own` is the reader's.

        A menu that cannot be set is no loss: the next message tries again.
        """
        if self.has(chat, own, chosen):
            return
        is_operator = chat in self._operators
        menu = _menu(COMMANDS if is_operator else _PUBLIC, chosen)
        try:
            for code in _LANGUAGES if is_operator else (None,):  # theirs are set for every code
                await bot.set_my_commands(menu, BotCommandScopeChat(chat), code)
        except TelegramError as error:
            log.warning("a chat's menu cannot be set: %s", type(error).__name__)
        else:
            self._shown[chat] = chosen
