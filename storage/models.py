"""All nouns of the store on one page: read this first.

Rows of work carry a `status`; the word stage is kept for events. Moments are aware and in UTC,
days are plain dates, and every date of a claim is a pair of bounds (equal when the day is known).
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from config.words import Capability, FeedKind, Rhythm, Stage
from storage.columns import CleanText, Json, UTCDateTime, Word

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


NEVER_AGAIN = {"sqlite_autoincrement": True}
"""For tables whose numbers people and buttons hold on to: SQLite too gives none twice."""


class RunStatus(StrEnum):
    """How a run over a feed ended."""

    RUNNING = "running"
    OK = "ok"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class DeliveryStatus(StrEnum):
    """Where a delivery stands in the outbox."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    DROPPED = "dropped"


class Source(SQLModel, table=True):
    """An outlet that is read; the file in config/sources is the authority."""

    slug: str = Field(primary_key=True)
    name: str
    homepage: str
    language: str | None = None
    country: str | None = None
    timezone: str = "UTC"
    enabled: bool = True


class Feed(SQLModel, table=True):
    """One address of a Source that is polled, with all that is known of its health."""

    id: int | None = Field(default=None, primary_key=True)
    source_slug: str = Field(foreign_key="source.slug", index=True)
    url: str = Field(unique=True, sa_type=CleanText)
    kind: FeedKind = Field(sa_type=Word(FeedKind))
    enabled: bool = True
    etag: str | None = None
    last_modified: str | None = None
    interval_seconds: int = 900
    shortest_seconds: int | None = None
    """Bounds within which the interval follows the feed's pace; without them it stays."""
    longest_seconds: int | None = None
    next_due: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    failures: int = 0
    last_success: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_error: str | None = Field(default=None, sa_type=CleanText)
    newest_entry: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_new: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When a run last found something new; with the usual gap it tells silence from a quiet day."""
    usual_gap_seconds: float | None = None


class CrawlRun(SQLModel, table=True):
    """One run over a Feed: what it saw, what it stored, what it rejected and why."""

    id: int | None = Field(default=None, primary_key=True)
    feed_id: int = Field(foreign_key="feed.id", index=True)
    status: RunStatus = Field(default=RunStatus.RUNNING, sa_type=Word(RunStatus))
    started_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    http_status: int | None = None
    seen: int = 0
    stored: int = 0
    skipped: int = 0
    """Pages that name no platforms, so that they were not worth extracting."""
    rejected: int = 0
    error: str | None = Field(default=None, sa_type=CleanText)


class Rejection(SQLModel, table=True):
    """A page that did not become an Article, with the reason; tried again until `attempts` is up."""

    id: int | None = Field(default=None, primary_key=True)
    crawl_run_id: int = Field(foreign_key="crawlrun.id", index=True)
    url: str = Field(unique=True, sa_type=CleanText)
    reason: str
    detail: str = Field(default="", sa_type=CleanText)
    attempts: int = 1
    at: datetime = Field(sa_type=UTCDateTime)


class NoticeKind(StrEnum):
    """What the operators are told of a feed."""

    FAILING = "failing"
    SILENT = "silent"
    REJECTING = "rejecting"


class Notice(SQLModel, table=True):
    """Something wrong with a Feed that the operators are told once, and once when it is over."""

    id: int | None = Field(default=None, primary_key=True)
    feed_id: int = Field(foreign_key="feed.id", index=True)
    kind: NoticeKind = Field(sa_type=Word(NoticeKind))
    detail: str = Field(sa_type=CleanText)
    raised_at: datetime = Field(sa_type=UTCDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    cleared_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    clear_told_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Article(SQLModel, table=True):
    """One page as extracted. `followed_at` is empty as long as it is due for the follower."""

    __table_args__ = (Index("ix_article_due", "followed_at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True, sa_type=CleanText)
    source_slug: str = Field(foreign_key="source.slug", index=True)
    feed_id: int | None = Field(default=None, foreign_key="feed.id")
    language: str
    title: str = Field(sa_type=CleanText)
    text: str = Field(sa_type=CleanText)
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    published_on: date | None = None
    """The day of publication as the outlet's readers saw it, in the outlet's own zone."""
    published_how: str | None = None
    fetched_at: datetime = Field(sa_type=UTCDateTime)
    checked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When its page was last read anew, whether or not it had changed."""
    text_digest: str = Field(index=True)
    copy_of: int | None = Field(default=None, foreign_key="article.id", index=True)
    followed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    follow_attempts: int = 0
    follow_error: str | None = Field(default=None, sa_type=CleanText)
    relevant: bool | None = None
    reasons: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))


class Imprint(SQLModel, table=True):
    """A mark that an Article's text left: copies of it are found by the marks that they share."""

    __table_args__ = {"sqlite_with_rowid": False}

    generation: int = Field(primary_key=True)
    """When it was stored, in months of thirty days: only the newest ones are searched."""
    mark: int = Field(primary_key=True, sa_type=BigInteger)
    article_id: int = Field(primary_key=True, foreign_key="article.id")


class ArticleWords(SQLModel, table=True):
    """An Article's entry in the search index. A revised Article gets a new entry with a new id.

    Tables beside it have the words by this id, see `storage.search_index`.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", unique=True)


class ClaimWords(SQLModel, table=True):
    """A Claim's entry in the search index: its quote, its Article's title and its platforms."""

    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", unique=True)


class Mention(SQLModel, table=True):
    """How often an Article names a Platform, and where first."""

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    platform: str = Field(primary_key=True, index=True)
    count: int
    first: int


class Event(SQLModel, table=True):
    """One opening across languages and outlets. It never expires.

    It holds one Edge or several that were opened together; host, guest and capability are those
    of the leading edge. `bucket` is the pair of companies: the index for candidates.
    """

    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    host: str = Field(index=True)
    guest: str = Field(index=True)
    capability: Capability = Field(sa_type=Word(Capability))
    stage: Stage = Field(sa_type=Word(Stage))
    bucket: str = Field(index=True)
    first_seen: datetime = Field(sa_type=UTCDateTime)
    last_seen: datetime = Field(sa_type=UTCDateTime, index=True)
    merged_into: int | None = Field(default=None, foreign_key="event.id", index=True)


class Edge(SQLModel, table=True):
    """host opens capability to guest: unique over the store, and so is the Event that owns it."""

    __table_args__ = (UniqueConstraint("host", "guest", "capability"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    host: str
    guest: str = Field(index=True)
    capability: Capability = Field(sa_type=Word(Capability))


class Claim(SQLModel, table=True):
    """What one Article says of one opening, with its quote verbatim."""

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    edge_id: int = Field(foreign_key="edge.id", index=True)
    host: str
    guest: str
    capability: Capability = Field(sa_type=Word(Capability))
    mode: str | None = None
    stage: Stage = Field(sa_type=Word(Stage))
    sure: float | None = None
    """How far the stage leads the next best reading; None where it was read before this was kept."""
    date_from: date | None = None
    date_to: date | None = None
    date_how: str | None = None
    planned_from: date | None = None
    planned_to: date | None = None
    background: bool
    leading: bool = False
    """True for the claims that the Article is about: those that an alert may come of."""
    quote: str = Field(sa_type=CleanText)
    start: int
    end: int
    reasons: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))


class StageChange(SQLModel, table=True):
    """An Event's step to a Stage as the news told it: what alerts are about.

    `cycle` counts the withdrawals before it, so that a reopening is a step of its own.
    """

    __table_args__ = (UniqueConstraint("event_id", "stage", "cycle"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    stage: Stage = Field(sa_type=Word(Stage))
    cycle: int = 0
    previous: Stage | None = Field(default=None, sa_type=Word(Stage))
    claim_id: int | None = Field(default=None, foreign_key="claim.id", index=True)
    seen_at: datetime = Field(sa_type=UTCDateTime)
    alerted: bool = False


class Subscription(SQLModel, table=True):
    """Who gets alerts, where and when: one chat (and topic) of one channel.

    What it gets is stated by its Interests; without any it gets nothing.
    """

    __table_args__ = (UniqueConstraint("channel", "address", "topic"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    address: str
    topic: int = 0
    language: str = "en"
    zone: str = "UTC"
    """The IANA name of the readers' time zone: quiet hours and digests are in its time."""
    quiet_from: time | None = None
    quiet_to: time | None = None
    """Between these times of the day nothing is sent; none of both: there is no such time."""
    rhythm: Rhythm = Field(default=Rhythm.IMMEDIATE, sa_type=Word(Rhythm))
    digest_at: time = time(9)
    digest_weekday: int = 0
    """Of a weekly digest; Monday is 0."""
    active: bool = True
    """False while its channel is not in use, or the configuration no longer names it."""
    configured: bool = False
    """True where the configuration names it; the rest are made and ended by their readers."""
    paused: bool = False
    """True while its readers want nothing: nothing new is owed, and nothing goes out."""
    paused_reason: str | None = Field(default=None, sa_type=CleanText)
    """Why the channel cannot reach it; what it is owed is kept for a while."""
    owner: str | None = None
    """The private chat of who set it up and is told when it cannot be reached."""
    owner_told: bool = False
    """True when the owner has been told of the present `paused_reason`."""
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    """Settings and interests as they were before the last change, for undoing it."""


class Interest(SQLModel, table=True):
    """One thing that a Subscription wants to hear of. Empty words let everything pass.

    A stage change is wanted where one Interest at least fits it in every respect.
    """

    __table_args__ = (Index("ix_interest_platform", "platform", "other"), NEVER_AGAIN)

    id: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id", index=True)
    platform: str = ""
    """A platform or a company, on either side; with `directed` on the host's."""
    other: str = ""
    """The other one of a pair; with `directed` on the guest's side."""
    directed: bool = False
    capability: str = ""
    language: str = ""
    """Some evidence must be in it: `ja`, `zh-Hant`, or `zh` for every Chinese."""
    least_stage: Stage = Field(default=Stage.RUMOUR, sa_type=Word(Stage))
    least_sources: int = 1
    """Independent ones; what has fewer is told once it has as many."""
    paused: bool = False
    configured: bool = False
    """True where it comes from the configuration, and only the configuration ends it."""
    since: datetime = Field(sa_type=UTCDateTime)
    """What moved on before this moment is not told later on account of this interest."""


class Mute(SQLModel, table=True):
    """An Event of which one Subscription wants to hear no more."""

    subscription_id: int = Field(foreign_key="subscription.id", primary_key=True)
    event_id: int = Field(primary_key=True)
    """Refers to no row: an event that nobody was told of may go."""
    at: datetime = Field(sa_type=UTCDateTime)


class Share(SQLModel, table=True):
    """Interests as they were when somebody passed them on, under a code that names them alone."""

    code: str = Field(primary_key=True)
    interests: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    made_at: datetime = Field(sa_type=UTCDateTime)


class Report(SQLModel, table=True):
    """A reader says that an alert is wrong: what it was made of then, for who writes the rules.

    It refers to no other row, because reading the article anew makes other claims of it.
    """

    __table_args__ = (UniqueConstraint("event_id", "stage", "reporter"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(index=True)
    stage: Stage = Field(sa_type=Word(Stage))
    reporter: str
    """A chat of a channel, as a digest that leads nobody back to it."""
    host: str
    guest: str
    capability: Capability = Field(sa_type=Word(Capability))
    article_id: int | None = None
    url: str | None = Field(default=None, sa_type=CleanText)
    quote: str = Field(default="", sa_type=CleanText)
    reasons: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    at: datetime = Field(sa_type=UTCDateTime)


class Delivery(SQLModel, table=True):
    """One StageChange to one Subscription: a row of the outbox."""

    __table_args__ = (
        UniqueConstraint("subscription_id", "stage_change_id"),
        Index("ix_delivery_due", "status", "due_at"),
        # all three: SQLite would rather walk all that a chat was told after or before
        Index("ix_delivery_told", "event_id", "subscription_id", "stage_change_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id")
    stage_change_id: int = Field(foreign_key="stagechange.id", index=True)
    event_id: int = Field(foreign_key="event.id")
    status: DeliveryStatus = Field(default=DeliveryStatus.PENDING, sa_type=Word(DeliveryStatus))
    due_at: datetime = Field(sa_type=UTCDateTime)
    part: int = 0
    """0 for a message of its own; from 1 on it goes out in one message with all that its chat
    was not to get at once, and with 2 or more in a further message, for which there was no room
    in the one before."""
    attempts: int = 0
    claimed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    message_id: int | None = None
    edit_due_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    gathered_in: int | None = None
    """The delivery that its message was sent for, where that says several: their one receipt for
    edits. It refers to no row of its own."""
    gathering: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    """With the delivery that a message which gathers was sent for: what stands at its head."""
    shown_digest: str | None = None
    """Digest of the message as last shown, so that an edit that changes nothing is not sent."""
    error: str | None = Field(default=None, sa_type=CleanText)


class Update(SQLModel, table=True):
    """One update from Telegram, committed before it is confirmed: the bot's inbox."""

    id: int = Field(primary_key=True)
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    received_at: datetime = Field(sa_type=UTCDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    attempts: int = 0
    error: str | None = Field(default=None, sa_type=CleanText)


class Heartbeat(SQLModel, table=True):
    """When a loop of the daemon last did its work; the health check reads it."""

    loop: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)


class Turn(SQLModel, table=True):
    """The moment from which on somebody may begin at a host, in a chat or at the Bot API."""

    __table_args__ = (Index("ix_turn_kind_free_at", "kind", "free_at"),)

    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UTCDateTime)
