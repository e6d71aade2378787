"""Cheap numbers that processes look at every second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, exists, func, select

from store import tables, work
from store.tables import timers

if TYPE_CHECKING:
    from datetime import datetime

# The first by the index, and not whether there is one: a statement that comes again is planned for any "now",
# for which PostgreSQL takes a third of all timers to be due, and reads the table to come upon one.
_first = (
    select(timers.c.id)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at)
    .limit(1)
    .scalar_subquery()
)
_due = select(_first, exists().where(work.LATE))

_working = select(exists().where(tables.work.c.until > bindparam("now")))
_errands = select(exists().where(work.IS_ERRAND, tables.work.c.lease.is_(None)))


def undone(connection: Connection) -> int:
    """How much work waits."""
    return connection.execute(select(func.count()).select_from(tables.work)).scalar_one()


def somebody_works(connection: Connection, *, now: datetime) -> bool:
    """Whether a worker holds work at this moment."""
    return bool(connection.execute(_working, {"now": now}).scalar_one())


def errands_wait(connection: Connection) -> bool:
    """Whether there is an errand that nobody is on, so that whoever looks for some writes nothing."""
    return bool(connection.execute(_errands).scalar_one())


def anything_due(connection: Connection, *, now: datetime) -> bool:
    """Whether a timer is due or a lease ran out, so that an idle desk writes nothing."""
    timer, lease = connection.execute(_due, work.late_at(now)).one()
    return timer is not None or bool(lease)
