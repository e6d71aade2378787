"""Contacts page by page, with their raw: for whoever goes through many of them. Only reads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, select

from store.records import TicketRecord
from store.tables import contacts, dead_letters, events, raw, tickets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement

    from store.engine import Store

PAGE = 100
"""How many are read in one short transaction."""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Which contacts; what is left out does not matter. Times are UTC, of when they came in."""

    ids: tuple[int, ...] = ()
    mailbox: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL says it."""
        found: list[ColumnElement[bool]] = []
        if self.ids:
            found.append(contacts.c.id.in_(self.ids))
        if self.mailbox:
            found.append(contacts.c.mailbox == self.mailbox)
        if self.state:
            found.append(contacts.c.state == self.state)
        if self.since is not None:
            found.append(contacts.c.received_at >= self.since)
        if self.until is not None:
            found.append(contacts.c.received_at < self.until)
        return found


def count(connection: Connection, chosen: Chosen) -> int:
    """How many there are."""
    counted = select(func.count()).select_from(contacts).where(*chosen.conditions())
    return connection.execute(counted).scalar_one()


def walk(store: Store, chosen: Chosen) -> Iterator[Any]:
    """Each contact with its raw's place, in order; as `store.rawbytes.with_raw` gives them."""
    statement = (
        select(contacts, raw.c.data, raw.c.path, raw.c.size)
        .join_from(contacts, raw, contacts.c.raw == raw.c.key)
        .where(*chosen.conditions())
        .order_by(contacts.c.id)
        .limit(PAGE)
    )
    last = 0
    while True:
        with store.reading() as connection:
            rows: Sequence[Any] = connection.execute(statement.where(contacts.c.id > last)).all()
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1].id


def ticket_of(connection: Connection, row: Any) -> TicketRecord | None:
    """The ticket that a contact is on, as it is now."""
    columns = [tickets.c[name] for name in TicketRecord.__struct_fields__]
    found = connection.execute(select(*columns).where(tickets.c.id == row.ticket)).one_or_none()
    return TicketRecord(**found._mapping) if found is not None else None  # noqa: SLF001 - a public name


def letters_of(connection: Connection, contact: int) -> Sequence[Any]:
    """The dead letters of a contact's own events that were not played again."""
    keys = [f"{step}:{contact}" for step in ("received", "checked", "released")]
    return connection.execute(
        select(dead_letters)
        .join(events, events.c.id == dead_letters.c.event)
        .where(events.c.effect_key.in_(keys), dead_letters.c.replayed_at.is_(None))
        .order_by(dead_letters.c.id)
    ).all()
