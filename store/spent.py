"""Time that agents spent on tickets, to look at; only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from store.records import TimeRecord
from store.tables import time_entries

if TYPE_CHECKING:
    from datetime import datetime


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
