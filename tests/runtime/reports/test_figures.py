"""Medians and 90th percentiles, by the clock and by the desk's hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.hours import DAYS
from config.opening import Hours
from config.types import DeskText
from runtime.reports.figures import Taken, line, percentile, times_of
from store.enquiries import Enquiry

FRIDAY = datetime(2026, 11, 27, 16, tzinfo=UTC)


def asked(**changes: Any) -> Enquiry:
    """An enquiry of Friday at 16:00 UTC."""
    words = ("subject", "text", "status", "language", "channel", "mailbox", "group", "agent", "requester")
    times = {"created_at": FRIDAY, "answered_at": None, "solved_at": None}
    return Enquiry(ticket=1, minutes=None, **(dict.fromkeys(words, "") | times | changes))


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [([], 0.5, None), ([7], 0.9, 7), ([3, 1, 2], 0.5, 2), ([1, 2, 3, 4], 0.5, 2), (range(1, 11), 0.9, 9)],
    ids=["none", "one", "odd", "even", "ten"],
)
def test_a_percentile_is_a_value_that_there_was(values: Any, share: float, wanted: float | None) -> None:
    """By nearest rank: nothing is made up between two values."""
    assert percentile(values, share) == wanted


def test_a_weekend_counts_by_the_clock_and_not_in_business_time() -> None:
    """Friday 16:00 to Monday 10:00 is 66 hours, of which the desk was open two."""
    week: dict[str, tuple[str, ...]] = dict.fromkeys(DAYS[:5], ("09:00-17:00",))
    desk = DeskText(name="Acme", hours=Hours(zone="UTC", week=week))
    answered = FRIDAY + timedelta(hours=66)
    times = times_of(asked(answered_at=answered), desk)
    assert times.answered == Taken(66 * 3600, 2 * 3600)
    assert times.solved is None
    bare = times_of(asked(answered_at=answered), None)
    assert bare.answered == Taken(66 * 3600, None)


def test_a_line_counts_what_happened_and_what_did_not() -> None:
    """Shares are of all, times of those that have them; an answer before the question counts as at once."""
    one = asked(answered_at=FRIDAY + timedelta(minutes=1), solved_at=FRIDAY + timedelta(hours=1))
    two = asked(answered_at=FRIDAY - timedelta(minutes=1))
    found = line([times_of(each, None) for each in (one, two, asked())])
    assert (found["enquiries"], found["answered"], found["solved"], found["solved_share"]) == (
        3,
        2,
        1,
        0.3333,
    )
    assert (found["first_response_median"], found["first_response_p90"]) == (0, 60)
    assert (found["resolution_median"], found["resolution_business_median"]) == (3600, None)
    assert line([])["solved_share"] is None
