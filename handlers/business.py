"""Business days: the days on which the desk is staffed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.hours import DAYS, span_of
from handlers.calendar.calendar import Calendar, NeverOpenError, Plan, Span
from handlers.calendar.reference import days_after

if TYPE_CHECKING:
    from datetime import datetime

    from config.types import Hours

MINUTE = 60


def calendar_of(hours: Hours) -> Calendar:
    """The desk's hours as a calendar."""
    week = {
        DAYS.index(day): tuple(Span(start * MINUTE, end * MINUTE) for start, end in map(_span, spans))
        for day, spans in hours.week.items()
    }
    return Calendar(Plan(zone=hours.zone, week=week))


def business_days_after(hours: Hours, start: datetime, days: int) -> datetime | None:
    """The staffed moment ``days`` business days after a time (UTC); ``None`` for a desk that never opens."""
    try:
        return days_after(calendar_of(hours), start, days)
    except NeverOpenError:
        return None


def _span(text: str) -> tuple[int, int]:
    found = span_of(text)
    if found is None:
        message = f"{text!r} are no hours"
        raise ValueError(message)
    return found
