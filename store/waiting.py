"""Tickets that wait for an agent, and those of agents who have gone away: few, and found without a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import case, func, literal_column, select, update

from events.identity import new_id
from events.types import TicketUnattended
from store import work
from store.tables import tickets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from events.types import Event

MOST = 200
"""Tickets that are told of at once, of one kind of need or of one agent."""
UNSOLVED = ("new", "open", "pending", "on_hold")
# Written out, because SQLite uses a partial index only where its condition stands in the statement itself.
_WAITS = tickets.c.waits != literal_column("''")
_URGENT_FIRST = case({"urgent": 0, "high": 1, "normal": 2, "low": 3}, value=tickets.c.priority, else_=2)


class Waiting(msgspec.Struct, frozen=True):
    """How many tickets wait for the same people, by ``key`` (`handlers.needs`), and the oldest of them."""

    key: str
    count: int
    oldest: int


def waiting(connection: Connection) -> list[Waiting]:
    """What is waited for, that with the oldest ticket first."""
    asked = select(tickets.c.waits, func.count(), func.min(tickets.c.id)).where(_WAITS)
    found = [Waiting(*row) for row in connection.execute(asked.group_by(tickets.c.waits)).all()]
    return sorted(found, key=lambda one: one.oldest)


def call_up(connection: Connection, key: str, most: int, *, now: datetime) -> list[Event]:
    """Tell of at most ``most`` tickets that wait with this key, the most urgent and then the oldest first.

    They wait no more in the store's eyes until a worker has looked at them, so that nobody tells twice; any
    number of processes may do this at once. Gives back what was told, for the bell.
    """
    chosen = (
        select(tickets.c.id)
        .where(_WAITS, tickets.c.waits == key, tickets.c.agent == "")
        .order_by(_URGENT_FIRST, tickets.c.id)
        .limit(min(most, MOST))
        .with_for_update(skip_locked=True)
    )
    numbers = sorted(connection.execute(chosen).scalars())
    if not numbers:
        return []
    connection.execute(update(tickets).where(tickets.c.id.in_(numbers)).values(waits=""))
    return work.enqueue(connection, [_told(number, "", new_id(), now) for number in numbers])


def tell_left(connection: Connection, agent: str, since: datetime, *, now: datetime) -> list[Event]:
    """Tell of what an agent who has been away ``since`` then still has; of each ticket once an absence."""
    numbers = open_of(connection, agent)[:MOST]
    return work.enqueue(connection, [_told(number, agent, since.isoformat(), now) for number in numbers])


def open_of(connection: Connection, agent: str) -> Sequence[int]:
    """The numbers of an agent's unsolved tickets, the most urgent and then the oldest first.

    They are found among all unsolved ones.
    """
    asked = select(tickets.c.id).where(tickets.c.status.in_(UNSOLVED), tickets.c.agent == agent)
    return connection.execute(asked.order_by(_URGENT_FIRST, tickets.c.id)).scalars().all()


def _told(number: int, agent: str, when: str, now: datetime) -> Event:
    return TicketUnattended(
        at=now,
        stream=f"ticket:{number}",
        effect_key=f"unattended:{number}:{agent}:{when}",
        ticket=number,
        agent=agent,
    )
