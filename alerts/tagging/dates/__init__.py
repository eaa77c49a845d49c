"""Dates in texts: found, resolved against the day of publication, told apart from plans."""

from alerts.tagging.dates.page import page_date
from alerts.tagging.dates.search import DateFound, find_dates

__all__ = ["DateFound", "find_dates", "page_date"]
