"""What an operator can set: one page, every key with its unit and default."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.words import Capability, Stage


class Section(BaseModel):
    """A part of the settings; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Chat(Section):
    """A Telegram chat (and topic) that gets alerts; empty filters let everything pass."""

    chat: int
    topic: int = 0
    language: str = "en"
    platforms: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    least_stage: Stage = Stage.RUMOUR


class Telegram(Section):
    """The way out to Telegram. Without a token alerts go to the console."""

    token: SecretStr | None = None
    base_url: str = "https://api.telegram.org"
    """Of the Bot API server, without the `/bot` that follows it."""
    proxy: str | None = None
    chats: tuple[Chat, ...] = ()
    operators: tuple[int, ...] = ()


class Crawl(Section):
    """How the crawler behaves towards other people's servers."""

    contact: str = ""
    """Address or page that stands in the User-Agent, so that a site can reach the operator."""
    interval_seconds: Annotated[int, Field(ge=1)] = 900
    concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    host_delay_seconds: Annotated[float, Field(ge=0)] = 1.0
    timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    run_budget_seconds: Annotated[float, Field(gt=0)] = 120.0
    max_bytes: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    max_pages_per_run: Annotated[int, Field(ge=1)] = 50
    extraction_processes: Annotated[int, Field(ge=1, le=16)] = 1
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Private networks that may be fetched from; none by default."""


class Alerts(Section):
    """What is news."""

    fresh_days: Annotated[int, Field(ge=0)] = 3
    """A development older than this, counted back from the article's own date, is background."""
    max_age_days: Annotated[int, Field(ge=1)] = 14
    """Articles published longer ago than this fill the timeline without alerting."""


class Settings(Section):
    """All settings. Read from interopwatch.yaml, then from INTEROPWATCH_* variables."""

    database_url: SecretStr = SecretStr("sqlite:///data/interopwatch.db")
    config_dir: Path | None = None
    log_level: str = "INFO"
    telegram: Telegram = Telegram()
    crawl: Crawl = Crawl()
    alerts: Alerts = Alerts()
