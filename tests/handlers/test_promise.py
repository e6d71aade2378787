"""When promises are due: pauses, both clocks, closing time, and quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from config.opening import Hours
from handlers.calendar.chosen import laid
from handlers.promise import Elapsed, Staffed, due, quiet_until
from store.records import DeadlineRecord

WEEK: dict[str, tuple[str, ...]] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))
CALENDAR = laid(Hours(zone="UTC", week=WEEK))
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """A time in November 2026, in UTC; the 2nd is a Monday."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


def record(*pauses: tuple[str, str], paused: str = "") -> DeadlineRecord:
    """A promise that began on Monday at ten."""
    ends = [(at(began), at(ended)) for began, ended in pauses]
    return DeadlineRecord(
        ticket=1,
        which="resolution",
        sla="gold",
        started_at=at("02T10:00"),
        pauses=msgspec.json.encode(ends).decode(),
        paused_at=at(paused) if paused else None,
    )


def test_a_pause_moves_what_is_due() -> None:
    """By its staffed part on a calendar, and by all of it where time elapses."""
    one = record(("02T11:00", "03T09:30"))
    assert due(Staffed(CALENDAR), one, one.started_at, 4 * HOUR) == at("03T12:30")
    assert due(Elapsed(), one, one.started_at, 4 * HOUR) == at("03T12:30")
    night = record(("02T18:00", "03T08:00"))
    assert due(Staffed(CALENDAR), night, night.started_at, 8 * HOUR) == at("03T10:00")
    assert due(Elapsed(), night, night.started_at, 9 * HOUR) == at("03T09:00")


def test_while_it_is_paused_nothing_is_due_but_what_was_before() -> None:
    """An amount that had passed as the pause began was due then; a minute more is not."""
    one = record(paused="02T12:00")
    assert due(Staffed(CALENDAR), one, one.started_at, 2 * HOUR) == at("02T12:00")
    assert due(Staffed(CALENDAR), one, one.started_at, 2 * HOUR + timedelta(minutes=1)) is None


def test_what_ends_at_closing_time_is_due_then() -> None:
    """Seven hours from ten are five o'clock; a second more is the next morning."""
    one = record()
    assert due(Staffed(CALENDAR), one, one.started_at, 7 * HOUR) == at("02T17:00")
    assert due(Staffed(CALENDAR), one, one.started_at, 7 * HOUR + timedelta(seconds=1)) == at("03T09:00:01")


def test_quiet_hours_end_with_the_next_opening() -> None:
    """While somebody is there, and as they leave, nothing waits."""
    assert quiet_until(CALENDAR, at("02T17:00")) == at("02T17:00")
    assert quiet_until(CALENDAR, at("02T17:00:01")) == at("03T09:00")
    assert quiet_until(CALENDAR, at("07T12:00")) == at("09T09:00")
    assert quiet_until(CALENDAR, at("03T09:00")) == at("03T09:00")
