"""Ids by which other programs know a thing again: made of what it is, they never change."""

from uuid import NAMESPACE_URL, uuid5

from storage.models import Event, StageChange


def lasting_id(name: str) -> str:
    """The id of whatever goes by this name."""
    return uuid5(NAMESPACE_URL, f"interopwatch:{name}").urn


def change_id(event: Event, change: StageChange) -> str:
    """The id of an event's step to a stage."""
    return lasting_id(f"E{event.id}/{change.stage}/{change.cycle}")
