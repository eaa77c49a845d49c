"""An alert as facts for a program: what webhooks carry. docs/webhook.schema.json is made of this."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import GenerateJsonSchema

from alerts.delivery.messages import Message
from config.words import Capability, Stage
from storage.deliveries import AlertView
from storage.lasting import lasting_id


class Kind(StrEnum):
    """Why a program hears of an event."""

    STAGE_CHANGE = "stage-change"
    COVERAGE = "coverage"


class _Part(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="forbid", use_attribute_docstrings=True)


class OutletPart(_Part):
    """Who wrote it, and where to read it."""

    name: str
    url: str


class QuotePart(_Part):
    """One sentence or two of an article, verbatim, in its own language."""

    text: str
    outlet: OutletPart
    language: str
    published_at: datetime | None
    published_on: date | None
    """The day of publication as the outlet's readers saw it."""


class DatedPart(_Part):
    """Bounds of a date (equal when the day is known), how it was read, and who said so."""

    first: date
    last: date
    how: str | None
    outlets: tuple[str, ...]


class CoveragePart(_Part):
    """The outlets that report the event in one language, oldest first."""

    language: str
    outlets: tuple[OutletPart, ...]


class Payload(_Part):
    """One stage change of one event, as the store had it when this was sent."""

    version: int = 1
    kind: Kind
    """`stage-change` once; `coverage` whenever there is more evidence for it afterwards."""
    change: str
    """The id of the stage change. It never changes; feeds have it too."""
    event: str
    """`E17`."""
    hosts: tuple[str, ...]
    """Ids of the platforms that open something."""
    guests: tuple[str, ...]
    """Ids of the platforms that they open it to."""
    capability: Capability
    stage: Stage
    previous: Stage | None
    now: Stage | None
    """Where the event stands by now, when that is another stage."""
    seen_at: datetime | None
    """When the news told of it first."""
    dates: tuple[DatedPart, ...]
    """Since when, best first; more than one only where outlets contradict each other."""
    planned: DatedPart | None
    quote: QuotePart | None
    sources: int
    """Independent ones: an outlet counts once, and a copy counts as what it copies."""
    articles: int
    coverage: tuple[CoveragePart, ...]
    text: str
    """The same for people, in the language of the target."""


def payload(kind: Kind, view: AlertView, message: Message) -> tuple[str, bytes]:
    """The id of what is told, the same whenever it is told again, and the body that says it."""
    facts: dict[str, Any] = {
        name: getattr(view, name) for name in Payload.model_fields if hasattr(view, name)
    }
    told = Payload(kind=kind, text=message.parsed.visible().text, **facts)
    body = told.model_dump_json().encode()
    if kind is Kind.STAGE_CHANGE:
        return view.change, body
    return lasting_id(body.decode()), body


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what webhooks carry."""
    found = Payload.model_json_schema(mode="serialization")
    return (
        {"$schema": GenerateJsonSchema.schema_dialect} | found | {"title": "interopwatch: alert"}
    )
