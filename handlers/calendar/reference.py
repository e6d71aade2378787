"""Amounts as the biz library counts them (Apache-2.0, Ruby), to compare ours with and to answer its cases.

It differs from `handlers.calendar.amounts` in one thing: an amount that ends exactly at closing time is due
at the next opening. And it counts in days: the n-th date that the week works on and that is no holiday, at
the same wall time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from handlers.calendar.amounts import before, never_opens, not_negative
from handlers.calendar.calendar import DAY, NeverOpenError

if TYPE_CHECKING:
    from handlers.calendar.calendar import Calendar

MOST_IDLE_DAYS = 3660


def after(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """When ``amount`` has passed, the next opening where it ends at closing time; raises alike."""
    left = not_negative(amount)
    for opened, closed in calendar.after(start):
        if left < closed - opened:
            return opened + left
        left -= closed - opened
    raise never_opens(calendar, start)


def days_after(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The next staffed moment from the same wall time ``days`` working days later."""
    return after(calendar, _same_time(calendar, start, days, DAY), timedelta())


def days_before(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The last staffed moment until the same wall time ``days`` working days earlier."""
    return before(calendar, _same_time(calendar, start, days, -DAY), timedelta())


def _same_time(calendar: Calendar, start: datetime, days: int, step: timedelta) -> datetime:
    """The wall time of ``start`` on the date asked for; no days is the first working date from its own on."""
    not_negative(timedelta(days=days))
    wall = calendar.local(start)
    day = wall.date() if days else _next_working(calendar, wall.date(), step)
    for _ in range(days):
        day = _next_working(calendar, day + step, step)
    if day == wall.date():
        return start
    second = wall.hour * 3600 + wall.minute * 60 + wall.second
    return calendar.moment(day, second) + timedelta(microseconds=wall.microsecond)


def _next_working(calendar: Calendar, day: date, step: timedelta) -> date:
    for _ in range(MOST_IDLE_DAYS):
        if calendar.works_on(day):
            return day
        day += step
    message = f"the calendar ({calendar.plan.zone}) works on no day within ten years of {day}"
    raise NeverOpenError(message)
