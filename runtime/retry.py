"""When a mail that was put off is tried again, and when it is given up (RFC 5321 section 4.5.4.1)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(days=5)
"""Counted from when the mail was written."""
_LONGEST_MINUTES = 60


def next_try(attempts: int, *, created_at: datetime, now: datetime) -> datetime | None:
    """1, 2, 4, … 60 minutes after the first, second, … attempt, about; None when it is over."""
    if now - created_at >= GIVE_UP_AFTER:
        return None
    minutes = min(_LONGEST_MINUTES, 2 ** min(max(attempts, 1) - 1, 10))
    spread = random.uniform(0.9, 1.1)  # noqa: S311 - it spreads load, it hides nothing
    return now + timedelta(minutes=minutes * spread)
