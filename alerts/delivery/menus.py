"""The bot's menus, set anew at every start so that none is ever stale."""

from collections.abc import Iterable

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden

from alerts.delivery.answers import COMMANDS, QUESTIONS
from alerts.delivery.words import words_for

_LANGUAGES = {None: "en", "zh": "zh-Hans", "ja": "ja", "ko": "ko"}
"""Telegram knows menus by two letters, so that zh is one; no letters is everybody else."""

_PUBLIC = tuple(name for name in COMMANDS if name != "status")
_READING = (*QUESTIONS, "following", "help")
"""What everybody in a group may use; its administrators see the rest as well."""


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
