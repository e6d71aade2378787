"""When tickets came, for what is to be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from store.tables import tickets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

PAGE = 1_000
"""Rows that are read at once."""


def arrivals(connection: Connection, start: datetime, end: datetime) -> Iterator[tuple[datetime, str, str]]:
    """When (UTC), in which group and language each ticket of ``start`` to ``end`` came; in no order."""
    asked = select(tickets.c.created_at, tickets.c.group_name, tickets.c.language)
    wanted = asked.where(tickets.c.created_at >= start, tickets.c.created_at < end)
    for row in connection.execute(wanted.execution_options(yield_per=PAGE)):
        yield row.created_at, row.group_name, row.language
