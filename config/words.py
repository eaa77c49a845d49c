"""The words of the trade as values: capabilities and stages, in their order."""

from enum import StrEnum

ANYONE = "anyone"
"""The guest of an opening to everybody: outside links, other app stores, third-party payment."""

BY_REPORT = "report"
"""How a claim came by its day where the text names none: it is that of the report."""


class Capability(StrEnum):
    """What a host opens to a guest."""

    PAYMENT = "payment"
    LINKS = "links"
    MINIPROGRAM = "miniprogram"
    ADS = "ads"
    TRANSFER = "transfer"
    MESSAGING = "messaging"
    MEETING = "meeting"
    CONTENT = "content"
    LOGIN = "login"
    DATA = "data"
    DEVICE = "device"
    REGULATION = "regulation"
    OTHER = "other"


class Stage(StrEnum):
    """How far an opening has come. The word is used for nothing else."""

    RUMOUR = "rumour"
    TEST = "test"
    ANNOUNCED = "announced"
    LIVE = "live"
    WITHDRAWN = "withdrawn"

    @property
    def rank(self) -> int:
        """Place in the order rumour < test < announced < live; withdrawn stands outside, at -1."""
        return _RANK[self]


_RANK = {
    Stage.RUMOUR: 0,
    Stage.TEST: 1,
    Stage.ANNOUNCED: 2,
    Stage.LIVE: 3,
    Stage.WITHDRAWN: -1,
}


class Store(StrEnum):
    """Which pages become articles."""

    RELEVANT = "relevant"
    ALL = "all"


class Rhythm(StrEnum):
    """How often a subscription gets what it is owed."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


class FeedKind(StrEnum):
    """The forms in which an outlet announces its articles."""

    RSS = "rss"
    SITEMAP = "sitemap"
    LISTING = "listing"
    API = "api"


class Role(StrEnum):
    """Which part of the daemon a process is."""

    ALL = "all"
    SCHEDULER = "scheduler"
    CRAWLER = "crawler"
    FOLLOWER = "follower"
    SENDER = "sender"
    BOT = "bot"
