"""What may be said of a calendar at a moment: until when it is open, or when it opens next.

Pure. Nothing is said that is further away than people plan: a desk that is always open has no closing time to
name, and one that opens in half a year no opening that would comfort anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from handlers.calendar.calendar import Calendar

AHEAD = timedelta(days=31)
"""How far a change may be away to be spoken of: a month."""
_DAY = timedelta(days=1)


class Change(NamedTuple):
    """The calendar's next change: it closes ``at`` this time (UTC) where it is open now, else it opens."""

    is_open: bool
    at: datetime


def next_change(calendar: Calendar, now: datetime) -> Change | None:
    """When the calendar closes, if it is open ``now``, or when it opens; none within a month is ``None``.

    The minute of opening is open and the minute of closing is not. Periods that touch are one: a desk that is
    there through the night does not close at midnight.
    """
    day = calendar.local(now).date() - _DAY
    until: datetime | None = None
    for number in range(AHEAD.days + 3):
        for start, end in calendar.on(day + number * _DAY):
            if end <= now:
                continue
            if until is None and start > now:
                return _near(Change(is_open=False, at=start), now)
            if until is not None and start > until:
                return _near(Change(is_open=True, at=until), now)
            until = max(until or end, end)
    # What is left has been open to the end of the walk, or is not followed by anything.
    return _near(Change(is_open=True, at=until), now) if until else None


def _near(change: Change, now: datetime) -> Change | None:
    return change if change.at - now <= AHEAD else None


def said(calendar: Calendar, now: datetime) -> dict[str, object]:
    """What a mail may say: ``open_until`` or ``opens_at`` (ISO 8601, UTC), and the ``zone``; or nothing.

    Times with their date, so that they stay true in a mail that is late.
    """
    change = next_change(calendar, now)
    if change is None:
        return {}
    name = "open_until" if change.is_open else "opens_at"
    return {name: change.at.isoformat(), "zone": calendar.plan.zone}
