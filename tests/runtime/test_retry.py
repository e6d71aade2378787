"""When a mail is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runtime.retry import next_try
from tests.runtime.outbox_rows import NOON


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (6, 32), (7, 60), (8, 60), (1000, 60)]
)
def test_the_pause_doubles_up_to_an_hour(attempts: int, minutes: int) -> None:
    """1, 2, 4, … 60 minutes, give or take a tenth."""
    due = next_try(attempts, created_at=NOON, now=NOON)
    assert due is not None
    assert minutes * 0.9 <= (due - NOON) / timedelta(minutes=1) <= minutes * 1.1


@pytest.mark.parametrize(("age", "over"), [(timedelta(days=5), True), (timedelta(days=4, hours=23), False)])
def test_after_five_days_it_is_over(age: timedelta, *, over: bool) -> None:
    """A mail is given up five days after it was written (RFC 5321 section 4.5.4.1)."""
    assert (next_try(3, created_at=NOON, now=NOON + age) is None) is over
