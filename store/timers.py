"""Due timers become DeadlineReached events, in one transaction with their deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, delete, select

from events.types import DeadlineReached, Event
from store import work
from store.tables import throttles, timers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

MOST = 200


def fire(connection: Connection, *, now: datetime) -> list[Event]:
    """Fire what is due, of at most `MOST` timers' tickets; any number of processes may do this at once.

    All of a ticket's own timers that are due are one event, its latest with the earlier ones in it: after a
    time in which nobody looked, or a jump of the clock, a ticket is told of once.
    """
    rows = connection.execute(due(MOST), {"now": now}).all()
    if not rows:
        return []
    if len({row.ticket for row in rows}) < len(rows) or len(rows) == MOST:
        rows = _of_tickets(connection, rows, now)
    connection.execute(delete(timers).where(timers.c.id.in_([row.id for row in rows])))
    own: dict[int, list[Row[Any]]] = {}
    for row in rows:
        if ":" not in row.which:
            own.setdefault(row.ticket, []).append(row)
    told = [_event([row], now) for row in rows if ":" in row.which]
    return work.enqueue(connection, [*told, *(_event(found, now) for found in own.values())])


def due(most: int) -> Select[Any]:
    """At most so many timers that are due at the parameter ``now``, the earliest first, locked."""
    found = select(timers).where(timers.c.due_at <= bindparam("now"))
    return found.order_by(timers.c.due_at, timers.c.id).limit(most).with_for_update(skip_locked=True)


def _of_tickets(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> Sequence[Row[Any]]:
    """All that is due of the tickets that some rows are of, in order."""
    numbers = sorted({row.ticket for row in rows})
    every = select(timers).where(timers.c.ticket.in_(numbers), timers.c.due_at <= now)
    every = every.order_by(timers.c.due_at, timers.c.id).with_for_update(skip_locked=True)
    return connection.execute(every).all()


def _event(rows: Sequence[Row[Any]], now: datetime) -> DeadlineReached:
    last = rows[-1]
    return DeadlineReached(
        at=now,
        stream=f"ticket:{last.ticket}",
        effect_key=f"deadline:{last.id}:{last.ticket}:{last.which}:{last.level}",
        ticket=last.ticket,
        which=last.which,
        level=last.level,
        earlier=tuple((row.which, row.level) for row in rows[:-1]) or msgspec.UNSET,
    )


def forget_old_counts(connection: Connection, *, now: datetime) -> int:
    """Drop counts of automatic mail whose span is over."""
    return connection.execute(delete(throttles).where(throttles.c.until < now)).rowcount
