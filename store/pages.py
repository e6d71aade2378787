"""Long lists a page at a time, the newest first; a page is found by the number where the last one ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, select

from store import tables
from store.daybook import first_since
from store.records import TicketRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from sqlalchemy import ColumnElement, Select

    from store.views import Wanted


class TicketPage(msgspec.Struct, frozen=True):
    """Tickets, the newest first; ``older`` is where the next page begins, ``None`` for the last page."""

    tickets: list[TicketRecord]
    older: int | None


class MailPage(msgspec.Struct, frozen=True):
    """Outgoing mails without their content, the newest first; ``older`` as in `TicketPage`."""

    mails: list[Any]
    older: int | None


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """What one channel took in since a moment: contacts in all, and by what became of them."""

    channel: str
    contacts: int
    states: dict[str, int]


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An event that was given up and not played again."""

    id: int
    at: datetime
    event: str
    name: str
    stream: str
    handler: str | None
    reason: str
    detail: str
    attempts: int
    deaths: int


def tickets(connection: Connection, wanted: Wanted, *, before: int | None, most: int) -> TicketPage:
    """The newest tickets of those that are asked for, below the number ``before``."""
    columns = tables.tickets.c
    asked = {
        columns.status: wanted.status,
        columns.agent: wanted.agent,
        columns.group_name: wanted.group,
        columns.requester: wanted.requester.lower(),
    }
    statement = select(*(columns[name] for name in TicketRecord.__struct_fields__)).where(
        *(column == value for column, value in asked.items() if value)
    )
    rows, older = _page(connection, statement, columns.id, before=before, most=most)
    return TicketPage([TicketRecord(**row._mapping) for row in rows], older)  # noqa: SLF001 - SQLAlchemy's public name


def mails(connection: Connection, *, state: str, before: int | None, most: int) -> MailPage:
    """The newest outgoing mails, of one state or all, below the number ``before``."""
    columns = tables.outgoing.c
    names = ("id", "ticket", "reason", "recipient", "state", "attempts", "created_at", "done_at", "answer")
    statement = select(*(columns[name] for name in names))
    if state:
        statement = statement.where(columns.state == state)
    rows, older = _page(connection, statement, columns.id, before=before, most=most)
    return MailPage(list(rows), older)


def came(connection: Connection, now: datetime, span: timedelta) -> list[Came]:
    """What each channel took in during the last ``span``, by the channel's name."""
    first = first_since(connection, now - span)
    if first is None:
        return []
    columns = tables.contacts.c
    counted = (
        select(columns.channel, columns.state, func.count())
        .where(columns.id >= first)
        .group_by(columns.channel, columns.state)
    )
    found: dict[str, dict[str, int]] = {}
    for channel, state, number in connection.execute(counted):
        found.setdefault(channel, {})[state] = number
    return [
        Came(channel=channel, contacts=sum(states.values()), states=states)
        for channel, states in sorted(found.items())
    ]


def dead_letters(connection: Connection, most: int) -> list[DeadLetter]:
    """Dead letters that were not played again, the oldest first."""
    letters, events = tables.dead_letters, tables.events
    columns = [
        events.c[name] if name in {"name", "stream"} else letters.c[name]
        for name in DeadLetter.__struct_fields__
    ]
    statement = (
        select(*columns)
        .select_from(letters.join(events, events.c.id == letters.c.event))
        .where(letters.c.replayed_at.is_(None))
        .order_by(letters.c.id)
        .limit(most)
    )
    return [DeadLetter(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001 - as above


def _page(
    connection: Connection,
    statement: Select[Any],
    number: ColumnElement[int],
    *,
    before: int | None,
    most: int,
) -> tuple[Sequence[Any], int | None]:
    if before is not None:
        statement = statement.where(number < before)
    rows = connection.execute(statement.order_by(number.desc()).limit(most + 1)).all()
    return rows[:most], rows[most - 1].id if len(rows) > most else None
