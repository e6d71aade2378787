"""Who is on shift at a moment, and until when; who has no shift is always there."""

from __future__ import annotations

import heapq
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from config.hours import DAYS
from config.spans import span_of
from handlers.calendar.calendar import Calendar, Period, Plan, Span, without
from store import shift_calendars

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from config.types import Agent, DeskText
    from store.engine import Connection
    from store.shift_calendars import Listed, Worked

FURTHEST = timedelta(days=400)
"""How far ahead the next shift is looked for."""
_DAY_SECONDS = 86_400
ALWAYS = dict.fromkeys(range(7), (Span(0, _DAY_SECONDS),))
_KEPT = 8
_known: dict[int, tuple[DeskText, tuple[str, ...], Shifts]] = {}


class Kept:
    """An agent's times out of a calendar that is kept elsewhere, less their time off."""

    def __init__(self, times: Iterable[Worked], address: str, off: Iterable[Period]) -> None:
        """Of what names somebody only what names this address counts."""
        found = sorted((one.start, one.end) for one in times if not one.who or address in one.who)
        periods = [Period(_moment(start), _moment(end)) for start, end in found]
        for gap in off:
            periods = [piece for period in periods for piece in without(period, gap)]
        self._periods = periods

    def after(self, at: datetime) -> Iterator[Period]:
        """The periods that end after ``at``, in order, the first cut to begin no earlier than ``at``."""
        for start, end in self._periods:
            if end > at:
                yield Period(max(start, at), end)


class Shifts:
    """The shifts of one policy, laid on the clock when they are asked for. Times are UTC."""

    def __init__(self, desk: DeskText, listed: Mapping[str, Listed] | None = None) -> None:
        """``listed`` is what calendars say that are kept elsewhere, by shift; the rest is the policy's."""
        self._plans = {one.name: (one.zone, _week(one.week)) for one in desk.shifts if not one.ics}
        self._listed = {one.name: (listed or {}).get(one.name) for one in desk.shifts if one.ics}
        self._zone = desk.hours.zone
        self._off = {
            agent.id: [_whole_days(zone_of(agent, desk), *days) for days in agent.duty.time_off]
            for agent in desk.agents
            if agent.duty.time_off
        }
        self._calendars = {agent.id: self._of(agent) for agent in desk.agents}
        self._now: dict[str, tuple[datetime, datetime, bool]] = {}

    def has(self, agent: str) -> bool:
        """Whether an agent is not always there."""
        return bool(self._calendars.get(agent))

    def on(self, agent: str, at: datetime) -> bool:
        """Whether an agent is on shift at ``at``; time off in the policy counts, absences do not."""
        return not self.has(agent) or self._span(agent, at)[2]

    def time_off(self, agent: str, at: datetime) -> Period | None:
        """The time off in the policy that ``at`` lies in: whole days in the agent's zone."""
        return next((one for one in self._off.get(agent, ()) if one.start <= at < one.end), None)

    def changes_at(self, agent: str, at: datetime) -> datetime | None:
        """When the shift at ``at`` ends or the next begins; ``None`` where not in a year."""
        if not self.has(agent):
            return None
        end = self._span(agent, at)[1]
        return end if end < at + FURTHEST else None

    def between(self, agent: str, start: datetime, end: datetime) -> list[Period]:
        """When an agent is on shift from ``start`` to ``end``, in order, cut to these."""
        if not self.has(agent):
            return [Period(start, end)]
        found = []
        for period in self._periods(agent, start, end):
            if period.start >= end:
                break
            found.append(Period(period.start, min(period.end, end)))
        return found

    def _span(self, agent: str, at: datetime) -> tuple[datetime, datetime, bool]:
        """From and until when nothing changes for an agent about ``at``, and whether they are on shift."""
        known = self._now.get(agent)
        if known is None or not known[0] <= at < known[1]:
            first = next(self._periods(agent, at, at + FURTHEST), None)
            if first is None:
                known = (at, at + FURTHEST, False)
            else:
                known = (at, first.end, True) if first.start <= at else (at, first.start, False)
            self._now[agent] = known
        return known

    def _periods(self, agent: str, start: datetime, end: datetime) -> Iterator[Period]:
        """Periods from ``start`` on that begin before ``end``; what overlaps or touches is joined."""
        joined: Period | None = None
        for period in heapq.merge(*(calendar.after(start) for calendar in self._calendars[agent])):
            if joined is not None and period.start > joined.end:
                yield joined
                joined = None
            if period.start >= end:
                break
            joined = period if joined is None else Period(joined.start, max(joined.end, period.end))
        if joined is not None:
            yield joined

    def _of(self, agent: Agent) -> list[Calendar | Kept]:
        duty = agent.duty
        off = frozenset(_days(duty.time_off))
        if not duty.shifts:
            return [Calendar(Plan(zone=self._zone, week=ALWAYS, holidays=off))] if off else []
        plans = [self._plans[name] for name in duty.shifts if name in self._plans]
        found: list[Calendar | Kept] = [
            Calendar(Plan(zone=zone, week=week, holidays=off)) for zone, week in plans
        ]
        for name in duty.shifts:
            if name in self._listed:
                version = self._listed[name]
                times = version.times if version is not None else ()
                found.append(Kept(times, agent.address.lower(), self._off.get(agent.id, ())))
        return found


def shifts_of(desk: DeskText, connection: Connection | None) -> Shifts:
    """The shifts of a policy's desk, laid out once for each version of its calendars.

    The database is asked only where a shift's times are kept elsewhere; without it nobody is on it.
    """
    names = [one.name for one in desk.shifts if one.ics]
    listed = shift_calendars.listed(connection, names) if names and connection is not None else {}
    versions = tuple(version.digest for version in listed.values())
    known = _known.get(id(desk))
    if known is None or known[0] is not desk or known[1] != versions:
        while len(_known) >= _KEPT:
            _known.pop(next(iter(_known)), None)
        known = _known[id(desk)] = (desk, versions, Shifts(desk, listed))
    return known[2]


def zone_of(agent: Agent, desk: DeskText) -> str:
    """The zone that an agent's days are in: that of their first shift, else the desk's."""
    zones = {shift.name: shift.zone for shift in desk.shifts}
    return next((zones[name] for name in agent.duty.shifts if name in zones), desk.hours.zone)


def said(at: datetime) -> str:
    """A moment as traces say it, to the minute and in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _week(week: Mapping[str, tuple[str, ...]]) -> dict[int, tuple[Span, ...]]:
    return {
        DAYS.index(day): tuple(Span(span[0] * 60, span[1] * 60) for text in texts if (span := span_of(text)))
        for day, texts in week.items()
    }


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _whole_days(zone: str, first: str, last: str) -> Period:
    calendar = Calendar(Plan(zone=zone, week=ALWAYS))
    return Period(
        calendar.moment(date.fromisoformat(first), 0), calendar.moment(date.fromisoformat(last), _DAY_SECONDS)
    )


def _days(time_off: tuple[tuple[str, str], ...]) -> Iterator[date]:
    for first, last in time_off:
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day <= min(end, date.max - timedelta(days=1)):
            yield day
            day += timedelta(days=1)
