"""What an acknowledgement may say of the hours: nothing that the calendar does not keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from config.opening import Hours
from handlers.calendar.chosen import laid
from handlers.calendar.opening import AHEAD, next_change, said

WEEK: dict[str, tuple[str, ...]] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))
MADRID = Hours(
    zone="Europe/Madrid", week=WEEK, holidays=("ES",), dates={"2026-12-07": (), "12-24": ("09:00-12:00",)}
)
NIGHTS = Hours(zone="Europe/Oslo", week={"sat": ("00:00-24:00",), "sun": ("00:00-04:00", "20:00-24:00")})
ALWAYS = Hours(
    zone="UTC", week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ("00:00-24:00",))
)
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    """A UTC time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "is_open", "change"),
    [
        ("2026-11-30T07:59:59", False, "2026-11-30T08:00"),  # before opening, the same day
        ("2026-11-30T08:00:00", True, "2026-11-30T16:00"),  # at the minute of opening
        ("2026-11-30T15:59:59", True, "2026-11-30T16:00"),  # the last second
        ("2026-11-30T16:00:00", False, "2026-12-01T08:00"),  # at the minute of closing
        ("2026-12-04T16:00:00", False, "2026-12-09T08:00"),  # a weekend, a date of its own, a holiday
        ("2026-12-24T11:00:00", False, "2026-12-28T08:00"),  # a short day of every year, then Christmas
        ("2026-12-24T10:59:59", True, "2026-12-24T11:00"),
        ("2026-03-27T16:00:00", False, "2026-03-30T07:00"),  # Friday in winter, Monday in summer
        ("2026-10-23T15:00:00", False, "2026-10-26T08:00"),  # and back
    ],
)
def test_the_next_change_is_the_calendars(now: str, is_open: bool, change: str) -> None:  # noqa: FBT001
    """Holidays, dates of their own and changes of clocks count; opening is open and closing is closed."""
    calendar = laid(MADRID)
    assert calendar.is_open(at(now)) is is_open
    assert next_change(calendar, at(now)) == (is_open, at(change))


@pytest.mark.parametrize(
    ("now", "is_open", "change"),
    [
        ("2026-03-28T12:00", True, "2026-03-29T02:00"),  # through midnight and an hour that is skipped
        ("2026-10-24T12:00", True, "2026-10-25T03:00"),  # and through one that comes twice
        ("2026-10-25T03:00", False, "2026-10-25T19:00"),
    ],
)
def test_periods_that_touch_are_one(now: str, is_open: bool, change: str) -> None:  # noqa: FBT001
    """A desk that stays over midnight does not close there; clocks change on the way."""
    assert next_change(laid(NIGHTS), at(now)) == (is_open, at(change))


@pytest.mark.parametrize(
    "hours", [ALWAYS, Hours(week={}), Hours(week={}, dates={"2026-01-01": ("09:00-10:00",)})]
)
def test_nothing_is_said_where_nothing_changes(hours: Hours) -> None:
    """A calendar that is always open, never, or never again has no time to name."""
    assert said(laid(hours), at("2026-11-30T08:00")) == {}


def test_a_month_is_the_furthest() -> None:
    """Thirty-one days to the second are named, one second more is not, for opening and for closing."""
    opens = laid(Hours(week={}, dates={"2026-12-31": ("09:00-10:00",)}))
    closed = {"2026-12-31": ("00:00-09:00",)}
    closes = laid(msgspec.structs.replace(ALWAYS, dates=closed))
    edge = at("2026-12-31T09:00") - AHEAD
    for calendar in (opens, closes):
        assert next_change(calendar, edge) is not None
        assert next_change(calendar, edge - SECOND) is None


def test_what_is_said_is_plain_values() -> None:
    """One time with its date, as text, and the zone to say it in."""
    assert said(laid(MADRID), at("2026-11-30T16:00")) == {
        "opens_at": "2026-12-01T08:00:00+00:00",
        "zone": "Europe/Madrid",
    }
    assert said(laid(MADRID), at("2026-11-30T08:00")) == {
        "open_until": "2026-11-30T16:00:00+00:00",
        "zone": "Europe/Madrid",
    }
