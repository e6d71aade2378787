"""Outgoing mail as an operator reads it. Only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from store.tables import outgoing

if TYPE_CHECKING:
    from collections.abc import Sequence

STATES = ("waiting", "sending", "sent", "captured", "failed", "held", "digest", "digested")
"""What an outgoing mail can be."""

_listed = (
    outgoing.c.id,
    outgoing.c.ticket,
    outgoing.c.reason,
    outgoing.c.recipient,
    outgoing.c.state,
    outgoing.c.attempts,
    outgoing.c.created_at,
    outgoing.c.due_at,
    outgoing.c.done_at,
    outgoing.c.answer,
    outgoing.c.message_id,
)


def newest(connection: Connection, *, most: int, state: str = "", ticket: int | None = None) -> Sequence[Any]:
    """The latest mails without their content, the newest last."""
    statement = select(*_listed)
    if state:
        statement = statement.where(outgoing.c.state == state)
    if ticket is not None:
        statement = statement.where(outgoing.c.ticket == ticket)
    return list(reversed(connection.execute(statement.order_by(outgoing.c.id.desc()).limit(most)).all()))


def find(connection: Connection, number: int) -> Any:
    """One mail with its letter and, once they are fixed, its bytes; or ``None``."""
    return connection.execute(select(outgoing).where(outgoing.c.id == number)).one_or_none()
