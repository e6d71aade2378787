"""Outgoing mail as an operator reads it. Only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, case, func, select

from store.tables import outgoing

if TYPE_CHECKING:
    from collections.abc import Sequence

STATES = (
    "waiting",
    "sending",
    "sent",
    "captured",
    "failed",
    "held",
    "digest",
    "digested",
    "forgotten",
    "shadowed",
)
"""What an outgoing mail can be."""

# A new mail is due since long before there were desks: to people, since it was made.
_due_at = case(
    (outgoing.c.due_at < outgoing.c.created_at, outgoing.c.created_at), else_=outgoing.c.due_at
).label("due_at")
_listed = (
    outgoing.c.id,
    outgoing.c.ticket,
    outgoing.c.reason,
    outgoing.c.recipient,
    outgoing.c.state,
    outgoing.c.attempts,
    outgoing.c.created_at,
    _due_at,
    outgoing.c.done_at,
    outgoing.c.answer,
    outgoing.c.message_id,
)
_shown = [_due_at if column is outgoing.c.due_at else column for column in outgoing.c]


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
    return connection.execute(select(*_shown).where(outgoing.c.id == number)).one_or_none()


def after(connection: Connection, number: int) -> Sequence[Any]:
    """Every mail with a higher number and its letter, oldest first."""
    return connection.execute(select(outgoing).where(outgoing.c.id > number).order_by(outgoing.c.id)).all()


def tallied(connection: Connection, number: int) -> Sequence[Any]:
    """How many mails with a higher number each ``recipient`` of a ``domain`` got; not what a digest holds."""
    columns = outgoing.c.recipient, outgoing.c.domain
    mine = outgoing.c.id > number, outgoing.c.state.not_in(["digest", "digested"])
    counted = func.count().label("count")
    return connection.execute(select(*columns, counted).where(*mine).group_by(*columns)).all()
