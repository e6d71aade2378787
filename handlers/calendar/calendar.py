"""When a desk is open: hours of the week in a zone, dates with hours of their own, breaks, holidays.

What wall clocks do is decided here once, as the biz library decides it: a wall time that a change of clocks
skips is an hour later, one that happens twice is the first of the two, and what is empty afterwards is no
opening.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FURTHEST = timedelta(days=3660)
"""Ten years: a calendar that does not open in so long never does."""
KEPT_DAYS = 4_000
"""How many days' periods are remembered; an SLA looks at the same few weeks again and again."""


class NeverOpenError(Exception):
    """The calendar has no opening within ten years of the time that was asked for."""


class Span(NamedTuple):
    """Opening hours within one day, in seconds after midnight on the wall clock; 86,400 is the day's end."""

    start: int
    end: int


class Period(NamedTuple):
    """A time without interruption in which the calendar is open: the start is in it, the end is not. UTC."""

    start: datetime
    end: datetime


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a calendar is made of.

    ``week`` is by weekday, Monday 0. ``dates`` replace the hours of their weekday, ``yearly`` those of
    ``12-24`` in each year, ``breaks`` are cut out of what is open on their date, ``holidays`` close theirs.
    """

    zone: str
    week: Mapping[int, tuple[Span, ...]]
    dates: Mapping[date, tuple[Span, ...]] = {}
    breaks: Mapping[date, tuple[Span, ...]] = {}
    yearly: Mapping[str, tuple[Span, ...]] = {}
    holidays: Container[date] = frozenset()


class Calendar:
    """A plan laid on the real clock. Times come and go as aware UTC."""

    def __init__(self, plan: Plan) -> None:
        """Raises ``zoneinfo.ZoneInfoNotFoundError`` for a zone that is not known here."""
        self.plan = plan
        self.zone = ZoneInfo(plan.zone)
        self._days: dict[date, tuple[Period, ...]] = {}

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at ``at``."""
        return any(start <= at < end for start, end in self._near(at))

    def is_holiday(self, at: datetime) -> bool:
        """Whether the date at ``at``, in the calendar's zone, is a holiday."""
        return self.local(at).date() in self.plan.holidays

    def is_break(self, at: datetime) -> bool:
        """Whether ``at`` lies in a break, open before and after it or not."""
        here = self.local(at).date()
        return any(
            start <= at < end
            for day in (here - DAY, here)
            for start, end in self._laid(day, self.plan.breaks.get(day, ()))
        )

    def after(self, at: datetime) -> Iterator[Period]:
        """The periods that end after ``at``, in order, the first cut to begin no earlier than ``at``.

        Ends ten years on, so that a calendar that never opens is no endless loop.
        """
        day = self.local(at).date() - DAY
        last = _within_range(day, FURTHEST)
        while day <= last:
            for start, end in self.on(day):
                if end > at:
                    yield Period(max(start, at), end)
            day += DAY

    def before(self, at: datetime) -> Iterator[Period]:
        """The periods that begin before ``at``, the latest first and cut to end by ``at``."""
        day = self.local(at).date() + DAY
        last = _within_range(day, -FURTHEST)
        while day >= last:
            for start, end in reversed(self.on(day)):
                if start < at:
                    yield Period(start, min(end, at))
            day -= DAY

    def on(self, day: date) -> tuple[Period, ...]:
        """The periods that begin on a date of the calendar's zone, in order."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= KEPT_DAYS:
                self._days.clear()
            known = self._days[day] = self._opening(day)
        return known

    def works_on(self, day: date) -> bool:
        """Whether the weekday of ``day`` has hours and it is no holiday; hours of a date of its own aside."""
        return bool(self.plan.week.get(day.weekday())) and day not in self.plan.holidays

    def local(self, at: datetime) -> datetime:
        """The wall clock's time in the calendar's zone."""
        return at.astimezone(self.zone)

    def moment(self, day: date, second: int) -> datetime:
        """The UTC time at which the wall clock shows ``second`` of ``day``; 86,400 is the next midnight."""
        wall = datetime.combine(day, time()) + timedelta(seconds=second)
        found = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if found.astimezone(self.zone).replace(tzinfo=None) != wall:
            found = (wall + HOUR).replace(tzinfo=self.zone).astimezone(UTC)
        return found

    def _near(self, at: datetime) -> Iterator[Period]:
        """The periods of the date at ``at`` and of the day before, which clock changes may carry over."""
        here = self.local(at).date()
        yield from self.on(here - DAY)
        yield from self.on(here)

    def _opening(self, day: date) -> tuple[Period, ...]:
        if day in self.plan.holidays:
            return ()
        spans = self.plan.dates.get(day)
        if spans is None and self.plan.yearly:
            spans = self.plan.yearly.get(day.isoformat()[5:])
        if spans is None:
            spans = self.plan.week.get(day.weekday(), ())
        periods = self._laid(day, spans)
        for gap in self._laid(day, self.plan.breaks.get(day, ())):
            periods = [piece for period in periods for piece in without(period, gap)]
        return tuple(_joined(sorted(periods)))

    def _laid(self, day: date, spans: tuple[Span, ...]) -> list[Period]:
        laid = [Period(self.moment(day, span.start), self.moment(day, span.end)) for span in spans]
        return [period for period in laid if period.start < period.end]


def without(period: Period, gap: Period) -> Iterator[Period]:
    """What is left of a period where ``gap`` is cut out of it."""
    if period.start < min(gap.start, period.end):
        yield Period(period.start, min(gap.start, period.end))
    if max(gap.end, period.start) < period.end:
        yield Period(max(gap.end, period.start), period.end)


def _joined(periods: list[Period]) -> list[Period]:
    """Periods in order, of which none begins within the one before: nobody is there twice."""
    if all(earlier.end <= later.start for earlier, later in pairwise(periods)):
        return periods
    joined: list[Period] = []
    for period in periods:
        if joined and period.start < joined[-1].end:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined


def _within_range(day: date, by: timedelta) -> date:
    """``day`` moved, as far as dates go."""
    try:
        return day + by
    except OverflowError:
        return date.max - DAY if by > timedelta() else date.min + DAY
