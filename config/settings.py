"""What an operator can set: one page, every key with its unit and default."""

import re
from base64 import b64decode
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from config.times import Clock, Zone
from config.words import Capability, Rhythm, Stage, Store


class Section(BaseModel):
    """A part of the settings; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class LogLevel(StrEnum):
    """How much the log tells: from this level on."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


def _in_capitals(value: Any) -> Any:
    capitals = str(value).upper()
    return capitals if capitals in LogLevel.__members__ else value


def _is_told_in(language: str) -> str:
    if re.match(r"(en|ja|ko|zh|yue|cmn)([-_]|$)", language, re.IGNORECASE):
        return language
    raise ValueError("expected one of en, ja, ko, zh-Hans, zh-Hant")


Told = Annotated[str, AfterValidator(_is_told_in)]
"""A language in which people are told, as a tag; `zh-TW` is as good as `zh-Hant`."""


class Filters(Section):
    """What is told; empty ones let everything pass."""

    platforms: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    least_stage: Stage = Stage.RUMOUR
    least_sources: Annotated[int, Field(ge=1)] = 1
    """Independent ones; what has fewer is told once it has as many."""


class Chat(Filters):
    """A Telegram chat (and topic) that gets alerts; empty filters let everything pass."""

    chat: int
    topic: int = 0
    language: Told | None = None
    """Without one it is what the chat chose itself, and English at first; so with what follows."""
    zone: Zone | None = None
    """The readers' time zone, such as Asia/Tokyo: quiet hours and digests are in its time."""
    quiet_from: Clock | None = None
    quiet_to: Clock | None = None
    """Between these times of the day nothing is sent."""
    rhythm: Rhythm | None = None
    digest_at: Clock | None = None

    @model_validator(mode="after")
    def _quiet_hours_are_whole(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("quiet hours need both quiet_from and quiet_to")
        return self


class Telegram(Section):
    """The way out to Telegram. Without a token alerts go to the console."""

    token: SecretStr | None = None
    """Of the bot, from @BotFather."""
    base_url: str = "https://api.telegram.org"
    """Of the Bot API server, without the `/bot` that follows it."""
    proxy: SecretStr | None = None
    """The way to Telegram through a proxy, `http://…` or `http://user:password@…`; no other variable
    sets one."""
    chats: tuple[Chat, ...] = ()
    """Chats that get alerts, each with its own filters and language."""
    allowed_chats: tuple[int, ...] = ()
    """If there are any, the bot serves these chats only, those in `chats`, and the operators."""
    operators: tuple[int, ...] = ()
    """Ids of the people who may ask the bot for its /status."""
    operators_chat: int | None = None
    """Chat that is told of sources which fail or go silent, once, and once when that is over."""

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, proxy: SecretStr | None) -> SecretStr | None:
        if proxy is None or _is_address(proxy.get_secret_value()):
            return proxy
        raise ValueError(
            "expected an address that begins with http:// or https:// and has a host and a sound "
            "port; in a user or a password write @ as %40, : as %3A, / as %2F"
        )

    def admits(self, chat: int) -> bool:
        """Whether the bot serves a chat: any, unless `allowed_chats` names some."""
        named = {*self.allowed_chats, *self.operators, *(one.chat for one in self.chats)}
        return not self.allowed_chats or chat in named or chat == self.operators_chat


def _is_address(text: str) -> bool:
    """Whether there is one way to read it, which nothing that reads it needs to complain of."""
    try:
        parts = urlsplit(text)
        sound = parts.port != 0 and parts.netloc.count("@") < _TWICE
    except ValueError:  # of the port
        return False
    return sound and parts.scheme in ("http", "https") and bool(parts.hostname)


_TWICE = 2


class Webhook(Filters):
    """A program that gets alerts by HTTP."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    """What the store and the log call it; its address is told to nobody."""
    url: SecretStr
    language: Told = "en"
    """Of the text that comes with the facts."""

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: SecretStr) -> SecretStr:
        if not _is_address(url.get_secret_value()):
            raise ValueError("expected an address that begins with https:// or http://")
        if "@" in urlsplit(url.get_secret_value()).netloc:
            raise ValueError(
                "an address with user or password is not sent to: requests are signed"
            )
        return url


class Webhooks(Section):
    """Programs that get every alert as a signed HTTP request; see docs/channels.md."""

    secret: SecretStr | None = None
    """With which requests are signed: `whsec_` and 24 bytes or more in base64."""
    targets: tuple[Webhook, ...] = ()
    """Where requests go, each with a name, a url and its own filters."""

    @field_validator("secret")
    @classmethod
    def _is_long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(webhook_key(secret)) < _LEAST_KEY:
            made = "`echo whsec_$(openssl rand -base64 32)` makes one"
            raise ValueError(f"expected whsec_ and 24 bytes or more in base64; {made}")
        return secret

    @model_validator(mode="after")
    def _can_be_signed_and_told_apart(self) -> Self:
        names = [one.name for one in self.targets]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"every target needs a name of its own; {min(twice)} stands twice")
        if self.targets and self.secret is None:
            raise ValueError(
                "targets need a secret to sign with: set INTEROPWATCH_WEBHOOKS_SECRET_FILE"
            )
        return self


_LEAST_KEY = 24


def webhook_key(secret: SecretStr) -> bytes:
    """The bytes with which requests are signed; none where the secret is not one."""
    text = secret.get_secret_value()
    try:
        return b64decode(text.removeprefix("whsec_"), validate=True) * text.startswith("whsec_")
    except ValueError:
        return b""


class Publish(Section):
    """Atom and JSON Feed files of what was told; see docs/channels.md."""

    folder: Path | None = None
    """Where the files are written; without one there are none."""
    language: Told = "en"
    """In which platforms are named."""


class Crawl(Section):
    """How the crawler behaves towards other people's servers."""

    contact: str = ""
    """Address or page that stands in the User-Agent, so that a site can reach the operator."""
    interval_seconds: Annotated[int, Field(ge=1)] = 900
    """Between two readings of a feed at first; later it is read more or less often, as it has news."""
    shortest_interval_seconds: Annotated[int, Field(ge=1)] = 300
    """No feed is read more often, unless `interval_seconds` is shorter."""
    longest_interval_seconds: Annotated[int, Field(ge=1)] = 3600
    """No feed that answers is read less often, unless `interval_seconds` is longer."""
    concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    """Requests under way at once over all hosts."""
    host_delay_seconds: Annotated[float, Field(ge=0)] = 1.0
    """Between two requests to one host."""
    timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    """How long one answer may take."""
    run_budget_seconds: Annotated[float, Field(gt=0)] = 120.0
    """How long one batch of feeds may take; what is left is read by the next run."""
    max_bytes: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    """Largest answer that is taken."""
    store: Store = Store.RELEVANT
    """`relevant` takes pages that name platforms, and records the others as skipped; or `all`."""
    max_pages_per_run: Annotated[int, Field(ge=1)] = 50
    """Articles that one run over one feed fetches at most."""
    extraction_processes: Annotated[int, Field(ge=1, le=16)] = 1
    """Processes that read feeds and pages."""
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Private networks that may be fetched from; none by default."""


class Alerts(Section):
    """What is news."""

    fresh_days: Annotated[int, Field(ge=0)] = 3
    """A development older than this, counted back from the article's own date, is background."""
    max_age_days: Annotated[int, Field(ge=1)] = 14
    """Articles published longer ago than this fill the timeline without alerting."""


class Metrics(Section):
    """Figures for Prometheus and a page that tells health; see docs/observing.md."""

    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Where `/metrics` and `/healthz` are served; 0 is nowhere."""
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """The address to listen on. Whoever can reach it can read the figures: nobody asks who it is."""


class Settings(Section):
    """All settings. Read from interopwatch.yaml, then from INTEROPWATCH_* variables."""

    database_url: SecretStr = SecretStr("sqlite:///data/interopwatch.db")
    """`sqlite:///file` on a local disk, or `postgresql://user:password@host/name`."""
    config_dir: Path | None = None
    """The folder that this page is about; it cannot stand in a file of that folder."""
    log_level: Annotated[LogLevel, BeforeValidator(_in_capitals)] = LogLevel.INFO
    """DEBUG, INFO, WARNING, ERROR or CRITICAL."""
    telegram: Telegram = Telegram()
    webhooks: Webhooks = Webhooks()
    publish: Publish = Publish()
    crawl: Crawl = Crawl()
    alerts: Alerts = Alerts()
    metrics: Metrics = Metrics()

    @field_validator("database_url")
    @classmethod
    def _is_a_store(cls, url: SecretStr) -> SecretStr:
        if not _STORE.match(url.get_secret_value()):
            raise ValueError("expected sqlite:///file or postgresql://host/name")
        return url


_STORE = re.compile(r"sqlite:///(?!:memory:)[^?]|postgresql(\+psycopg)?://")
