"""Staffed time against a walker that looks at each minute, and where clocks and people differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import amounts, reference
from handlers.calendar.calendar import Calendar, NeverOpenError, Plan, Span

ZONES = ("Etc/UTC", "Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo")
MINUTE = timedelta(minutes=1)
WEEKDAYS = tuple(range(5))


def hours(start: int, end: int) -> Span:
    """A span of whole hours."""
    return Span(start * 3600, end * 3600)


def nine_to_five(zone: str = "Europe/Madrid") -> Calendar:
    """Weekdays from nine to five."""
    return Calendar(Plan(zone=zone, week=dict.fromkeys(WEEKDAYS, (hours(9, 17),))))


def at(text: str) -> datetime:
    """A UTC time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to two spans of a day that do not overlap, to the half hour."""
    edges = sorted(draw(st.lists(st.integers(0, 48), min_size=2, max_size=4, unique=True)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Span(start * 1800, end * 1800) for start, end in pairs)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Calendars around a change of clocks, with a holiday, a break and a date of its own."""
    day = date(2026, draw(st.sampled_from((3, 10))), draw(st.integers(1, 28)))
    plan = Plan(
        zone=draw(st.sampled_from(ZONES)),
        week={weekday: draw(spans()) for weekday in range(7)},
        dates={day: draw(spans())},
        breaks={day + timedelta(days=1): draw(spans())},
        holidays=frozenset({day + timedelta(days=2)}),
    )
    return Calendar(plan)


starts = st.integers(0, 60 * 24 * 60).map(
    lambda minute: at("2026-02-20T00:00") + minute * MINUTE
) | st.integers(0, 60 * 24 * 60).map(lambda minute: at("2026-09-20T00:00") + minute * MINUTE)


@settings(max_examples=50, deadline=None)
@given(calendar=calendars(), start=starts, length=st.integers(0, 60 * 24))
def test_within_agrees_with_a_walk_of_each_minute(calendar: Calendar, start: datetime, length: int) -> None:
    """The staffed minutes between two times are those at which the calendar is open."""
    end = start + length * MINUTE
    walked = sum(calendar.is_open(start + minute * MINUTE) for minute in range(length))
    assert amounts.within(calendar, start, end) == walked * MINUTE


@settings(max_examples=50, deadline=None)
@given(calendar=calendars(), start=starts, minutes=st.integers(1, 60 * 30))
def test_after_and_within_are_each_others_inverse(calendar: Calendar, start: datetime, minutes: int) -> None:
    """What is due after an amount has exactly that much staffed time before it, and ends in it."""
    if not any(calendar.plan.week.values()):
        return
    due = amounts.after(calendar, start, minutes * MINUTE)
    assert amounts.within(calendar, start, due) == minutes * MINUTE
    assert calendar.is_open(due - timedelta(seconds=1))
    theirs = reference.after(calendar, start, minutes * MINUTE)
    assert theirs == due or (calendar.is_open(theirs) and not amounts.within(calendar, due, theirs))


@settings(max_examples=50, deadline=None)
@given(calendar=calendars(), start=starts, minutes=st.integers(0, 60 * 30))
def test_before_leads_back(calendar: Calendar, start: datetime, minutes: int) -> None:
    """From the time before, the same amount of staffed time leads to where it was asked from."""
    if not any(calendar.plan.week.values()):
        return
    earlier = amounts.before(calendar, start, minutes * MINUTE)
    assert amounts.within(calendar, earlier, start) == minutes * MINUTE


def test_due_at_closing_time_for_people() -> None:
    """Eight hours from Friday's opening are due on Friday at five; the reference says Monday at nine."""
    friday = at("2026-03-06T08:00")
    assert amounts.after(nine_to_five(), friday, timedelta(hours=8)) == at("2026-03-06T16:00")
    assert reference.after(nine_to_five(), friday, timedelta(hours=8)) == at("2026-03-09T08:00")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-27T15:00", "2026-03-30T08:00"),  # Friday's last hour is still winter, Monday is summer
        ("2026-10-23T14:00", "2026-10-26T09:00"),  # and back
    ],
)
def test_hours_stay_hours_of_the_wall_clock(start: str, expected: str) -> None:
    """Two staffed hours over a change of clocks end at ten on Monday, as people's clocks show it."""
    assert amounts.after(nine_to_five(), at(start), timedelta(hours=2)) == at(expected)


def test_nothing_is_the_next_staffed_moment() -> None:
    """No amount from a Saturday is Monday's opening; in hours it is now."""
    assert amounts.after(nine_to_five(), at("2026-03-07T12:00"), timedelta()) == at("2026-03-09T08:00")
    assert amounts.after(nine_to_five(), at("2026-03-06T12:00"), timedelta()) == at("2026-03-06T12:00")


def test_hours_that_the_clocks_skip_are_no_opening() -> None:
    """Between two and three there is nothing when clocks go forward, and an hour in other nights."""
    night = Calendar(Plan(zone="Europe/Oslo", week={6: (hours(2, 3),)}))
    assert night.on(date(2026, 3, 29)) == ()
    assert len(night.on(date(2026, 3, 22))) == 1


def test_an_hour_that_comes_twice_is_staffed_for_three() -> None:
    """From one to three on the night on which clocks go back somebody is there for three hours."""
    night = Calendar(Plan(zone="Europe/Oslo", week={6: (hours(1, 3),)}))
    (period,) = night.on(date(2026, 10, 25))
    assert period.end - period.start == timedelta(hours=3)


def test_a_calendar_that_never_opens_says_so() -> None:
    """It is an error in words and no endless loop, at the end of time too."""
    never = Calendar(Plan(zone="Etc/UTC", week={}))
    for start in (at("2026-03-06T08:00"), datetime.max.replace(tzinfo=UTC) - timedelta(days=3)):
        with pytest.raises(NeverOpenError, match="ten years"):
            amounts.after(never, start, timedelta(hours=1))
    with pytest.raises(NeverOpenError):
        amounts.before(never, at("2026-03-06T08:00"), timedelta(hours=1))
    with pytest.raises(NeverOpenError):
        reference.days_after(never, at("2026-03-06T08:00"), 1)


def test_negative_amounts_are_refused() -> None:
    """A sign that got lost would make a deadline of the past."""
    with pytest.raises(ValueError, match="negative"):
        amounts.after(nine_to_five(), at("2026-03-06T08:00"), -MINUTE)


def test_an_end_before_the_start_holds_nothing() -> None:
    """The same the other way round is no time."""
    assert amounts.within(nine_to_five(), at("2026-03-06T10:00"), at("2026-03-06T09:00")) == timedelta()
