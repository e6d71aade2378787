"""Where nobody is there for what is likely to come: shifts to come against the tickets of the past weeks.

Hours are those of a group's own clock, whatever its distance from UTC. Of an hour in which little comes the
past says little: one ticket in eight weeks makes no gap.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from config.duty import Speaking
from handlers.calendar.calendar import Period
from handlers.choice import speaks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from config.types import Agent, Group

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
Slot = tuple[int, int]
"""A weekday, Monday 0, and an hour."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A time (UTC) in which nobody of a group is there, or nobody who speaks a language (empty: any).

    ``expected`` is how many tickets usually come in that time.
    """

    group: str
    language: str
    start: datetime
    end: datetime
    expected: float


class Rest(msgspec.Struct, frozen=True, kw_only=True):
    """What comes while nobody is there, in hours in which too little comes for a gap: summed up."""

    group: str
    language: str
    hours: float
    expected: float


class Usual:
    """What usually comes by group, language and hour of the week: the mean of the weeks that were."""

    def __init__(
        self,
        zone_of: Callable[[str], ZoneInfo],
        span: tuple[datetime, datetime],
        came: Iterable[tuple[datetime, str, str]],
    ) -> None:
        """Counts what came in ``span``; a desk that is younger is measured from its first ticket on.

        ``zone_of`` a group is that of its hours.
        """
        self.zone_of = zone_of
        self._counts: Counter[tuple[str, str, Slot]] = Counter()
        self.kinds: set[tuple[str, str]] = set()
        first = span[1]
        for at, group, language in came:
            first = min(first, at)
            for one in {language, ""}:
                self.kinds.add((group, one))
                self._counts[group, one, _slot(at, zone_of(group))] += 1
        self.weeks = max(1, math.ceil((span[1] - first) / WEEK))
        self._measured = Period(span[1] - self.weeks * WEEK, span[1])
        self._lengths: dict[ZoneInfo, dict[Slot, float]] = {}

    def rate(self, group: str, language: str, at: datetime) -> float:
        """How many tickets usually come in an hour of the week like that of ``at``."""
        zone = self.zone_of(group)
        slot = _slot(at, zone)
        count = self._counts[group, language, slot]
        return count / self._length(zone)[slot] if count else 0.0

    def expected(self, group: str, language: str, period: Period) -> float:
        """How many tickets usually come in a period; the hours at its ends count for their part."""
        return sum(
            self.rate(group, language, hour.start) * ((hour.end - hour.start) / HOUR)
            for hour in wall_hours(period, self.zone_of(group))
        )

    def _length(self, zone: ZoneInfo) -> dict[Slot, float]:
        """How many hours of each hour of the week were measured: where clocks change, one more or less."""
        if zone not in self._lengths:
            found: dict[Slot, float] = defaultdict(float)
            for hour in wall_hours(self._measured, zone):
                found[_slot(hour.start, zone)] += (hour.end - hour.start) / HOUR
            self._lengths[zone] = found
        return self._lengths[zone]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Where nobody is there: gaps, the earliest first, and what is too little for one."""

    gaps: list[Gap]
    rest: list[Rest]


def look(
    group: Group,
    members: Sequence[Agent],
    there: Mapping[str, list[Period]],
    usual: Usual,
    span: Period,
    *,
    at_least: float = 0.0,
) -> Found:
    """The times of ``span`` without anybody of a group for what usually comes then.

    Where nobody is there at all, that is said once, and not again for each language. Hours with fewer than
    ``at_least`` tickets an hour are no gaps.
    """
    nobody = _holes([there[one.id] for one in members], span)
    told = [_told(group.name, "", nobody, usual, at_least)]
    least = group.assign.language_level if group.assign and group.assign.language is Speaking.REQUIRED else 1
    for language in sorted(one for name, one in usual.kinds if name == group.name and one):
        able = [there[one.id] for one in members if speaks(one, language) >= least]
        holes = _holes([*able, nobody], span)
        told.append(_told(group.name, language, holes, usual, at_least))
    gaps = [gap for found, _ in told for gap in found]
    return Found(
        gaps=sorted(gaps, key=lambda one: (one.start, one.language)),
        rest=[rest for _, rest in told if rest.expected],
    )


def _told(
    group: str, language: str, holes: Iterable[Period], usual: Usual, at_least: float
) -> tuple[list[Gap], Rest]:
    """The parts of holes in which enough is expected, hour beside hour joined; the others summed up."""
    found: list[Gap] = []
    hours = few = 0.0
    zone = usual.zone_of(group)
    for hour in (hour for hole in holes for hour in wall_hours(hole, zone)):
        rate, length = usual.rate(group, language, hour.start), (hour.end - hour.start) / HOUR
        if not rate:
            continue
        if rate < at_least:
            hours, few = hours + length, few + rate * length
            continue
        start, expected = hour.start, rate * length
        if found and found[-1].end == start:
            last = found.pop()
            start, expected = last.start, last.expected + expected
        found.append(Gap(group=group, language=language, start=start, end=hour.end, expected=expected))
    rest = Rest(group=group, language=language, hours=round(hours, 2), expected=round(few, 2))
    return [msgspec.structs.replace(one, expected=round(one.expected, 2)) for one in found], rest


def _holes(covered: Sequence[Sequence[Period]], span: Period) -> list[Period]:
    """What none of these periods covers, each of them in order."""
    found = []
    at = span.start
    for period in heapq.merge(*covered):
        if period.start > at:
            found.append(Period(at, min(period.start, span.end)))
        at = max(at, period.end)
    if at < span.end:
        found.append(Period(at, span.end))
    return found


def wall_hours(period: Period, zone: ZoneInfo) -> Iterator[Period]:
    """A period cut where a new hour begins on the zone's clock."""
    start = period.start
    while start < period.end:
        wall = start.astimezone(zone)
        begun = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
        end = min(start + HOUR - begun, period.end)
        yield Period(start, end)
        start = end


def _slot(at: datetime, zone: ZoneInfo) -> Slot:
    wall = at.astimezone(zone)
    return wall.weekday(), wall.hour
