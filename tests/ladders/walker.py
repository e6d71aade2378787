"""A brute-force clock: it goes minute by minute and counts those in which somebody is there, without pauses.

It shares nothing with the desk. Each minute of each zone is looked up on the wall clock once; what has been
counted until each minute is kept, so that a ladder is a few searches and not a walk of weeks. `stepped` walks
all the same: the searches are tested against it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINUTE = timedelta(minutes=1)


class Week:
    """Opening hours in minutes after midnight by weekday (Monday 0), closed days as ISO dates."""

    def __init__(
        self, zone: str, hours: Mapping[int, Sequence[tuple[int, int]]], closed: Sequence[str] = ()
    ) -> None:
        self._zone = ZoneInfo(zone)
        self._hours = hours
        self._closed = frozenset(closed)

    def table(self, start: datetime, minutes: int) -> bytearray:
        """For each minute from ``start`` whether somebody is there."""
        table = bytearray(minutes)
        at = start
        for index in range(minutes):
            wall = at.astimezone(self._zone)
            spans = () if wall.date().isoformat() in self._closed else self._hours.get(wall.weekday(), ())
            now = wall.hour * 60 + wall.minute
            for opened, closed in spans:
                if opened <= now < closed:
                    table[index] = 1
            at += MINUTE
        return table


class Walk:
    """Minutes since the simulation began, with what counts in each."""

    def __init__(self, start: datetime, minutes: int, weeks: Mapping[str, Week]) -> None:
        self.start = start
        self.minutes = minutes
        self._tables = {name: week.table(start, minutes) for name, week in weeks.items()}
        # Of each minute how many have counted before it; one more for the end of the last.
        self._sums = {name: [0, *accumulate(table)] for name, table in self._tables.items()}
        self._always = list(range(minutes + 1))

    def index(self, at: datetime) -> int:
        """The minute of a time."""
        return int((at.astimezone(UTC) - self.start) / MINUTE)

    def due(
        self, name: str, started: int, amount: int, pauses: Sequence[tuple[int, int]], *, elapsed: bool
    ) -> int | None:
        """The minute at whose beginning ``amount`` minutes have been counted; ``None`` beyond the end.

        ``pauses`` are in order and apart; what lies in them does not count.
        """
        sums = self._always if elapsed else self._sums[name]
        at, left = started, amount
        for began, ended in (*pauses, (self.minutes, self.minutes)):
            counted = sums[max(at, min(began, self.minutes))] - sums[at]
            if counted >= left:
                break
            left -= counted
            at = max(at, min(ended, self.minutes))
        found = bisect_left(sums, sums[at] + left, lo=at)
        return found if found < self.minutes else None

    def stepped(
        self, name: str, started: int, amount: int, pauses: Sequence[tuple[int, int]], *, elapsed: bool
    ) -> int | None:
        """The same as `due`, walked."""
        left = amount
        for minute in range(started, self.minutes):
            if left == 0:
                return minute
            if not any(began <= minute < ended for began, ended in pauses):
                left -= 1 if elapsed else self._tables[name][minute]
        return None

    def quiet(self, name: str, minute: int | None) -> int | None:
        """The next minute in which somebody is there, the closing minute included."""
        if minute is None or minute >= self.minutes:
            return None
        if minute and self._tables[name][minute - 1]:
            return minute
        sums = self._sums[name]
        found = bisect_right(sums, sums[minute], lo=minute) - 1
        return found if found < self.minutes else None
