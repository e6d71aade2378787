"""Which roles are at work, on any host: each process writes down now and then which of its own live."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from store.tables import presences

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

BEAT = timedelta(seconds=15)
"""How often a process writes."""
GONE = timedelta(seconds=60)
"""Who was not seen for so long does not live any more: four beats, on a busy machine."""
KEPT = timedelta(days=1)
"""How long the row of a process that died is kept for people to look at."""


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """One role of one process; times are UTC."""

    id: str
    role: str
    host: str
    since: datetime
    seen_at: datetime


def beat(connection: Connection, here: Sequence[Present], now: datetime) -> None:
    """Write down that these live, and drop what is older than `KEPT`."""
    rows = [msgspec.structs.asdict(one) | {"seen_at": now} for one in here]
    leave(connection, [one.id for one in here])
    if rows:
        connection.execute(insert(presences), rows)
    connection.execute(delete(presences).where(presences.c.seen_at < now - KEPT))


def leave(connection: Connection, ids: Collection[str]) -> None:
    """Whoever stops says so."""
    connection.execute(delete(presences).where(presences.c.id.in_(sorted(ids))))


def alive(connection: Connection, now: datetime) -> dict[str, int]:
    """How many of each role live."""
    statement = (
        select(presences.c.role, func.count())
        .where(presences.c.seen_at >= now - GONE)
        .group_by(presences.c.role)
    )
    found: dict[str, int] = dict(connection.execute(statement).all())
    return found


def everyone(connection: Connection) -> list[Present]:
    """Every role that was seen within a day, those that died lately included."""
    rows = connection.execute(select(presences).order_by(presences.c.role, presences.c.id))
    return [Present(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
