"""Where nobody is there for what is likely to come: shifts to come against the tickets of the past weeks."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from config.duty import Speaking
from handlers.calendar.calendar import Period
from handlers.choice import speaks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class Usual:
    """What usually comes by group, language and hour of the week: the mean of the weeks that were."""

    def __init__(
        self, zone: ZoneInfo, span: tuple[datetime, datetime], came: Iterable[tuple[datetime, str, str]]
    ) -> None:
        """Counts what came in ``span``; a desk that is younger is measured from its first ticket on."""
        self._zone = zone
        self._counts: Counter[tuple[str, str, Slot]] = Counter()
        self.kinds: set[tuple[str, str]] = set()
        first = span[1]
        for at, group, language in came:
            first = min(first, at)
            for one in {language, ""}:
                self.kinds.add((group, one))
                self._counts[group, one, self._slot(at)] += 1
        self.weeks = max(1, math.ceil((span[1] - first) / WEEK))

    def expected(self, group: str, language: str, period: Period) -> float:
        """How many tickets usually come in a period; the hours at its ends count for their part."""
        sum_ = 0.0
        for hour in _hours(period):
            part = (hour.end - hour.start) / HOUR
            sum_ += part * self._counts[group, language, self._slot(hour.start)]
        return sum_ / self.weeks

    def _slot(self, at: datetime) -> Slot:
        wall = at.astimezone(self._zone)
        return wall.weekday(), wall.hour


def gaps(
    group: Group, members: Sequence[Agent], there: Mapping[str, list[Period]], usual: Usual, span: Period
) -> list[Gap]:
    """The times of ``span`` without anybody of a group for what usually comes then, the earliest first.

    Where nobody is there at all, that is said once, and not again for each language.
    """
    nobody = _holes([there[one.id] for one in members], span)
    found = _told(group.name, "", nobody, usual)
    least = group.assign.language_level if group.assign and group.assign.language is Speaking.REQUIRED else 1
    for language in sorted(one for name, one in usual.kinds if name == group.name and one):
        able = [there[one.id] for one in members if speaks(one, language) >= least]
        found += _told(group.name, language, _holes([*able, nobody], span), usual)
    return sorted(found, key=lambda one: (one.start, one.language))


def _told(group: str, language: str, holes: Iterable[Period], usual: Usual) -> list[Gap]:
    """The parts of holes in which something is expected, hour beside hour joined."""
    found: list[Gap] = []
    for hour in (hour for hole in holes for hour in _hours(hole)):
        expected = usual.expected(group, language, hour)
        if not expected:
            continue
        start = hour.start
        if found and found[-1].end == start:
            last = found.pop()
            start, expected = last.start, last.expected + expected
        found.append(Gap(group=group, language=language, start=start, end=hour.end, expected=expected))
    return [msgspec.structs.replace(one, expected=round(one.expected, 2)) for one in found]


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


def _hours(period: Period) -> Iterator[Period]:
    """A period cut at full hours of the UTC clock; zones that are half an hour off are a little blurred."""
    start = period.start
    while start < period.end:
        end = min(start.replace(minute=0, second=0, microsecond=0) + HOUR, period.end)
        yield Period(start, end)
        start = end
