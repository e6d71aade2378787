"""What is kept of a person, for them to read. Only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, select

from store.tables import (
    contacts,
    entries,
    messages,
    outgoing,
    people,
    resolutions,
    satisfaction,
    tickets,
    time_entries,
)

if TYPE_CHECKING:
    from collections.abc import Collection


class Written(msgspec.Struct, frozen=True):
    """Who wrote a contact, as far as is known, and its message as JSON values, if there is one."""

    sender: str
    message: dict[str, Any] | None


def written(connection: Connection, contact: int) -> Written:
    """Who wrote one contact, and what was read in it."""
    body = connection.execute(select(messages.c.body).where(messages.c.contact == contact)).scalar()
    sent = connection.execute(select(contacts.c.envelope).where(contacts.c.id == contact)).scalar()
    message = msgspec.json.decode(body) if body else None
    sender = (message or {}).get("sender", {}).get("address", "")
    return Written(sender or msgspec.json.decode(sent or "{}").get("mail_from", ""), message)


def themselves(connection: Connection, addresses: Collection[str]) -> list[dict[str, Any]]:
    """What is kept of the person alone."""
    known = select(people).where(people.c.address.in_(addresses)).order_by(people.c.address)
    return [row._asdict() for row in connection.execute(known)]


def ticket(connection: Connection, number: int) -> tuple[Any, list[Any]]:
    """A ticket with its entries, oldest first."""
    said = select(entries).where(entries.c.ticket == number).order_by(entries.c.id)
    found = connection.execute(select(tickets).where(tickets.c.id == number)).one()
    return found, list(connection.execute(said).all())


def vote(connection: Connection, number: int) -> Any | None:
    """The question that was asked after a ticket, with its answer where there is one."""
    return connection.execute(select(satisfaction).where(satisfaction.c.ticket == number)).one_or_none()


def work(connection: Connection, number: int) -> tuple[Any | None, list[Any]]:
    """What the desk wrote down about its own work on a ticket: how it was solved, and the time it took."""
    solved = select(resolutions).where(resolutions.c.ticket == number)
    spent = select(time_entries).where(time_entries.c.ticket == number).order_by(time_entries.c.number)
    return connection.execute(solved).one_or_none(), list(connection.execute(spent).all())


def sent_to(connection: Connection, addresses: Collection[str]) -> list[tuple[int, bytes]]:
    """The mails that were written to them, by number; those whose bytes are kept."""
    to_them = select(outgoing.c.id, outgoing.c.bytes).where(outgoing.c.recipient.in_(addresses))
    rows = connection.execute(to_them.where(outgoing.c.bytes.is_not(None)).order_by(outgoing.c.id))
    return [(row.id, bytes(row.bytes)) for row in rows]
