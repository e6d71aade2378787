"""Keep a ticket's stream still while a person acts on the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from store.tables import work

if TYPE_CHECKING:
    from sqlalchemy import Connection

_lock = select(work.c.id).where(work.c.stream == bindparam("stream")).order_by(work.c.id).with_for_update()


def hold(connection: Connection, stream: str) -> None:
    """Wait for the worker that is at this stream, and let none begin on it before the transaction ends.

    Workers lock the rows that they work on, so this orders a person's deed before or after a whole chain:
    neither reads what the other is about to change. On SQLite, where there is one writer at a time, it does
    nothing more.
    """
    connection.execute(_lock, {"stream": stream}).all()
