"""Events that used up their attempts: kept with the reason, listed, and played again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update

from store.tables import dead_letters, ledger, work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from events.types import Event
    from store.work import Work


def write(connection: Connection, row: Work, *, now: datetime, reason: str, detail: str) -> None:
    """Keep an event as a dead letter; its work row is deleted by whoever holds it."""
    values = {
        "at": now,
        "event": row.event,
        "handler": row.handler,
        "reason": reason,
        "detail": detail[:500],
        "attempts": row.attempts,
        "deaths": row.deaths,
    }
    connection.execute(insert(dead_letters).values(values))


def note(
    connection: Connection, row: Work, *, now: datetime, what: str, reason: str = "", detail: str = ""
) -> None:
    """Write down something that did not go the usual way."""
    values = {
        "at": now,
        "event": row.event,
        "handler": row.handler,
        "what": what,
        "reason": reason,
        "detail": detail[:500],
    }
    connection.execute(insert(ledger).values(values))


def waiting(connection: Connection) -> Sequence[Any]:
    """Dead letters that were not played again, oldest first."""
    statement = select(dead_letters).where(dead_letters.c.replayed_at.is_(None)).order_by(dead_letters.c.id)
    return connection.execute(statement).all()


def find(connection: Connection, number: int) -> Any:
    """One dead letter, or ``None``."""
    return connection.execute(select(dead_letters).where(dead_letters.c.id == number)).one_or_none()


def replay(connection: Connection, letter: Any, event: Event, now: datetime) -> None:
    """Give a dead letter's event new work, and mark the letter as played again."""
    row = {
        "event": event.id,
        "name": event.name,
        "handler": letter.handler,
        "stream": event.stream,
        "due_at": now,
        "attempts": 0,
        "deaths": 0,
    }
    connection.execute(insert(work).values(row))
    connection.execute(update(dead_letters).where(dead_letters.c.id == letter.id).values(replayed_at=now))
