"""How the desk stands in numbers that are cheap at any size: for pages and for what watches the desk.

Only what is still to be done is counted; nothing here reads a table that grows with the desk's past.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, func, select

from store.tables import contacts, dead_letters, entries, events, outgoing, work

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOKED_AT = 1000
"""So many of the oldest undone events are looked at for the channels they came by."""
LATEST = 500
"""So many of the latest contacts tell how long handling takes."""
UNSETTLED = 5000
"""Of so many of the highest numbers some may still be committed: processes draw theirs beforehand."""
_FIRST = ("ContactReceived", "ContactChecked", "ContactReleased")


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits; ages are since when (UTC), ``None`` where nothing waits.

    ``oldest`` is by channel the receipt of the oldest contact that no worker has handled, among the first
    `LOOKED_AT` in line.
    """

    undone: int
    retrying: int
    oldest: dict[str, datetime]
    outgoing: int
    oldest_outgoing: datetime | None
    dead: int
    oldest_dead: datetime | None


def read_waiting(connection: Connection) -> Waiting:
    """What waits now."""
    undone, retrying = connection.execute(
        select(func.count(), func.count().filter(work.c.attempts > 0))
    ).one()
    unsent, oldest_unsent = connection.execute(
        select(func.count(), func.min(outgoing.c.created_at, type_=outgoing.c.created_at.type)).where(
            outgoing.c.state.in_(["waiting", "sending"])
        )
    ).one()
    dead, oldest_dead = connection.execute(
        select(func.count(), func.min(dead_letters.c.at, type_=dead_letters.c.at.type)).where(
            dead_letters.c.replayed_at.is_(None)
        )
    ).one()
    return Waiting(
        undone=undone,
        retrying=retrying,
        oldest=_oldest(connection),
        outgoing=unsent,
        oldest_outgoing=oldest_unsent,
        dead=dead,
        oldest_dead=oldest_dead,
    )


def newest_contact(connection: Connection) -> int:
    """The highest number of a contact so far, 0 for none."""
    return int(connection.execute(select(func.coalesce(func.max(contacts.c.id), 0))).scalar_one())


def taken_between(connection: Connection, after: int, until: int) -> dict[str, int]:
    """How many contacts each channel took in, of those with numbers above ``after`` and up to ``until``."""
    statement = (
        select(contacts.c.channel, func.count())
        .where(contacts.c.id > after, contacts.c.id <= until)
        .group_by(contacts.c.channel)
    )
    found: dict[str, int] = dict(connection.execute(statement).all())
    return found


def handling(connection: Connection, now: datetime, span: timedelta) -> dict[str, timedelta]:
    """By channel the longest time from receipt to handling, of the `LATEST` contacts within ``span``."""
    latest = (
        select(
            contacts.c.channel,
            contacts.c.received_at,
            func.coalesce(entries.c.at, contacts.c.aside_at, type_=entries.c.at.type).label("handled"),
        )
        .select_from(contacts.outerjoin(entries, entries.c.id == contacts.c.entry))
        .order_by(contacts.c.id.desc())
        .limit(LATEST)
    )
    return _longest(
        (row.channel, max(timedelta(0), row.handled - row.received_at))
        for row in connection.execute(latest)
        if row.handled is not None and row.handled >= now - span
    )


def _longest(spans: Iterable[tuple[str, timedelta]]) -> dict[str, timedelta]:
    found: dict[str, timedelta] = {}
    for channel, span in spans:
        found[channel] = max(span, found.get(channel, span))
    return found


def _oldest(connection: Connection) -> dict[str, datetime]:
    first = (
        select(events.c.effect_key)
        .join(work, work.c.event == events.c.id)
        .where(work.c.name.in_(_FIRST))
        .order_by(work.c.id)
        .limit(LOOKED_AT)
    )
    numbers = [int(key.partition(":")[2]) for key in connection.execute(first).scalars()]
    if not numbers:
        return {}
    statement = select(contacts.c.channel, contacts.c.received_at).where(contacts.c.id.in_(sorted(numbers)))
    found: dict[str, datetime] = {}
    for channel, at in connection.execute(statement):
        found[channel] = min(at, found.get(channel, at))
    return found
