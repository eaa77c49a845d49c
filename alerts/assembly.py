"""Putting the parts of alerts together: gate, follower, ways out, and who tells the operators."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from alerts.delivery.channels import Channel
    from alerts.delivery.pacing import Pace
    from alerts.delivery.reporter import Reporter
    from alerts.flow import Follower
    from alerts.tagging.gate import PlatformGate
    from alerts.tagging.reading import Reader
    from config.platforms import Platforms
    from config.settings import Settings
    from storage.database import Database


class Installed(Protocol):
    """What the composition root hands in: the configuration and the store, each on demand."""

    clock: Callable[[], datetime]

    @property
    def settings(self) -> "Settings":
        """All settings."""
        ...

    @property
    def platforms(self) -> "Platforms":
        """The gazetteer."""
        ...

    @property
    def reader(self) -> "Reader":
        """Rules and names, ready to read articles."""
        ...

    def folders(self, name: str) -> tuple[Path, ...]:
        """Where data files of a kind are."""
        ...

    def any_database(self) -> "Database":
        """The store, whatever its schema."""
        ...

    def name(self, platform: str, language: str) -> str:
        """What readers of a language call a platform."""
        ...

    def __hash__(self) -> int:
        """One installation is one gazetteer while messages are laid out."""
        ...


def follower_of(installed: Installed) -> "Follower":
    """What turns articles into events, with the rules and the outbox of this installation."""
    from alerts.flow import Follower
    from storage.owed import queue, touch

    owner = installed.platforms.owner
    return Follower(
        installed.reader,
        installed.settings.alerts.max_age_days,
        partial(queue, owner=owner),
        partial(touch, owner=owner),
    )


def gate_of(installed: Installed, edition: int = 0) -> "PlatformGate":
    """What says which pages are worth reading, by the platforms as they are in this edition."""
    from alerts.tagging.gate import PlatformGate

    return PlatformGate(installed.folders("platforms"), edition)


def channels_of(installed: Installed) -> "dict[str, Channel]":
    """The ways out: Telegram with a token, else the console; and those that are configured."""
    from storage.subscriptions import CONSOLE, FILES, TELEGRAM, WEBHOOK

    settings, channels = installed.settings, dict[str, "Channel"]()
    if settings.telegram.token is None:
        from alerts.delivery.channels.console import ConsoleChannel

        channels[CONSOLE] = ConsoleChannel()
    else:
        from alerts.delivery.channels.telegram import TelegramChannel

        channels[TELEGRAM] = TelegramChannel(settings.telegram)
    if settings.webhooks.targets:
        from alerts.delivery.channels.webhook import WebhookChannel

        channels[WEBHOOK] = WebhookChannel(settings.webhooks, installed.clock)
    if settings.publish.folder:
        from alerts.delivery.channels.files import FilesChannel

        channels[FILES] = FilesChannel(
            settings.publish, installed.any_database(), installed, installed.clock
        )
    return channels


def reporter_of(
    installed: Installed, channels: "dict[str, Channel]", pace: "Pace"
) -> "Reporter | None":
    """What tells the operators' chat of notices, if there is such a chat."""
    from alerts.delivery.reporter import Reporter
    from storage.subscriptions import TELEGRAM, Address

    chat = installed.settings.telegram.operators_chat
    if chat is None or TELEGRAM not in channels:
        return None
    address = Address(TELEGRAM, str(chat))
    return Reporter(installed.any_database(), channels[TELEGRAM], address, installed.clock, pace)
