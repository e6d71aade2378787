"""A brute-force clock: it steps minute by minute and counts those in which somebody is there, without pauses.

It shares nothing with the desk: hours, holidays and pauses are looked up anew for each minute.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
        self._always = bytearray(b"\1") * minutes

    def index(self, at: datetime) -> int:
        """The minute of a time."""
        return int((at.astimezone(UTC) - self.start) / MINUTE)

    def due(
        self, name: str, started: int, amount: int, pauses: Sequence[tuple[int, int]], *, elapsed: bool
    ) -> int | None:
        """The minute at whose beginning ``amount`` minutes have been counted; ``None`` beyond the end."""
        table = self._always if elapsed else self._tables[name]
        left = amount
        for minute in range(started, self.minutes):
            if left == 0:
                return minute
            if any(began <= minute < ended for began, ended in pauses):
                continue
            left -= table[minute]
        return None

    def quiet(self, name: str, minute: int | None) -> int | None:
        """The next minute in which somebody is there, the closing minute included."""
        table = self._tables[name]
        while minute is not None and minute < self.minutes:
            if table[minute] or table[minute - 1]:
                return minute
            minute += 1
        return None
