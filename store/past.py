"""What was before: the other tickets of whoever asks, and which rules matched at an earlier event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, func, select

from store.tables import tickets, traces

if TYPE_CHECKING:
    from store.records import TicketRecord

OVER = ("solved", "closed")
"""The states of a ticket on which nobody works any more."""


def tickets_before(connection: Connection, ticket: TicketRecord, *, unsolved: bool = False) -> int:
    """How many tickets its requester had before it, or how many of those are unsolved."""
    asked = select(func.count()).where(tickets.c.requester == ticket.requester, tickets.c.id < ticket.id)
    if unsolved:
        asked = asked.where(tickets.c.status.not_in(OVER))
    return int(connection.execute(asked).scalar_one()) if ticket.requester else 0


def latest_unsolved(connection: Connection, ticket: TicketRecord) -> int | None:
    """The newest unsolved ticket of its requester's before it, or ``None``."""
    asked = select(func.max(tickets.c.id)).where(
        tickets.c.requester == ticket.requester,
        tickets.c.id < ticket.id,
        tickets.c.status.not_in(OVER),
    )
    found: int | None = connection.execute(asked).scalar_one() if ticket.requester else None
    return found


def agent_before(connection: Connection, ticket: TicketRecord) -> str:
    """The agent of its requester's latest ticket before it that had one; empty where there is none."""
    asked = (
        select(tickets.c.agent)
        .where(tickets.c.requester == ticket.requester, tickets.c.id < ticket.id, tickets.c.agent != "")
        .order_by(tickets.c.id.desc())
        .limit(1)
    )
    return connection.execute(asked).scalar_one_or_none() or ""


class _Matched(msgspec.Struct, frozen=True):
    rule: str


class _Rules(msgspec.Struct, frozen=True):
    matched: tuple[_Matched, ...] = ()


class _Body(msgspec.Struct, frozen=True):
    rules: _Rules = _Rules()


def fired(connection: Connection, ticket: int, event: str) -> tuple[str, ...]:
    """The rules that matched on a ticket at one event, by the traces."""
    asked = select(traces.c.body).where(traces.c.ticket == ticket, traces.c.event == event)
    bodies = connection.execute(asked.where(traces.c.handler == "route")).scalars()
    found = (msgspec.json.decode(body, type=_Body) for body in bodies)
    return tuple(one.rule for body in found for one in body.rules.matched)
