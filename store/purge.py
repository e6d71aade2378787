"""Delete a solved ticket with all that stands on it, or a contact that was set aside.

A contact's row and its receipts stay, in the state ``purged``: the same mail handed in again is known, and
the books count it. Everything else of it goes.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, literal_column, select, update

from store import deletions
from store.deletions import day_of
from store.forgetting import bytes as raws
from store.search import epoch
from store.tables import (
    answers,
    bookings,
    calls,
    contacts,
    dead_letters,
    deadlines,
    entries,
    events,
    ledger,
    message_ids,
    messages,
    outgoing,
    participants,
    resolutions,
    satisfaction,
    suggestions,
    threads,
    ticket_fields,
    ticket_links,
    tickets,
    time_entries,
    timers,
    traces,
    withheld,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from store.forgetting.bytes import Removable
    from store.forgetting.rows import Counted

_NEAR = 5_000
"""Contacts of one mail for several mailboxes are written together; so far apart their numbers never are."""
_SAME = timedelta(seconds=1)
_ALL = 1_000
_OF_TICKET = (
    participants,
    message_ids,
    threads,
    deadlines,
    timers,
    ticket_fields,
    time_entries,
    ticket_links,
    satisfaction,
    suggestions,
    calls,
    bookings,
    withheld,
)
_OF_TICKETS = events.c.stream >= literal_column("'ticket:'")


def purge_ticket(
    connection: Connection, number: int, most: int, now: datetime
) -> tuple[Counted, list[Removable]]:
    """Delete up to ``most`` rows of a ticket; the ticket itself with the last of them.

    The parts that the books ask for go last, so that they balance in between.
    """
    counted: Counted = Counter()
    if _has_work(connection, number):
        # Whoever works on it would miss what is deleted; it is solved long enough to wait for the next round.
        connection.execute(update(tickets).where(tickets.c.id == number).values(solved_at=now))
        return counted, []
    parts = (
        (traces, "trace", traces.c.ticket == number),
        (outgoing, "outgoing", (outgoing.c.ticket == number) & (outgoing.c.effect_key != f"ack:{number}")),
    )
    for table, kind, which in parts:
        counted += _some(connection, table, kind, which, most)
        if counted.total() >= most:
            return counted, []
    # One more than are taken tells whether these are the last.
    page = select(entries.c.id, entries.c.contact, entries.c.at).where(
        entries.c.ticket == number, entries.c.flag != "not-acknowledged"
    )
    rows = connection.execute(page.order_by(entries.c.id.desc()).limit(most + 1)).all()
    taken = rows[:most]
    came = [row.contact for row in taken if row.contact is not None]
    more, files = purge_contacts(connection, came, now)
    counted += more
    counted.update(("entry", "", day_of(row.at)) for row in taken)
    connection.execute(delete(entries).where(entries.c.id.in_([row.id for row in taken])))
    if len(rows) <= most:
        counted += _last(connection, number)
    return counted, files


def _has_work(connection: Connection, number: int) -> bool:
    waiting = select(work.c.id).where(work.c.stream == f"ticket:{number}").limit(1)
    return connection.execute(waiting).first() is not None


def _last(connection: Connection, number: int) -> Counted:
    """The ticket's row and what is left of it."""
    row = connection.execute(select(tickets).where(tickets.c.id == number)).one()
    counted = _drop_events(connection, _OF_TICKETS & (events.c.stream == f"ticket:{number}"))
    counted += _some(connection, outgoing, "outgoing", outgoing.c.ticket == number, _ALL)
    counted += _some(connection, entries, "entry", entries.c.ticket == number, _ALL)
    for table in _OF_TICKET:
        connection.execute(delete(table).where(table.c.ticket == number))
    # What the search's files know the words of.
    for table in (answers, resolutions):
        gone = connection.execute(delete(table).where(table.c.ticket == number)).rowcount
        epoch.note_gone(connection, gone)
    connection.execute(delete(ticket_links).where(ticket_links.c.other == number))
    connection.execute(delete(tickets).where(tickets.c.id == number))
    counted["ticket", row.channel, day_of(row.created_at)] += 1
    return counted


def purge_contacts(
    connection: Connection, numbers: Sequence[int], now: datetime
) -> tuple[Counted, list[Removable]]:
    """Delete all of contacts but their keys."""
    rows = connection.execute(select(contacts).where(contacts.c.id.in_(numbers))).all()
    if not rows:
        return Counter(), []
    ids = [row.id for row in rows]
    keys = {row.raw for row in rows} - _needed(connection, rows)
    newest = max(row.received_at for row in rows) + _SAME
    counted, files = raws.delete_rows(
        connection, sorted(keys), cause=deletions.RETENTION, now=now, before=newest
    )
    told = [f"{step}:{one}" for one in ids for step in ("checked", "received", "released")]
    counted += _drop_events(connection, events.c.effect_key.in_(told))
    connection.execute(delete(traces).where(traces.c.ticket.is_(None), traces.c.contact.in_(ids)))
    connection.execute(delete(messages).where(messages.c.contact.in_(ids)))
    values = {"state": "purged", "envelope": "{}", "detail": "", "aside_at": None}
    connection.execute(update(contacts).where(contacts.c.id.in_(ids)).values(values))
    counted.update(("aside", row.channel, day_of(row.received_at)) for row in rows if row.state == "aside")
    counted.update(("message", row.channel, day_of(row.received_at)) for row in rows)
    return counted, files


def _needed(connection: Connection, rows: Sequence[Any]) -> set[str]:
    """Bytes that a contact of another mailbox needs: they came together, and so have numbers close by."""
    ids = [row.id for row in rows]
    near = contacts.c.id.between(min(ids) - _NEAR, max(ids) + _NEAR)
    others = contacts.c.raw.in_([row.raw for row in rows]) & contacts.c.id.not_in(ids)
    needed = select(contacts.c.raw).where(near, others, contacts.c.state != "purged")
    return set(connection.execute(needed).scalars())


def _drop_events(connection: Connection, which: Any) -> Counted:
    """Delete events with what the ledger says of them."""
    rows = connection.execute(select(events.c.id, events.c.at).where(which)).all()
    ids = [row.id for row in rows]
    for table in (ledger, dead_letters):
        connection.execute(delete(table).where(table.c.event.in_(ids)))
    connection.execute(delete(events).where(events.c.id.in_(ids)))
    return Counter(("event", "", day_of(row.at)) for row in rows)


def _some(connection: Connection, table: Any, kind: str, which: Any, most: int) -> Counted:
    at = table.c.created_at if kind == "outgoing" else table.c.at
    rows = connection.execute(select(table.c.id, at.label("at")).where(which).limit(most)).all()
    if rows:
        connection.execute(delete(table).where(table.c.id.in_([row.id for row in rows])))
    return Counter((kind, "", day_of(row.at)) for row in rows)
