"""Delete what the desk does not keep any longer, a little at a time; every step is one short transaction.

Rows that the books count stay, or are counted in `store.deletions` in the transaction that deletes them. A
step does a given number of rows at the most, and gives how many it did: 0 is the end of a round.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from sqlalchemy import Connection, delete, func, select, update

from events.codec import UnreadableEventError, decode_message
from store import deletions
from store.deletions import day_of
from store.forgetting import bytes as raws
from store.forgetting.bytes import Removable
from store.forgetting.rows import Counted
from store.going_live import SHADOWED
from store.past import OVER
from store.purge import purge_contacts, purge_ticket
from store.tables import contacts, counters, dead_letters, ledger, messages, outgoing, tickets, traces

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

log = structlog.get_logger(__name__)

DELETED = "[deleted]"
"""What stands where a mail's content stood."""
_EMPTY = '{"template":"forgotten"'
FINAL = ("sent", "captured", "failed", "digested", "forgotten", SHADOWED)
_LOCK = 6337161


class Done(msgspec.Struct):
    """What a step did: how many rows it looked at and changed, and files that no row names any more."""

    rows: int = 0
    counted: Counted = msgspec.field(default_factory=Counter)
    files: list[Removable] = msgspec.field(default_factory=list)


def step(connection: Connection, kind: str, cutoff: datetime, most: int, now: datetime) -> Done:
    """Do at the most ``most`` rows of one kind that are older than ``cutoff``; one process at a time."""
    if connection.dialect.name == "postgresql":
        alone = connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_LOCK})").scalar()
        if not alone:
            return Done()
    done = STEPS[kind](connection, cutoff, most, now)
    deletions.count(connection, done.counted, cause=deletions.RETENTION, now=now)
    return done


def _raw(connection: Connection, cutoff: datetime, most: int, now: datetime) -> Done:
    return _bytes(connection, "raw", cutoff, most, now)


def _attachments(connection: Connection, cutoff: datetime, most: int, now: datetime) -> Done:
    return _bytes(connection, "attachments", cutoff, most, now)


def _bytes(connection: Connection, kind: str, cutoff: datetime, most: int, now: datetime) -> Done:
    """Exact bytes, in the order in which contacts came: how far it got is kept, so no index is needed.

    Bytes that were handed in again later wait for that contact's turn.
    """
    columns = [contacts.c.id, contacts.c.raw, contacts.c.received_at, contacts.c.state]
    source: Any = contacts
    if kind == "attachments":
        columns.append(messages.c.body)
        source = contacts.outerjoin(messages, messages.c.contact == contacts.c.id)
    at = _reached(connection, kind)
    page = select(*columns).select_from(source).where(contacts.c.id > at).order_by(contacts.c.id).limit(most)
    old = []
    for row in connection.execute(page).all():
        # One that no worker has looked at needs its bytes; it is looked for again next time.
        if row.received_at >= cutoff or row.state == "new":
            break
        old.append(row)
    if not old:
        return Done()
    keys = {row.raw for row in old if kind == "raw" or _has_files(row.body)}
    counted, files = raws.delete_rows(
        connection, sorted(keys), cause=deletions.RETENTION, now=now, before=cutoff
    )
    _reach(connection, kind, old[-1].id)
    return Done(len(old), counted, files)


def _has_files(body: str | None) -> bool:
    try:
        return body is not None and bool(decode_message(body.encode()).attachments)
    except UnreadableEventError:
        return False


def _tickets(connection: Connection, cutoff: datetime, most: int, now: datetime) -> Done:
    """A part of the oldest solved ticket, or all of it where it is a usual one."""
    old = select(tickets.c.id).where(tickets.c.status.in_(OVER), tickets.c.solved_at < cutoff)
    number = connection.execute(old.order_by(tickets.c.id).limit(1)).scalar()
    if number is None:
        return Done()
    counted, files = purge_ticket(connection, number, most, now)
    return Done(counted.total(), counted, files)


def _aside(connection: Connection, cutoff: datetime, most: int, now: datetime) -> Done:
    old = select(contacts.c.id).where(contacts.c.aside_at.is_not(None), contacts.c.aside_at < cutoff)
    page = old.where(contacts.c.state == "aside").order_by(contacts.c.aside_at).limit(most)
    ids = list(connection.execute(page).scalars())
    if not ids:
        return Done()
    counted, files = purge_contacts(connection, ids, now)
    return Done(len(ids), counted, files)


def _outgoing(connection: Connection, cutoff: datetime, most: int, now: datetime) -> Done:
    del now
    columns = (outgoing.c.id, outgoing.c.state, outgoing.c.created_at, outgoing.c.letter, outgoing.c.bytes)
    after = outgoing.c.id > _reached(connection, "outgoing")
    old = []
    for row in connection.execute(select(*columns).where(after).order_by(outgoing.c.id).limit(most)).all():
        if row.created_at >= cutoff or row.state not in FINAL:
            break
        old.append(row)
    counted: Counted = Counter()
    for row in old:
        if row.bytes is not None or not row.letter.startswith(_EMPTY):
            emptied = {"template": "forgotten", **_addressed(row.id, row.letter), "subject": DELETED}
            values = {"letter": msgspec.json.encode(emptied).decode(), "bytes": None, "answer": ""}
            connection.execute(update(outgoing).where(outgoing.c.id == row.id).values(values))
            counted["outgoing", "", day_of(row.created_at)] += 1
    if old:
        _reach(connection, "outgoing", old[-1].id)
    return Done(len(old), counted)


def _addressed(number: int, letter: str) -> dict[str, Any]:
    """Who a letter was from and to; nothing of one that cannot be read, which is emptied all the same."""
    try:
        read = msgspec.json.decode(letter, type=dict[str, Any])
    except msgspec.MsgspecError:
        log.warning("outgoing_unreadable", outgoing=number)
        read = {}
    return {name: read.get(name, "") for name in ("language", "sender", "to", "reply_to")}


def _traces(connection: Connection, cutoff: datetime, most: int, now: datetime) -> Done:
    del now
    return _oldest(connection, traces, "trace", cutoff, most)


def _ledger(connection: Connection, cutoff: datetime, most: int, now: datetime) -> Done:
    del now
    done = _oldest(connection, ledger, "ledger", cutoff, most)
    played = dead_letters.c.replayed_at.is_not(None)
    if not done.rows:
        done = _oldest(connection, dead_letters, "ledger", cutoff, most, played)
    return done


def _oldest(connection: Connection, table: Any, kind: str, cutoff: datetime, most: int, *which: Any) -> Done:
    """Rows in the order in which they were written, from the first."""
    page = select(table.c.id, table.c.at).where(*which).order_by(table.c.id).limit(most)
    old = [row for row in connection.execute(page).all() if row.at < cutoff]
    if old:
        connection.execute(delete(table).where(table.c.id.in_([row.id for row in old])))
    return Done(len(old), Counter((kind, "", day_of(row.at)) for row in old))


def _reached(connection: Connection, kind: str) -> int:
    found = select(counters.c.value).where(counters.c.name == f"retention:{kind}")
    return connection.execute(found).scalar() or 0


def _reach(connection: Connection, kind: str, number: int) -> None:
    name = f"retention:{kind}"
    changed = update(counters).where(counters.c.name == name).values(value=number)
    if not connection.execute(changed).rowcount:
        connection.execute(counters.insert().values(name=name, value=number))


STEPS: dict[str, Callable[[Connection, datetime, int, datetime], Done]] = {
    "tickets": _tickets,
    "aside": _aside,
    "attachments": _attachments,
    "raw": _raw,
    "outgoing": _outgoing,
    "traces": _traces,
    "ledger": _ledger,
}
"""What is deleted, by its key in ``[retention]``, in the order of a round."""


def foresee(connection: Connection, kind: str, cutoff: datetime) -> int:
    """How many would go now: tickets, contacts, mails, rows."""
    number = func.count()
    of = {
        "tickets": select(number)
        .select_from(tickets)
        .where(tickets.c.status.in_(OVER), tickets.c.solved_at < cutoff),
        "aside": select(number)
        .select_from(contacts)
        .where(contacts.c.state == "aside", contacts.c.aside_at < cutoff),
        "outgoing": select(number)
        .select_from(outgoing)
        .where(
            outgoing.c.created_at < cutoff,
            outgoing.c.state.in_(FINAL),
            outgoing.c.letter.not_like(f"{_EMPTY}%"),
        ),
        "traces": select(number).select_from(traces).where(traces.c.at < cutoff),
        "ledger": select(number).select_from(ledger).where(ledger.c.at < cutoff),
    }
    if kind in of:
        return int(connection.execute(of[kind]).scalar_one())
    return _foresee_bytes(connection, kind, cutoff)


def _foresee_bytes(connection: Connection, kind: str, cutoff: datetime) -> int:
    columns = (contacts.c.id, contacts.c.raw, messages.c.body)
    joined = contacts.outerjoin(messages, messages.c.contact == contacts.c.id)
    old = (
        select(*columns)
        .select_from(joined)
        .where(
            contacts.c.id > _reached(connection, kind),
            contacts.c.received_at < cutoff,
            contacts.c.state != "new",
        )
    )
    rows = connection.execute(old.execution_options(yield_per=500))
    return len({row.raw for row in rows if kind == "raw" or _has_files(row.body)})
