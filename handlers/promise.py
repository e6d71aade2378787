"""When a promise is due: an amount of time from a start, without pauses, on the clock that counts.

Pure arithmetic over a `DeadlineRecord`. Two clocks: `Staffed` counts a calendar's openings, `Elapsed` all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

from handlers.calendar import amounts

if TYPE_CHECKING:
    from handlers.calendar.calendar import Calendar
    from store.records import DeadlineRecord

Pause = tuple[datetime, datetime]


class Clock(Protocol):
    """What an amount of time is counted by."""

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """When ``amount`` has passed since ``at``."""

    def before(self, at: datetime, amount: timedelta) -> datetime:
        """When ``amount`` was still to come until ``at``."""

    def within(self, start: datetime, end: datetime) -> timedelta:
        """How much lies between two times."""


class Staffed:
    """Only the time in which a calendar is open; an amount that ends as it closes is due at closing time."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """By the calendar; raises `NeverOpenError`."""
        return amounts.after(self.calendar, at, amount)

    def before(self, at: datetime, amount: timedelta) -> datetime:
        """By the calendar; raises `NeverOpenError`."""
        return amounts.before(self.calendar, at, amount)

    def within(self, start: datetime, end: datetime) -> timedelta:
        """By the calendar."""
        return amounts.within(self.calendar, start, end)


class Elapsed:
    """All time."""

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """So much later."""
        return at + amount

    def before(self, at: datetime, amount: timedelta) -> datetime:
        """So much earlier."""
        return at - amount

    def within(self, start: datetime, end: datetime) -> timedelta:
        """The difference, never below none."""
        return max(end - start, timedelta())


def pauses_of(record: DeadlineRecord) -> tuple[Pause, ...]:
    """The pauses that are over, in order."""
    return msgspec.json.decode(record.pauses, type=tuple[Pause, ...])


def due(clock: Clock, record: DeadlineRecord, start: datetime, amount: timedelta) -> datetime | None:
    """When the amount has passed since ``start`` without the record's pauses; ``None`` while that is open.

    An amount that has passed before the pause began was due then, whatever came after.
    """
    left, at = amount, start
    ends = [*pauses_of(record)] + ([(record.paused_at, None)] if record.paused_at else [])
    for began, ended in ends:
        if ended is not None and ended <= at:
            continue
        used = clock.within(at, began)
        if left <= used:
            return clock.after(at, left)
        if ended is None:
            return None
        left, at = left - used, max(at, ended)
    return clock.after(at, left)


def quiet_until(calendar: Calendar, at: datetime) -> datetime:
    """``at`` itself while somebody is there, closing time included; else the next opening."""
    last = next(calendar.before(at), None)
    if last is not None and last.end == at:
        return at
    return amounts.after(calendar, at, timedelta())
