"""Only what was rung for in the lifetime of the queue is ever done: nobody looks into the table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from runtime.bell import Bell
from store import work
from store.tables import events
from store.tables import work as table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

_rung: set[str] = set()


def _ring(original: Any) -> Any:
    def ring(self: Bell, names: Iterable[tuple[str, str, int | None]]) -> None:
        known = list(names)
        _rung.update(event_id for _, event_id, _ in known)
        original(self, known)

    return ring


def _lease(original: Any) -> Any:
    def lease(connection: Connection, *, holder: str, now: datetime, **more: Any) -> list[work.Work]:
        rows: list[work.Work] = original(connection, holder=holder, now=now, **more)
        unheard = table.c.id.in_([row.id for row in rows if row.event not in _rung])
        # What was committed this moment may be rung for the next; the rest is as if it were not there.
        told_at = select(events.c.at).where(events.c.id == table.c.event).scalar_subquery()
        young = told_at > now - timedelta(seconds=2)
        connection.execute(update(table).where(unheard, young).values(lease=None, until=None))
        connection.execute(update(table).where(unheard, ~young).values(lease="nobody", until=None))
        return [row for row in rows if row.event in _rung]

    return lease


def plant() -> None:
    """Remember in memory what was rung for, and lease nothing else."""
    Bell.ring = _ring(Bell.ring)  # type: ignore[method-assign]
    work.lease = _lease(work.lease)
