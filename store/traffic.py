"""What has come in, read back page by page, each page in a short transaction that cannot write."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, select

from store import tables
from store.records import EntryRecord, PersonRecord, TicketRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from store.engine import Store

PAGE = 200
"""Tickets in one page: a long reader would keep a busy database from tidying up."""


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as it stands, what people and agents have written on it in order, and the messages as stored.

    ``messages`` are JSON by contact; ``fields`` are those of the desk's own.
    """

    ticket: TicketRecord
    requester: PersonRecord | None
    entries: tuple[EntryRecord, ...]
    messages: dict[int, str]
    fields: dict[str, str]


@contextlib.contextmanager
def looking(store: Store) -> Iterator[Connection]:
    """A transaction in which the database itself refuses to write."""
    with store.reading() as connection:
        if store.dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        try:
            yield connection
        finally:
            if store.dialect == "sqlite":
                # The connection goes back to a pool of readers, and stays as it was found.
                connection.exec_driver_sql("PRAGMA query_only = OFF")


def count_since(store: Store, since: datetime) -> int:
    """How many tickets were opened since then."""
    with looking(store) as connection:
        asked = select(func.count()).where(tables.tickets.c.created_at >= since)
        return int(connection.execute(asked).scalar_one())


def tickets_since(store: Store, since: datetime) -> Iterator[Came]:
    """Every ticket that was opened since then, the newest first."""
    before = 2**63 - 1
    while True:
        with looking(store) as connection:
            page = _page(connection, since, before)
        if not page:
            return
        yield from page
        before = page[-1].ticket.id


def _page(connection: Connection, since: datetime, before: int) -> list[Came]:
    columns = [tables.tickets.c[name] for name in TicketRecord.__struct_fields__]
    asked = (
        select(*columns)
        .where(tables.tickets.c.id < before, tables.tickets.c.created_at >= since)
        .order_by(tables.tickets.c.id.desc())
        .limit(PAGE)
    )
    tickets = [TicketRecord(**row._mapping) for row in connection.execute(asked)]  # noqa: SLF001 - SQLAlchemy's public name
    numbers = [ticket.id for ticket in tickets]
    entries: dict[int, list[EntryRecord]] = {number: [] for number in numbers}
    for entry in _all(connection, tables.entries, EntryRecord, "ticket", numbers):
        entries[entry.ticket].append(entry)
    contacts = [one.contact for several in entries.values() for one in several if one.contact is not None]
    messages = {
        row.contact: row.body
        for row in connection.execute(
            select(tables.messages).where(tables.messages.c.contact.in_(sorted(set(contacts))))
        )
    }
    addresses = {ticket.requester for ticket in tickets}
    people = {one.address: one for one in _all(connection, tables.people, PersonRecord, "address", addresses)}
    fields: dict[int, dict[str, str]] = {number: {} for number in numbers}
    own = tables.ticket_fields
    for row in connection.execute(select(own).where(own.c.ticket.in_(numbers))):
        fields[row.ticket][row.name] = row.value
    return [
        Came(
            ticket=ticket,
            requester=people.get(ticket.requester),
            entries=tuple(sorted(entries[ticket.id], key=lambda one: one.id)),
            messages={one: messages[one] for one in _contacts(entries[ticket.id]) if one in messages},
            fields=fields[ticket.id],
        )
        for ticket in tickets
    ]


def _contacts(entries: Iterable[EntryRecord]) -> list[int]:
    return [one.contact for one in entries if one.contact is not None]


def _all(
    connection: Connection, table: Any, record: type[Any], column: str, values: Iterable[object]
) -> list[Any]:
    columns = [table.c[name] for name in record.__struct_fields__]
    asked = select(*columns).where(table.c[column].in_(list(values)))
    return [record(**row._mapping) for row in connection.execute(asked)]  # noqa: SLF001 - as above
