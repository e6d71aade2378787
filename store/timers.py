"""Due timers become DeadlineReached events, in one transaction with their deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select

from events.types import DeadlineReached, Event
from store import work
from store.tables import throttles, timers

if TYPE_CHECKING:
    from datetime import datetime

MOST = 200


def fire(connection: Connection, *, now: datetime) -> list[Event]:
    """Fire what is due, at most `MOST` timers; any number of processes may do this at once."""
    due = (
        select(timers)
        .where(timers.c.due_at <= now)
        .order_by(timers.c.due_at, timers.c.id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(due).all()
    if not rows:
        return []
    events = [
        DeadlineReached(
            at=now,
            stream=f"ticket:{row.ticket}",
            effect_key=f"deadline:{row.id}:{row.ticket}:{row.which}:{row.level}",
            ticket=row.ticket,
            which=row.which,
            level=row.level,
        )
        for row in rows
    ]
    connection.execute(delete(timers).where(timers.c.id.in_([row.id for row in rows])))
    return work.enqueue(connection, events)


def forget_old_counts(connection: Connection, *, now: datetime) -> int:
    """Drop counts of automatic mail whose span is over."""
    return connection.execute(delete(throttles).where(throttles.c.until < now)).rowcount
