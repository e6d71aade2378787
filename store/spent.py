"""Time that agents spent on tickets, to look at; only reads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Select, and_, or_, select, tuple_

from store.records import TimeRecord
from store.tables import tickets, time_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.engine import Store

PAGE = 1_000
"""Time entries in one transaction."""


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """Time that was written down, with whose ticket it was on; ``at`` is UTC."""

    at: datetime
    ticket: int
    number: int
    agent: str
    activity: str
    minutes: int
    billable: bool
    requester: str
    group: str


def entries(
    connection: Connection, *, since: datetime, ticket: int | None = None, agent: str = ""
) -> list[TimeRecord]:
    """What was written down since a time (UTC), the newest last; of one ticket, of one agent, or of all."""
    columns = [time_entries.c[name] for name in TimeRecord.__struct_fields__]
    wanted = select(*columns).where(time_entries.c.at >= since)
    if ticket is not None:
        wanted = wanted.where(time_entries.c.ticket == ticket)
    if agent:
        wanted = wanted.where(time_entries.c.agent == agent)
    rows = connection.execute(
        wanted.order_by(time_entries.c.at, time_entries.c.ticket, time_entries.c.number)
    )
    return [TimeRecord(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def worked(
    store: Store, since: datetime, until: datetime, step: Callable[[], None] = lambda: None
) -> Iterator[Worked]:
    """What was written down in a period, from ``since`` to before ``until``, the oldest first.

    ``step`` is called for each of the short transactions in which it is read.
    """
    place = (since, 0, 0)
    while True:
        with store.reading() as connection:
            rows = connection.execute(_after(place, until)).all()
        step()
        yield from (Worked(**row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name
        if len(rows) < PAGE:
            return
        place = (rows[-1].at, rows[-1].ticket, rows[-1].number)


def _after(place: tuple[datetime, int, int], until: datetime) -> Select[Any]:
    """A page of time entries from a place on; said with ``at`` alone first, of which there is an index."""
    at, ticket, number = time_entries.c.at, time_entries.c.ticket, time_entries.c.number
    later = or_(at > place[0], and_(at == place[0], tuple_(ticket, number) > place[1:]))
    own = (
        at,
        ticket,
        number,
        *(time_entries.c[name] for name in ("agent", "activity", "minutes", "billable")),
    )
    return (
        select(*own, tickets.c.requester, tickets.c.group_name.label("group"))
        .select_from(time_entries.join(tickets, tickets.c.id == ticket))
        .where(at >= place[0], at < until, later)
        .order_by(at, ticket, number)
        .limit(PAGE)
    )
