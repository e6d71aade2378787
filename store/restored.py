"""What a desk must not do after a backup was put back: send again what it sent since, give numbers out again.

Mails that wait in the backup may have been sent after it. And a ticket that was opened after it had a number
and a signed reply address: another ticket of the same number would be open to that customer's answers.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select, text, update

from store.records import AT_ONCE
from store.tables import contacts, counters, outgoing, purged_raw, raw, tickets, work

if TYPE_CHECKING:
    from collections.abc import Iterable

HELD = "held after restore"
"""The answer of a mail that waits for somebody to say whether it was sent already."""
_PER_TICKET = {"tickets": 1, "entries": 20, "outgoing": 20}
_LEAST = 1_000
_MONTH = timedelta(days=30)


def hold(connection: Connection) -> int:
    """Hold every mail that waits; gives how many."""
    waiting = outgoing.c.state.in_(["waiting", "sending"])
    held = {"state": "held", "answer": HELD, "lease": None, "until": None}
    return connection.execute(update(outgoing).where(waiting).values(held)).rowcount


def held(connection: Connection) -> int:
    """How many mails are held since a backup was put back."""
    mine = (outgoing.c.state == "held") & (outgoing.c.answer == HELD)
    return connection.execute(select(func.count()).select_from(outgoing).where(mine)).scalar_one()


def contacts_there(connection: Connection) -> int:
    """How many contacts the store has."""
    return connection.execute(select(func.count()).select_from(contacts)).scalar_one()


def release(connection: Connection) -> int:
    """Let the held mails be sent; gives how many."""
    mine = (outgoing.c.state == "held") & (outgoing.c.answer == HELD)
    waiting = {"state": "waiting", "answer": "", "due_at": AT_ONCE}
    return connection.execute(update(outgoing).where(mine).values(waiting)).rowcount


def free_work(connection: Connection) -> int:
    """End every lease: who held them lived before the backup. Gives how much work there is."""
    connection.execute(update(work).where(work.c.lease.is_not(None)).values(lease=None, until=None))
    return connection.execute(select(func.count()).select_from(work)).scalar_one()


def skip_numbers(connection: Connection, *, taken: datetime, now: datetime) -> int:
    """Go on with numbers that were surely not given out since the backup; gives the gap between tickets.

    Four times as many as the desk's busiest day of its last month would make of every day since, and a
    thousand more.
    """
    busiest = _busiest_day(connection, taken)
    days = max(0.0, (now - taken) / timedelta(days=1)) + 1
    gap = _LEAST + math.ceil(4 * busiest * days)
    for name, factor in _PER_TICKET.items():
        if connection.dialect.name == "sqlite":
            more = {"value": counters.c.value + gap * factor}
            connection.execute(update(counters).where(counters.c.name == name).values(more))
        else:
            skipped = text(f"SELECT setval('{name}_numbers', nextval('{name}_numbers') + :gap)")
            connection.execute(skipped, {"gap": gap * factor})
    return gap


def forget_files(connection: Connection, paths: Iterable[str], now: datetime) -> None:
    """Rows whose files were deleted on purpose while the backup was made: they are deleted as well."""
    for path in paths:
        keys = list(connection.execute(select(raw.c.key).where(raw.c.path == path)).scalars())
        for key in keys:
            connection.execute(raw.delete().where(raw.c.key == key))
            connection.execute(purged_raw.insert().values(key=key, at=now, cause="retention"))


def _busiest_day(connection: Connection, taken: datetime) -> int:
    made = select(tickets.c.created_at).where(tickets.c.created_at > taken - _MONTH)
    days: dict[str, int] = {}
    for moment in connection.execute(made).scalars():
        day = f"{moment:%Y-%m-%d}"
        days[day] = days.get(day, 0) + 1
    return max(days.values(), default=0)
