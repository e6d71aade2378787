"""Take a person's words out of what stands beside a thread.

Resolutions, votes, the words by which articles were found, what time was spent on, the fields that rules
keep, and the calls that they make.
That somebody worked on a ticket, for how long, and which score it got stays: it names nobody.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from store.deletions import day_of
from store.forgetting.person import FORGOTTEN
from store.tables import (
    calls,
    resolutions,
    satisfaction,
    suggestions,
    ticket_fields,
    tickets,
    time_entries,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from store.engine import Connection
    from store.forgetting.person import Person
    from store.forgetting.rows import Counted

_WORDS = (
    (resolutions, ("wrong", "done"), resolutions.c.at),
    (satisfaction, ("comment",), satisfaction.c.asked_at),
    (suggestions, ("why",), suggestions.c.at),
    (time_entries, ("activity",), time_entries.c.at),
    (calls, ("body", "answer"), calls.c.created_at),
)
"""The texts that somebody wrote, and when their row came to be."""


def empty(connection: Connection, ticket: int, now: datetime) -> Counted:
    """Empty all of a ticket that the person asked for; a call that waits is not made any more."""
    waits = (calls.c.ticket == ticket) & (calls.c.state == "waiting")
    unmade = {"state": "forgotten", "lease": None, "until": None, "done_at": now}
    connection.execute(update(calls).where(waits).values(unmade))
    # Rules fill fields from what the person wrote, so no value is known to be none of theirs.
    kept = delete(ticket_fields).where(ticket_fields.c.ticket == ticket)
    fields = connection.execute(kept).rowcount
    counted = _rewrite(connection, ticket, lambda text: FORGOTTEN if text else "")
    if fields:
        [created] = connection.execute(select(tickets.c.created_at).where(tickets.c.id == ticket)).scalars()
        counted["entry", "", day_of(created)] += fields
    return counted


def redact(connection: Connection, person: Person, ticket: int) -> Counted:
    """Take the person out of what was written on somebody else's ticket."""
    for row in connection.execute(select(ticket_fields).where(ticket_fields.c.ticket == ticket)).all():
        value = person.without(row.value)
        if value != row.value:
            this = (ticket_fields.c.ticket == ticket) & (ticket_fields.c.name == row.name)
            connection.execute(update(ticket_fields).where(this).values(value=value))
    return _rewrite(connection, ticket, person.without)


def _rewrite(connection: Connection, ticket: int, changed: Callable[[str], str]) -> Counted:
    counted: Counted = Counter()
    for table, names, at in _WORDS:
        texts = [table.c[name] for name in names]
        which = table.c.ticket == ticket
        keys = list(table.primary_key.columns)
        for row in connection.execute(select(*keys, at.label("written"), *texts).where(which)).all():
            old = {name: row._mapping[name] for name in names}  # noqa: SLF001 - SQLAlchemy's public name
            new = {name: changed(text) for name, text in old.items()}
            if new == old:
                continue
            this = [key == row._mapping[key.name] for key in keys]  # noqa: SLF001 - as above
            connection.execute(update(table).where(*this).values(new))
            counted["entry", "", day_of(row.written)] += 1
    return counted
