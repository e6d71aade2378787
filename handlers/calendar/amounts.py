"""Amounts of staffed time: what is due after four business hours, and how much of it has passed.

An amount that ends exactly when the desk closes is due at closing time: people read "by 17:00 today", and
nobody works in between. The biz library says the next opening there (`handlers.calendar.reference`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.calendar.calendar import NeverOpenError

if TYPE_CHECKING:
    from handlers.calendar.calendar import Calendar

NOTHING = timedelta()


def after(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """When ``amount`` of staffed time has passed since ``start``; UTC.

    No amount is the next staffed moment, ``start`` itself while the desk is open. Raises ``ValueError`` for a
    negative amount and `NeverOpenError` where the calendar does not open for so long.
    """
    left = not_negative(amount)
    for opened, closed in calendar.after(start):
        if left <= closed - opened:
            return opened + left
        left -= closed - opened
    raise never_opens(calendar, start)


def before(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """When ``amount`` of staffed time was still to come until ``start``; UTC.

    No amount is the last staffed moment, ``start`` itself while the desk is open. Raises as `after` does.
    """
    left = not_negative(amount)
    for opened, closed in calendar.before(start):
        if left <= closed - opened:
            return closed - left
        left -= closed - opened
    raise never_opens(calendar, start)


def within(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much staffed time lies between two times; none where the end is not after the start."""
    total = NOTHING
    for opened, closed in calendar.after(start):
        if opened >= end:
            break
        total += min(closed, end) - opened
    return total


def not_negative(amount: timedelta) -> timedelta:
    """The amount itself; raises ``ValueError`` for one below zero, which would turn after into before."""
    if amount < NOTHING:
        message = "an amount of time may not be negative"
        raise ValueError(message)
    return amount


def never_opens(calendar: Calendar, at: datetime) -> NeverOpenError:
    """What is raised where a calendar has too few openings within ten years of ``at``."""
    zone = calendar.plan.zone
    return NeverOpenError(
        f"the calendar ({zone}) does not open often enough within ten years of {at:%Y-%m-%d}"
    )
