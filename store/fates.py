"""What became of a mail that was handed in: its contact, its ticket, what was decided and what went out.

Only reads. Everything of one answer comes from one snapshot, so that its parts agree.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, exists, func, select

from store.records import ContactRecord, EntryRecord, TicketRecord
from store.tables import contacts, entries, outgoing, receipts, tickets, traces, work

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

R = TypeVar("R", bound=msgspec.Struct)


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """One trace: what ``handler`` decided and why, as it wrote it down."""

    handler: str
    contact: int | None
    body: dict[str, Any]


class Mailed(msgspec.Struct, frozen=True, kw_only=True):
    """One outgoing mail; ``wire`` is its bytes once they are fixed, ``letter`` the frozen letter as JSON."""

    id: int
    effect_key: str
    ticket: int | None
    entry: int | None
    reason: str
    recipient: str
    mail_from: str
    message_id: str
    letter: str
    wire: bytes | None
    state: str
    answer: str
    created_at: datetime


class Progress(msgspec.Struct, frozen=True):
    """How far a contact is: ``busy`` while events about it or its ticket wait, ``unsent`` while mails do."""

    contact: ContactRecord
    busy: bool
    unsent: bool


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one contact.

    ``times`` is how often its mail was handed in. Decisions are those about the contact and about its whole
    ticket, entries and mails those of the ticket, oldest first.
    """

    contact: ContactRecord
    times: int
    ticket: TicketRecord | None
    decided: tuple[Decided, ...]
    entries: tuple[EntryRecord, ...]
    mails: tuple[Mailed, ...]


def _columns(record: type[msgspec.Struct], table: Any) -> list[Any]:
    return [table.c[name] for name in record.__struct_fields__]


_MAILED = [
    outgoing.c.bytes.label("wire") if name == "wire" else outgoing.c[name]
    for name in Mailed.__struct_fields__
]
_contact = select(*_columns(ContactRecord, contacts)).where(
    contacts.c.content_key.in_(bindparam("keys", expanding=True))
)
_by_number = select(*_columns(ContactRecord, contacts)).where(contacts.c.id == bindparam("contact"))
_times = select(func.coalesce(func.sum(receipts.c.seen), 0)).where(
    receipts.c.channel == bindparam("channel"), receipts.c.source_key == bindparam("source_key")
)
_ticket = select(*_columns(TicketRecord, tickets)).where(tickets.c.id == bindparam("ticket"))
_entries = (
    select(*_columns(EntryRecord, entries))
    .where(entries.c.ticket == bindparam("ticket"))
    .order_by(entries.c.id)
)
_decided = (
    select(traces.c.handler, traces.c.contact, traces.c.body)
    .where((traces.c.ticket == bindparam("ticket")) | (traces.c.contact == bindparam("contact")))
    .order_by(traces.c.id)
)
_mails = select(*_MAILED).order_by(outgoing.c.id)
_mails_of_ticket = _mails.where(outgoing.c.ticket == bindparam("ticket"))
_busy = select(exists().where(work.c.stream.in_(bindparam("streams", expanding=True))))
_unsent = select(
    exists().where(outgoing.c.ticket == bindparam("ticket"), outgoing.c.state.in_(["waiting", "sending"]))
)


def progress(connection: Connection, keys: Collection[str]) -> Progress | None:
    """How far the contact with one of these content keys is, or ``None`` where there is none; cheap."""
    row = connection.execute(_contact, {"keys": sorted(keys)}).first()
    if row is None:
        return None
    contact = _made(ContactRecord, row)
    streams = [contact.stream, *([f"ticket:{contact.ticket}"] if contact.ticket is not None else [])]
    return Progress(
        contact,
        busy=contact.state == "new" or bool(connection.execute(_busy, {"streams": streams}).scalar()),
        unsent=bool(connection.execute(_unsent, {"ticket": contact.ticket}).scalar()),
    )


def by_number(connection: Connection, contact: int) -> ContactRecord:
    """A contact that is there."""
    return _made(ContactRecord, connection.execute(_by_number, {"contact": contact}).one())


def find(connection: Connection, contact: ContactRecord) -> Fate:
    """All that is known of a contact."""
    about = {"ticket": contact.ticket}
    given = {"channel": contact.channel, "source_key": contact.source_key}
    ticket = connection.execute(_ticket, about).first()
    decided = connection.execute(_decided, about | {"contact": contact.id})
    return Fate(
        contact=contact,
        times=int(connection.execute(_times, given).scalar_one()),
        ticket=_made(TicketRecord, ticket) if ticket is not None else None,
        decided=tuple(
            Decided(handler=row.handler, contact=row.contact, body=msgspec.json.decode(row.body))
            for row in decided
        ),
        entries=tuple(_made(EntryRecord, row) for row in connection.execute(_entries, about)),
        mails=tuple(_made(Mailed, row) for row in connection.execute(_mails_of_ticket, about)),
    )


def sent(connection: Connection) -> Sequence[Mailed]:
    """Every outgoing mail there is, oldest first: for small desks."""
    return [_made(Mailed, row) for row in connection.execute(_mails)]


def _made(record: type[R], row: Any) -> R:
    return record(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
