"""When each level of a ladder is due, and the timers that say so.

A level is due once for each deadline, policy and round. None is due as its deadline begins or before: those
are left out. The deadline itself is level 0, which rules see and which nothing else is done at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from handlers.calendar.calendar import NeverOpenError
from handlers.calendar.chosen import calendar_for, laid, named
from handlers.promise import Elapsed, Staffed, due, quiet_until
from store import kinds
from store.records import TimerRecord

if TYPE_CHECKING:
    from config.sla import Level, Sla
    from config.types import DeskText
    from handlers.calendar.calendar import Calendar
    from handlers.desk import Desk
    from handlers.promise import Clock
    from store.records import DeadlineRecord, TicketRecord

ITSELF = 0
"""The level of the deadline itself."""


def calendar_of(desk: DeskText, ticket: TicketRecord, sla: Sla) -> Calendar:
    """The calendar that an SLA policy counts on for a ticket."""
    return laid(named(desk, sla.calendar)) if sla.calendar else calendar_for(desk, ticket)


def due_of(desk: DeskText, ticket: TicketRecord, sla: Sla | None, record: DeadlineRecord) -> datetime | None:
    """When a deadline is due; ``None`` while it is paused, and where its calendar never opens."""
    if sla is None or not _is_promised(sla, record):
        return None
    clock = _clock(calendar_of(desk, ticket, sla), elapsed=sla.elapsed)
    try:
        return due(clock, record, record.started_at, timedelta(seconds=_amount(sla, record)))
    except NeverOpenError:
        return None


def times(
    desk: DeskText, ticket: TicketRecord, sla: Sla | None, record: DeadlineRecord
) -> dict[int, datetime]:
    """When each level that may still come is due, by its number; none once the deadline is met."""
    if sla is None or not _is_promised(sla, record) or record.met_at is not None:
        return {}
    found: dict[int, datetime] = {}
    if record.due_at is not None:
        found[ITSELF] = record.due_at
    calendar = calendar_of(desk, ticket, sla)
    for level in sla.levels:
        if level.of == record.which:
            at = _time(calendar, sla, level, record)
            if at is not None and at > record.started_at:
                found[level.number] = at
    taken = taken_of(record)
    return {number: at for number, at in found.items() if step_key(record, number) not in taken}


def arm(desk: Desk, ticket: TicketRecord, sla: Sla | None, record: DeadlineRecord) -> None:
    """Make a deadline's timers those of its levels."""
    wanted = times(desk.policy.desk, ticket, sla, record)
    shelf = desk.batch.shelf(kinds.TIMERS)
    for timer in shelf.where("ticket", ticket.id):
        if timer.which == record.which:
            if wanted.get(timer.level) == timer.due_at:
                del wanted[timer.level]
            else:
                shelf.remove(timer)
    for level, at in sorted(wanted.items()):
        shelf.add(TimerRecord(ticket=ticket.id, which=record.which, level=level, due_at=at))


def step_key(record: DeadlineRecord, level: int) -> str:
    """What a level of a deadline is known by, once taken it is never due again."""
    return f"{record.sla}:{record.round}:{level}"


def taken_of(record: DeadlineRecord) -> tuple[str, ...]:
    """The levels that were taken, by their keys."""
    return msgspec.json.decode(record.taken, type=tuple[str, ...])


def _is_promised(sla: Sla, record: DeadlineRecord) -> bool:
    """Whether the policy still has the deadline: it may have been another one as the record was written."""
    return record.sla == sla.name and record.which in sla.amounts


def _time(calendar: Calendar, sla: Sla, level: Level, record: DeadlineRecord) -> datetime | None:
    try:
        at = _counted(calendar, sla, level, record)
        loud = at is None or level.urgent or not level.elapsed
        return at if loud or at is None else quiet_until(calendar, at)
    except NeverOpenError:
        return None


def _counted(calendar: Calendar, sla: Sla, level: Level, record: DeadlineRecord) -> datetime | None:
    clock = _clock(calendar, elapsed=level.elapsed)
    if level.elapsed == sla.elapsed:
        amount = timedelta(seconds=_amount(sla, record) + level.offset)
        return due(clock, record, record.started_at, amount) if amount > timedelta() else None
    # The other clock counts from the deadline itself.
    base = record.due_at
    if base is None:
        return None
    offset = timedelta(seconds=level.offset)
    return clock.before(base, -offset) if level.offset < 0 else due(clock, record, base, offset)


def _clock(calendar: Calendar, *, elapsed: bool) -> Clock:
    return Elapsed() if elapsed else Staffed(calendar)


def _amount(sla: Sla, record: DeadlineRecord) -> int:
    return next(seconds for which, seconds in sla.amounts.items() if which == record.which)
