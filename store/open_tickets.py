"""Unsolved tickets with when something is next due on them: what agents have, and what waits for one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select

from store.tables import tickets, timers
from store.waiting import UNSOLVED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection

ON_THE_DESK = ("new", "open")
"""Whose next step is an agent's; a pending or a held ticket waits for somebody else."""


class OpenTicket(msgspec.Struct, frozen=True, kw_only=True):
    """An unsolved ticket; times are UTC, and ``due_at`` is the next deadline or step of its ladder."""

    id: int
    agent: str
    subject: str
    status: str
    priority: str
    group_name: str
    created_at: datetime
    due_at: datetime | None


def of_agents(connection: Connection) -> list[OpenTicket]:
    """Every unsolved ticket that somebody has, in order of their numbers."""
    return _read(connection, tickets.c.status.in_(UNSOLVED) & (tickets.c.agent != ""))


def to_do(connection: Connection, agent: str) -> list[OpenTicket]:
    """An agent's tickets on which the next step is theirs."""
    return _read(connection, tickets.c.status.in_(ON_THE_DESK) & (tickets.c.agent == agent))


def without_agent(connection: Connection, groups: Iterable[str]) -> list[OpenTicket]:
    """The tickets of these groups on which the next step is an agent's, and that nobody has."""
    mine = (tickets.c.agent == "") & tickets.c.group_name.in_(list(groups))
    return _read(connection, tickets.c.status.in_(ON_THE_DESK) & mine)


def count_without_agent(connection: Connection) -> int:
    """How many unsolved tickets nobody has."""
    asked = select(func.count()).where(tickets.c.status.in_(UNSOLVED), tickets.c.agent == "")
    return connection.execute(asked).scalar_one()


def _read(connection: Connection, wanted: ColumnElement[bool]) -> list[OpenTicket]:
    due = select(timers.c.ticket, func.min(timers.c.due_at).label("due_at"))
    # What has a colon in its name is the desk's housekeeping, and no promise.
    promises = due.where(timers.c.which.not_like("%:%")).group_by(timers.c.ticket).subquery()
    names = [name for name in OpenTicket.__struct_fields__ if name != "due_at"]
    asked = (
        select(*(tickets.c[name] for name in names), promises.c.due_at)
        .outerjoin(promises, promises.c.ticket == tickets.c.id)
        .where(wanted)
        .order_by(tickets.c.id)
    )
    return [OpenTicket(**row) for row in connection.execute(asked).mappings()]
