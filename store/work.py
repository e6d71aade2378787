"""Events and the work they leave: write them, lease them, finish them.

``events`` is the log and never changes. ``work`` holds only what is still to be done: done is a row deleted.
Of one stream only the oldest undone row is leased, unless it waits for longer than half a minute.
"""

from __future__ import annotations

import operator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, delete, literal_column, select, update

from events.codec import decode, encode
from store.bulk import BulkInsert
from store.columns import Words
from store.prepared import Prepared
from store.records import AT_ONCE
from store.tables import events, work

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from events.types import Event

LEASE = timedelta(seconds=60)
"""How long a worker may take over a batch before others may have it."""
PATIENCE = timedelta(seconds=30)
"""A row that is due later than this does not hold its stream up."""
WRONG_CLOCK = timedelta(minutes=10)
"""A lease that runs for so much longer than any does was written by a clock that has been set back since."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One leased row: do ``event`` (all its handlers, or only ``handler``)."""

    id: int
    event: str
    name: str
    handler: str | None
    stream: str
    attempts: int
    deaths: int

    @classmethod
    def of(cls, event: Event) -> Work:
        """The row that an event leaves, before it is written: the number is still missing."""
        return cls(
            id=0, event=event.id, name=event.name, handler=None, stream=event.stream, attempts=0, deaths=0
        )


_ANY_DEATHS = 1_000
ERRAND = "ContactReceived"
"""The event that the errands role does, outside any transaction; workers leave it alone."""

_other = work.alias("other")
_columns = (
    work.c.id,
    work.c.event,
    work.c.name,
    work.c.handler,
    work.c.stream,
    work.c.attempts,
    work.c.deaths,
)
_NAMES = tuple(column.name for column in _columns)
_due = (
    select(*_columns)
    .where(
        work.c.lease.is_(None),
        work.c.due_at <= bindparam("now"),
        work.c.deaths <= bindparam("deaths"),
        work.c.handler.is_not(None)
        | ~select(1)
        .where(
            _other.c.stream == work.c.stream,
            _other.c.id != work.c.id,
            _other.c.handler.is_(None),
            # Leased: an older one that waited long is due again while a younger one is being worked on.
            _other.c.lease.is_not(None)
            | ((_other.c.id < work.c.id) & (_other.c.due_at <= bindparam("patience"))),
        )
        .exists(),
    )
    .order_by(work.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=work, skip_locked=True)
)
# Written out, because SQLite uses a partial index only where its condition stands in the statement itself.
IS_ERRAND = work.c.name == literal_column(f"'{ERRAND}'", Words)
_due_work, _due_errands = Prepared(_due.where(~IS_ERRAND)), Prepared(_due.where(IS_ERRAND))
_left = select(*_columns).where(
    work.c.stream.in_(bindparam("streams", expanding=True)),
    work.c.event.in_(bindparam("events", expanding=True)),
)
LATE = (work.c.until <= bindparam("now")) | (work.c.until > bindparam("wrong"))
"""Rows whose lease ran out, or was written by a clock that was wrong; see `late_at`."""
_take = Prepared(
    update(work)
    .where(work.c.id.in_(bindparam("ids", expanding=True)))
    .values(lease=bindparam("new_lease"), until=bindparam("new_until"))
)
_held = Prepared(
    select(work.c.id)
    .where(work.c.lease == bindparam("lease"), work.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(work.c.id)
    .with_for_update()
)
_done = Prepared(
    delete(work).where(work.c.lease == bindparam("lease"), work.c.id.in_(bindparam("ids", expanding=True)))
)
_bodies = Prepared(
    select(events.c.id, events.c.body).where(events.c.id.in_(bindparam("ids", expanding=True)))
)
_insert_work = BulkInsert(work, ("event", "name", "handler", "stream", "due_at", "attempts", "deaths"))
_insert_events = BulkInsert(
    events,
    ("id", "name", "at", "stream", "effect_key", "body"),
    skip=("effect_key",),
    returning=("id",),
)


def enqueue(connection: Connection, news: Sequence[Event]) -> list[Event]:
    """Write events with their work rows; one whose effect key is known already is skipped.

    Gives back those that were written, which is what a bell is rung for.
    """
    fresh = tell(connection, news)
    leave(connection, fresh)
    return fresh


def tell(connection: Connection, news: Sequence[Event]) -> list[Event]:
    """Write events without work, but for those whose effect key is known already; gives back what was new."""
    if not news:
        return []
    # In key order, so that two workers that tell the same facts wait for each other and never deadlock.
    rows = [
        (event.id, event.name, event.at, event.stream, event.effect_key, encode(event).decode())
        for event in sorted(news, key=operator.attrgetter("effect_key"))
    ]
    written = {row[0] for row in _insert_events.run_returning(connection, rows)}
    return [event for event in news if event.id in written]


def leave(connection: Connection, told: Sequence[Event]) -> None:
    """Leave events that were told to whoever leases next."""
    _insert_work.run(
        connection, [(event.id, event.name, None, event.stream, AT_ONCE, 0, 0) for event in told]
    )


def enqueue_handler(connection: Connection, event: Event, handler: str, due_at: datetime) -> None:
    """Leave one handler of an event as work of its own, because it failed where the others did not."""
    row = (event.id, event.name, handler, event.stream, due_at, 1, 0)
    _insert_work.run(connection, [row])


def lease(
    connection: Connection,
    *,
    holder: str,
    now: datetime,
    most: int = 50,
    errands: bool = False,
    seasoned: bool = True,
) -> list[Work]:
    """Take due rows for ``holder``, ``errands`` or all others; one that was died over is taken alone.

    One that was died over alone is taken only where ``seasoned``: whoever has just begun may die of anything.
    """
    due = _due_errands if errands else _due_work
    deaths = _ANY_DEATHS if seasoned else 1
    question = {"now": now, "patience": now + PATIENCE, "deaths": deaths, "most": most}
    rows = [Work(**dict(zip(_NAMES, row, strict=True))) for row in due.rows(connection, question)]
    if rows and rows[0].deaths:
        rows = rows[:1]
    rows = [row for row in rows if not row.deaths] or rows
    _lease(connection, rows, holder, now)
    return rows


def lease_left(connection: Connection, *, holder: str, now: datetime, told: Iterable[Event]) -> list[Work]:
    """Take the rows that this very transaction has left for events."""
    told = list(told)
    ids, streams = [event.id for event in told], [event.stream for event in told]
    found = connection.execute(_left, {"events": ids, "streams": streams})
    rows = [Work(**row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name
    _lease(connection, rows, holder, now)
    return rows


def _lease(connection: Connection, rows: Sequence[Work], holder: str, now: datetime) -> None:
    if rows:
        ids = [row.id for row in rows]
        _take.run(connection, {"ids": ids, "new_lease": holder, "new_until": now + LEASE})


def still_held(connection: Connection, *, holder: str, rows: Iterable[Work]) -> set[int]:
    """Lock the rows that ``holder`` still has, in key order; the others are somebody else's by now."""
    ids = sorted(row.id for row in rows)
    return {row[0] for row in _held.rows(connection, {"lease": holder, "ids": ids})} if ids else set()


def finish(connection: Connection, *, holder: str, ids: Sequence[int]) -> None:
    """Delete rows that are done, fenced by the lease."""
    if ids:
        _done.run(connection, {"lease": holder, "ids": list(ids)})


def give_back(connection: Connection, *, holder: str, ids: Sequence[int] | None = None) -> None:
    """Release leases at once: at shutdown, or for rows that a batch could not do."""
    statement = update(work).where(work.c.lease == holder)
    if ids is not None:
        statement = statement.where(work.c.id.in_(list(ids)))
    connection.execute(statement.values(lease=None, until=None))


def put_off(connection: Connection, *, holder: str, row: Work, due_at: datetime, attempts: int) -> None:
    """Let a row wait until ``due_at``, with its number of attempts so far."""
    statement = update(work).where(work.c.id == row.id, work.c.lease == holder)
    connection.execute(statement.values(lease=None, until=None, due_at=due_at, attempts=attempts))


def bury_late_leases(connection: Connection, *, now: datetime) -> int:
    """Free rows whose lease ran out by ``now``; each counts one death. Gives how many."""
    return _bury(connection, LATE, late_at(now))


def bury_all_leases(connection: Connection) -> int:
    """Free every leased row: only for a process that knows that no worker lives. Gives how many."""
    return _bury(connection, work.c.lease.is_not(None), {})


def late_at(now: datetime) -> dict[str, datetime]:
    """The parameters of `LATE` at ``now``."""
    return {"now": now, "wrong": now + LEASE + WRONG_CLOCK}


def _bury(connection: Connection, which: ColumnElement[bool], when: dict[str, datetime]) -> int:
    found = select(work.c.id).where(which).order_by(work.c.id).with_for_update(skip_locked=True)
    ids = list(connection.execute(found, when).scalars())
    if ids:
        freed = {"lease": None, "until": None, "deaths": work.c.deaths + 1}
        connection.execute(update(work).where(work.c.id.in_(ids)).values(freed))
    return len(ids)


def load(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The stored JSON of events, by id; raw, so that one unreadable event spoils no other."""
    return dict(_bodies.rows(connection, {"ids": sorted(set(ids))}))


def event_of(body: str) -> Event:
    """The event in a stored row; raises `events.codec.UnreadableEventError`."""
    return decode(body.encode())
