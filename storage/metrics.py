"""What Prometheus may ask of the store: depths, ages and totals, each by a question of an index.

Totals are the highest numbers given so far, because counting rows of a large table takes seconds.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import Gauge, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy import func, select, text
from sqlmodel import Session, SQLModel, col

from storage.database import Database
from storage.heartbeats import moment
from storage.jobs import SCHEMA
from storage.models import (
    Article,
    CrawlRun,
    Delivery,
    DeliveryStatus,
    Event,
    Feed,
    Heartbeat,
    Rejection,
    StageChange,
)
from storage.work import LONGEST_DUE, OLDEST_UNDELIVERED, OLDEST_UNFOLLOWED

PREFIX = "interopwatch_"

_TOTALS: dict[str, tuple[type[SQLModel], str]] = {
    "articles": (Article, "Articles that were stored."),
    "events": (Event, "Events that were opened."),
    "stage_changes": (StageChange, "Steps of events to a stage."),
    "runs": (CrawlRun, "Runs over feeds that were begun."),
    "rejections": (Rejection, "Pages that did not become articles."),
    "deliveries": (Delivery, "Alerts that were queued."),
}
_AGES = {
    "undelivered": (OLDEST_UNDELIVERED, "Seconds for which the oldest unsent alert has been due."),
    "unfollowed": (OLDEST_UNFOLLOWED, "Seconds since the oldest unread article was fetched."),
    "feed_due": (LONGEST_DUE, "Seconds for which the longest waiting feed has been due."),
}


class StoreMetrics(Collector):
    """Asks the store anew at every scrape."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """All metrics of the store."""
        with self._database.read() as session:
            yield from self._totals(session)
            yield from self._depths(session)
            yield from self._ages(session)
        yield self._spans()

    def _spans(self) -> Metric:
        spans = HistogramMetricFamily(
            f"{PREFIX}store_seconds", "Seconds of a work on the store, waiting included, of this process.",
            labels=["work"],
        )  # fmt: skip
        for work, buckets, seconds in self._database.spans.each():
            spans.add_metric([work], buckets, seconds)
        return spans

    def _totals(self, session: Session) -> Iterator[Metric]:
        for name, (model, words) in _TOTALS.items():
            last = session.scalar(select(func.max(col(model.id))))  # type: ignore[attr-defined]
            yield CounterMetricFamily(f"{PREFIX}{name}", words, value=last or 0)

    def _depths(self, session: Session) -> Iterator[Metric]:
        unsent = GaugeMetricFamily(
            f"{PREFIX}outbox", "Alerts that were not sent, by status.", labels=["status"]
        )
        for status in DeliveryStatus:
            if status is not DeliveryStatus.SENT:
                rows = select(func.count()).where(col(Delivery.status) == status)
                unsent.add_metric([status.value], session.scalar(rows) or 0)
        yield unsent
        unread = select(func.count()).where(col(Article.followed_at).is_(None))
        yield GaugeMetricFamily(
            f"{PREFIX}unfollowed", "Articles to be read.", value=session.scalar(unread) or 0
        )
        feeds = GaugeMetricFamily(f"{PREFIX}feeds", "Feeds that are read.", labels=["health"])
        for health, rule in (("good", col(Feed.failures) == 0), ("bad", col(Feed.failures) > 0)):
            rows = select(func.count()).where(col(Feed.enabled), rule)
            feeds.add_metric([health], session.scalar(rows) or 0)
        yield feeds
        yield GaugeMetricFamily(
            f"{PREFIX}queue_runs", "Runs that wait for a crawler or are under way, of a cluster.",
            value=_queued(session),
        )  # fmt: skip

    def _ages(self, session: Session) -> Iterator[Metric]:
        now = self._clock()
        for name, (question, words) in _AGES.items():
            at = moment(session.connection().execute(text(question)).scalar())
            age = max(0.0, (now - at).total_seconds()) if at else 0.0
            yield GaugeMetricFamily(f"{PREFIX}{name}_age_seconds", words, value=age)
        beats = GaugeMetricFamily(
            f"{PREFIX}loop_age_seconds", "Seconds since a loop last did its work.", labels=["loop"]
        )
        for beat in session.scalars(select(Heartbeat)):
            beats.add_metric([beat.loop], (now - beat.at).total_seconds())
        yield beats


def registry_of(
    database: Database, clock: Callable[[], datetime], refused: Callable[[], bool]
) -> CollectorRegistry:
    """Everything that /metrics tells: the store, this process, its configuration, its Python.

    `refused` says whether the files as they are were not taken over.
    """
    registry = CollectorRegistry()
    words = "Whether the files are wrong and the last good configuration holds (1) or not (0)."
    Gauge(f"{PREFIX}configuration_refused", words, registry=registry).set_function(
        lambda: float(refused())
    )
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(StoreMetrics(database, clock))
    return registry


def _queued(session: Session) -> int:
    if session.get_bind().dialect.name != "postgresql":
        return 0
    there = session.scalar(text("SELECT to_regnamespace(:schema)"), {"schema": SCHEMA})
    if there is None:
        return 0
    jobs = text(f"SELECT count(*) FROM {SCHEMA}.procrastinate_jobs")  # noqa: S608 - a constant
    return int(session.scalar(jobs) or 0)
