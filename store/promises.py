"""The deadlines of a ticket, as `despacho why due` explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from store.records import DeadlineRecord
from store.tables import deadlines

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMNS = [deadlines.c[name] for name in DeadlineRecord.__struct_fields__]


def of_ticket(connection: Connection, ticket: int) -> Sequence[DeadlineRecord]:
    """A ticket's deadlines by the order in which they began."""
    rows = connection.execute(
        select(*_COLUMNS).where(deadlines.c.ticket == ticket).order_by(deadlines.c.started_at)
    )
    return [DeadlineRecord(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
