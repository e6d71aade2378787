"""The time that a report is about, and the equally long one before it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from config.duration import seconds_of
from runtime.cli import WRONG, Trouble
from runtime.wiring import utc_now


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """From ``since`` to before ``until``; the one before it begins at ``before``. UTC."""

    before: datetime
    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        """Whether a moment is in the period itself, and not in the one before."""
        return self.since <= at < self.until


def period(since: str) -> Period:
    """The period of a length such as ``30d`` that ends now; raises `Trouble` for what is no length."""
    seconds = seconds_of(since)
    if seconds is None:
        raise Trouble(f"{since!r} is no time; write 30d, 12w or 90d, a year at the most.", WRONG)
    until, length = utc_now(), timedelta(seconds=seconds)
    return Period(before=until - 2 * length, since=until - length, until=until)


def change(now: int, before: int) -> float | None:
    """How a number changed, as a share of what it was: 0.5 is half more; ``None`` where there was nothing."""
    return round(now / before - 1, 4) if before else None
