"""Times in agents' calendars that are kept for a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, func, insert, select

from store.tables import bookings, tickets
from store.waiting import UNSOLVED

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


class BookingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The row of a booking, for whoever works on its ticket."""

    id: int
    ticket: int
    agent: str
    starts_at: datetime
    ends_at: datetime


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """One time (UTC) that an agent keeps for a ticket; the end is not in it. ``status`` is the ticket's."""

    id: int
    ticket: int
    agent: str
    starts_at: datetime
    ends_at: datetime
    subject: str = ""
    status: str = ""

    @property
    def stands(self) -> bool:
        """Whether there is still something to do: a ticket that is solved takes nobody's time."""
        return self.status in UNSOLVED


def book(connection: Connection, ticket: int, agent: str, starts_at: datetime, ends_at: datetime) -> int:
    """Keep a time; gives back the booking's number. Whoever asks holds the agent (`absences.hold`)."""
    made = insert(bookings).values(ticket=ticket, agent=agent, starts_at=starts_at, ends_at=ends_at)
    number: int = connection.execute(made.returning(bookings.c.id)).scalar_one()
    return number


def cancel(connection: Connection, number: int) -> None:
    """Keep the time no longer; nothing happens where it is not kept."""
    connection.execute(delete(bookings).where(bookings.c.id == number))


def find(connection: Connection, number: int) -> Booking | None:
    """The booking of this number."""
    found = _read(connection, bookings.c.id == number)
    return found[0] if found else None


def between(connection: Connection, start: datetime, end: datetime, agent: str = "") -> list[Booking]:
    """What is booked at any time from ``start`` to ``end``, of one agent or of all, in order."""
    wanted = (bookings.c.starts_at < end) & (bookings.c.ends_at > start)
    return _read(connection, wanted & (bookings.c.agent == agent) if agent else wanted)


def _read(connection: Connection, wanted: ColumnElement[bool]) -> list[Booking]:
    asked = (
        select(
            *(bookings.c[name] for name in BookingRecord.__struct_fields__),
            func.coalesce(tickets.c.subject, "").label("subject"),
            func.coalesce(tickets.c.status, "").label("status"),
        )
        .outerjoin(tickets, tickets.c.id == bookings.c.ticket)
        .where(wanted)
        .order_by(bookings.c.starts_at, bookings.c.id)
    )
    return [Booking(**row) for row in connection.execute(asked).mappings()]
