"""What waits and what went wrong, in numbers for the operator. Only reads."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, func, select

from store.tables import dead_letters, events, outgoing, work

RECENT = timedelta(hours=24)
"""How far back failed mail is counted."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Counts as of ``now``; times are UTC, ``None`` where there is none.

    ``undone`` is all work, ``due`` what could be done now, of which the first in line waits since
    ``oldest_due``, ``retrying`` what failed before. ``in_doubt`` mails may be with the receiver although
    nobody is sending them just now.
    """

    undone: int
    due: int
    oldest_due: datetime | None
    retrying: int
    late_leases: int
    unsent: int
    oldest_unsent: datetime | None
    in_doubt: int
    failed_recently: int
    dead: int
    oldest_dead: datetime | None


def read_standing(connection: Connection, *, now: datetime) -> Standing:
    """How things stand."""
    due = work.c.due_at <= now
    undone, due_count, retrying, late = connection.execute(
        select(
            func.count(),
            func.count().filter(due),
            func.count().filter(work.c.attempts > 0),
            func.count().filter(work.c.until <= now),
        )
    ).one()
    unsent, oldest_unsent, in_doubt = connection.execute(
        select(
            func.count(),
            func.min(outgoing.c.created_at, type_=outgoing.c.created_at.type),
            func.count().filter(
                outgoing.c.dot_at.is_not(None), outgoing.c.until.is_(None) | (outgoing.c.until <= now)
            ),
        ).where(outgoing.c.state.in_(["waiting", "sending"]))
    ).one()
    failed = select(func.count()).where(outgoing.c.state == "failed", outgoing.c.done_at >= now - RECENT)
    dead, oldest_dead = connection.execute(
        select(func.count(), func.min(dead_letters.c.at, type_=dead_letters.c.at.type)).where(
            dead_letters.c.replayed_at.is_(None)
        )
    ).one()
    return Standing(
        undone=undone,
        due=due_count,
        oldest_due=_waits_since(connection, now),
        retrying=retrying,
        late_leases=late,
        unsent=unsent,
        oldest_unsent=oldest_unsent,
        in_doubt=in_doubt,
        failed_recently=connection.execute(failed).scalar_one(),
        dead=dead,
        oldest_dead=oldest_dead,
    )


def _waits_since(connection: Connection, now: datetime) -> datetime | None:
    """Since when the first in line could be done: new work is due at once, so since it was told."""
    first = (
        select(work.c.due_at, events.c.at)
        .join(events, events.c.id == work.c.event)
        .where(work.c.due_at <= now)
        .order_by(work.c.id)
        .limit(1)
    )
    row = connection.execute(first).one_or_none()
    return max(row.due_at, row.at) if row else None
