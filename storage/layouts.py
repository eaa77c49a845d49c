"""Which fields each listing has, in which order, and how people see them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from storage.output import Column
from storage.zones import ZONE

STAGE_STYLES: Mapping[str, str] = {
    "live": "green",
    "announced": "yellow",
    "test": "cyan",
    "rumour": "dim",
    "withdrawn": "red",
}
STAGE_MARKS: Mapping[str, str] = {
    "live": "●",
    "test": "◐",
    "announced": "○",
    "rumour": "·",
    "withdrawn": "✕",
}
QUOTE_SHOWN = 120
"""Characters of a quote in a table; machine formats have all of it."""

Naming = Callable[[str], str]
"""From the id of a platform to the name that the reader knows."""


def _hidden(*names: str) -> list[Column]:
    return [Column(name, shown=False) for name in names]


def _nested(*names: str) -> list[Column]:
    return [Column(name, shown=False, nested=True) for name in names]


def _stage(name: str = "stage") -> Column:
    def marked(stage: Any) -> str:
        return f"{STAGE_MARKS[str(stage)]} {stage}"

    return Column(name, show=marked, style=STAGE_STYLES)


def _platform(name: str, named: Naming) -> Column:
    return Column(name, wide=True, show=named)


def _platforms(name: str, named: Naming) -> Column:
    return Column(name, wide=True, show=lambda ids: ", ".join(named(one) for one in ids))


def _shortened(text: str) -> str:
    return text if len(text) <= QUOTE_SHOWN else f"{text[: QUOTE_SHOWN - 1]}…"


def _day(moment: datetime) -> str:
    return moment.astimezone(ZONE.get()).date().isoformat()


def _side_by_side(labels: Sequence[str]) -> str:
    return "\n".join(labels)


def events(named: Naming) -> list[Column]:
    """Of `events`: what is open, how far, who tells of it."""
    return [
        Column("id"),
        _stage(),
        _platform("host", named),
        _platform("guest", named),
        Column("capability"),
        *_hidden("first_seen"),
        Column("last_seen", show=_day),
        Column("sources"),
        *_hidden("articles"),
        Column("languages", wide=True, show=" ".join),
        *_nested("openings"),
    ]


def openings(named: Naming) -> list[Column]:
    """Of the openings that one event holds."""
    return [_platform("host", named), _platform("guest", named), Column("capability")]


def stages() -> list[Column]:
    """Of the steps that the news told of one event."""
    return [
        _stage(),
        Column("previous"),
        Column("seen_at"),
        Column("alerted"),
        Column("claim"),
        *_hidden("cycle"),
    ]


def sources() -> list[Column]:
    """Of the outlets that tell of one event."""
    return [
        Column("source"),
        Column("name"),
        Column("languages"),
        Column("articles"),
        Column("copies_of"),
    ]


def claims(named: Naming) -> list[Column]:
    """Of `claims`, and of the claims of one event."""
    return [
        Column("id"),
        Column("event"),
        Column("source"),
        Column("language"),
        *_hidden("published"),
        _platform("host", named),
        _platform("guest", named),
        *_hidden("capability"),
        Column("mode"),
        _stage(),
        Column("date"),
        *_hidden("from", "to"),
        Column("planned"),
        Column("background"),
        *_hidden("leading"),
        Column("quote", wide=True, show=_shortened),
        *_hidden("article", "url", "copy_of", "reasons"),
    ]


def reports(named: Naming) -> list[Column]:
    """Of `reports`: what an alert said that a reader called wrong."""
    return [
        Column("id"),
        Column("at", show=_day),
        Column("event"),
        _stage(),
        _platform("host", named),
        _platform("guest", named),
        Column("capability"),
        Column("quote", wide=True, show=_shortened),
        *_hidden("article", "url", "reporter", "reasons"),
    ]


def articles(named: Naming) -> list[Column]:
    """Of `articles`."""
    return [
        Column("id"),
        Column("source"),
        Column("language"),
        Column("published", show=_day),
        *_hidden("fetched"),
        Column("relevant"),
        _platforms("platforms", named),
        Column("title", wide=True),
        *_hidden("url"),
        Column("copy_of"),
        *_hidden("reasons"),
        Column("error", wide=True),
    ]


def found(named: Naming) -> list[Column]:
    """Of `search`: events and articles in one list, each with what fits it."""
    return [
        Column("id"),
        Column("date", show=_day),
        _stage(),
        _platform("host", named),
        _platform("guest", named),
        Column("source"),
        *_hidden("kind", "capability", "language"),
        Column("title", wide=True, show=_shortened),
        Column("snippet", wide=True),
        *_hidden("article", "url", "in_title", "text"),
        *_nested("marks"),
    ]


def timeline(named: Naming) -> list[Column]:
    """Of `timeline`: a line per step."""
    return [
        Column("date", show=_side_by_side),
        *_hidden("from", "to"),
        _stage(),
        Column("marks", wide=True, show=" ".join),
        *_hidden("planned", "told", "disputed", "hosts", "guests"),
        Column("openings", nested=True, wide=True, show=lambda edges: _arrows(edges, named)),
        Column("capability"),
        Column("mode"),
        Column("event"),
        Column("said", wide=True, show=_who_said),
        *_hidden("sources"),
        Column("quote", wide=True, show=_shortened),
        *_hidden("language", "url"),
        *_nested("evidence"),
    ]


def _arrows(edges: Sequence[Mapping[str, Any]], named: Naming) -> str:
    """Who opened to whom, a line per guest."""
    hosts: dict[str, list[str]] = {}
    for edge in edges:
        hosts.setdefault(named(edge["guest"]), []).append(named(edge["host"]))
    return "\n".join(f"{', '.join(several)} → {guest}" for guest, several in hosts.items())


def _who_said(said: Sequence[str]) -> str:
    """Outlets; with the date before them where there is more than one date."""
    return said[0].partition(": ")[2] if len(said) == 1 else "\n".join(said)


def matrix(named: Naming) -> list[Column]:
    """Of `matrix`: a line per cell."""
    return [
        _platform("host", named),
        _platform("guest", named),
        Column("capability"),
        _stage(),
        Column("since", show=_side_by_side),
        *_hidden("since_from", "since_to"),
        Column("planned", show=_side_by_side),
        Column("sources"),
        Column("disputed"),
        Column("event"),
        *_nested("steps"),
    ]


def differences(named: Naming) -> list[Column]:
    """Of `matrix --diff`: a line per opening that changed."""
    return [
        _platform("host", named),
        _platform("guest", named),
        Column("capability"),
        Column("changed", wide=True, show=" ".join),
        _stage("stage_before"),
        _stage(),
        Column("since_before", show=_side_by_side),
        Column("since", show=_side_by_side),
        *_hidden("planned_before", "planned", "sources_before", "sources", "disputed"),
        Column("event"),
    ]


def contradictions(named: Naming) -> list[Column]:
    """Of `contradictions`: a line per step or opening that is told in two ways."""
    return [
        Column("event"),
        _platform("host", named),
        _platform("guest", named),
        Column("capability"),
        Column("about"),
        _stage(),
        Column("mode"),
        *_hidden("planned"),
        Column("said", wide=True, show=_side_by_side),
        Column("sources"),
        *_nested("evidence"),
    ]


def slippage(named: Naming) -> list[Column]:
    """Of `slippage`: a line per overdue plan."""
    return [
        Column("event"),
        _platform("host", named),
        _platform("guest", named),
        Column("capability"),
        Column("mode"),
        *_hidden("planned_stage"),
        Column("planned", show=_side_by_side),
        Column("days_late"),
        _stage(),
        Column("sources"),
        Column("said", wide=True, show=_who_said),
        *_hidden("last_day"),
        *_nested("evidence"),
    ]


def stats(by: str) -> list[Column]:
    """Of `stats`: a line per source, language, stage or capability."""
    counted = ["articles", "relevant", "copies"] if by in {"source", "lang"} else ["articles"]
    return [
        _stage() if by == "stage" else Column(by),
        *map(Column, [*counted, "claims", "events", "sources"]),
        Column("latest", show=_day),
    ]


def deliveries() -> list[Column]:
    """Of `deliveries`."""
    return [
        Column("id"),
        Column("event"),
        _stage(),
        Column("channel"),
        Column("address"),
        Column("topic", show=lambda topic: str(topic or "")),
        Column("status"),
        Column("attempts"),
        Column("due_at"),
        Column("sent_at"),
        *_hidden("message_id"),
        Column("error", wide=True),
        Column("paused_reason", wide=True),
    ]


def feeds() -> list[Column]:
    """Of `sources health`."""
    return [
        Column("source"),
        Column("kind"),
        Column("enabled"),
        Column("status", style={"failed": "red", "ok": "green"}),
        Column("last_success"),
        Column("failures"),
        Column("newest_entry"),
        Column("articles"),
        Column("per_day"),
        Column("rejected"),
        Column("notices", wide=True),
        *_hidden("skipped", "last_run", "next_due"),
        Column("last_error", wide=True),
        Column("url", wide=True),
        *_hidden("id"),
    ]


def rejections() -> list[Column]:
    """Of `sources rejections`."""
    return [
        Column("id"),
        Column("source"),
        Column("at"),
        Column("reason"),
        Column("detail", wide=True, show=_shortened),
        Column("attempts"),
        Column("retry_at"),
        Column("url", wide=True),
    ]
