"""When tickets came, for what is to be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from store.tables import tickets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection


def since(connection: Connection, start: datetime, end: datetime) -> Iterator[tuple[datetime, str, str]]:
    """When each ticket was opened (UTC), in which group it is and in which language, without an order."""
    asked = select(tickets.c.created_at, tickets.c.group_name, tickets.c.language)
    found = connection.execute(asked.where(tickets.c.created_at >= start, tickets.c.created_at < end))
    for created_at, group, language in found:
        yield created_at, group, language
