"""When a failed event is tried again, as a value that can be tested without running anything."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

WAITS = (1.0, 5.0, 30.0, 300.0, 1_800.0, 7_200.0, 7_200.0)
"""Seconds before the second attempt, the third, and so on."""
ATTEMPTS_MOST = len(WAITS) + 1
"""After so many attempts an event is a dead letter."""
DEATHS_MOST = 4
"""A dead letter after so many deaths of workers: one in a batch, which says little, and three alone."""
JITTER = 0.2


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` failures, or ``None``: never.

    Waits vary by a fifth, so that what failed together does not come back together.
    """
    if attempts >= ATTEMPTS_MOST:
        return None
    wait = WAITS[attempts - 1] * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311 - spreading, not secrecy
    return now + timedelta(seconds=wait)
