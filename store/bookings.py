"""Times in agents' calendars that are kept for a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, insert, select

from store.tables import bookings, tickets, timers
from store.waiting import UNSOLVED

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """One time (UTC) that an agent keeps for a ticket; the end is not in it."""

    id: int
    ticket: int
    agent: str
    starts_at: datetime
    ends_at: datetime
    subject: str = ""


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """An unsolved ticket of an agent's, with when something is next due on it (UTC)."""

    id: int
    agent: str
    subject: str
    priority: str
    created_at: datetime
    due_at: datetime | None


def book(connection: Connection, ticket: int, agent: str, starts_at: datetime, ends_at: datetime) -> int:
    """Keep a time; gives back the booking's number."""
    made = insert(bookings).values(ticket=ticket, agent=agent, starts_at=starts_at, ends_at=ends_at)
    number: int = connection.execute(made.returning(bookings.c.id)).scalar_one()
    return number


def between(connection: Connection, start: datetime, end: datetime, agent: str = "") -> list[Booking]:
    """What is booked at any time from ``start`` to ``end``, of one agent or of all, in order."""
    asked = (
        select(bookings, tickets.c.subject)
        .outerjoin(tickets, tickets.c.id == bookings.c.ticket)
        .where(bookings.c.starts_at < end, bookings.c.ends_at > start)
        .order_by(bookings.c.starts_at, bookings.c.id)
    )
    if agent:
        asked = asked.where(bookings.c.agent == agent)
    rows = connection.execute(asked).all()
    return [Booking(**(dict(row._mapping) | {"subject": row.subject or ""})) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def open_tickets(connection: Connection, agent: str = "") -> list[Open]:
    """Unsolved tickets that somebody has, of one agent or of all, in order of their numbers."""
    due = select(timers.c.ticket, func.min(timers.c.due_at).label("due_at"))
    # What has a colon in its name is the desk's housekeeping, and no promise.
    due_of = due.where(timers.c.which.not_like("%:%")).group_by(timers.c.ticket).subquery()
    asked = (
        select(
            tickets.c.id,
            tickets.c.agent,
            tickets.c.subject,
            tickets.c.priority,
            tickets.c.created_at,
            due_of.c.due_at,
        )
        .outerjoin(due_of, due_of.c.ticket == tickets.c.id)
        .where(tickets.c.status.in_(UNSOLVED), tickets.c.agent != "")
        .order_by(tickets.c.id)
    )
    if agent:
        asked = asked.where(tickets.c.agent == agent)
    return [Open(**row._mapping) for row in connection.execute(asked)]  # noqa: SLF001 - SQLAlchemy's public name
