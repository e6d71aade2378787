"""Business days: the days on which the desk is staffed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.calendar.calendar import NeverOpenError
from handlers.calendar.chosen import laid
from handlers.calendar.reference import days_after

if TYPE_CHECKING:
    from datetime import datetime

    from config.opening import Hours


def business_days_after(hours: Hours, start: datetime, days: int) -> datetime | None:
    """The staffed moment ``days`` business days after a time (UTC); ``None`` for a desk that never opens."""
    try:
        return days_after(laid(hours), start, days)
    except NeverOpenError:
        return None
