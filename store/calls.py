"""Calls to other systems that wait to be made: taken by a lease, and ended under it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, or_, select, update

from store.tables import calls

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

LEASE = timedelta(seconds=60)


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call that this process holds; ``attempts`` counts this one."""

    id: int
    effect_key: str
    ticket: int | None
    webhook: str
    body: str
    policy_version: int | None
    attempts: int
    lease: str


def _due(now: datetime) -> ColumnElement[bool]:
    free = or_(calls.c.lease.is_(None), calls.c.until < now)
    return (calls.c.state == "waiting") & (calls.c.due_at <= now) & free


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether any call waits and is due."""
    return connection.execute(select(calls.c.id).where(_due(now)).limit(1)).first() is not None


def lease(connection: Connection, holder: str, now: datetime, most: int) -> list[Call]:
    """Take what is due; the attempt counts from now, so that one on which processes end is not endless."""
    asked = select(calls).where(_due(now)).order_by(calls.c.due_at, calls.c.id).limit(most)
    rows = connection.execute(asked.with_for_update(skip_locked=True)).all()
    ids = [row.id for row in rows]
    taken = update(calls).where(calls.c.id.in_(ids))
    if ids:
        connection.execute(taken.values(lease=holder, until=now + LEASE, attempts=calls.c.attempts + 1))
    return [
        Call(
            id=row.id,
            effect_key=row.effect_key,
            ticket=row.ticket,
            webhook=row.webhook,
            body=row.body,
            policy_version=row.policy_version,
            attempts=row.attempts + 1,
            lease=holder,
        )
        for row in rows
    ]


def end(
    connection: Connection,
    call: Call,
    state: str,
    answer: str,
    *,
    now: datetime,
    due_at: datetime | None = None,
) -> bool:
    """Write what became of a call: ``done``, ``failed``, or ``waiting`` until ``due_at``.

    False where the lease was lost, and nothing was written.
    """
    held = (calls.c.id == call.id) & (calls.c.lease == call.lease) & (calls.c.state == "waiting")
    values: dict[str, object] = {"state": state, "answer": answer, "lease": None, "until": None}
    values |= {"due_at": due_at} if due_at else {"done_at": now}
    return connection.execute(update(calls).where(held).values(values)).rowcount == 1
