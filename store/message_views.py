"""Messages as they were read, for people to look at. Questions only; nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Select, select

from events.codec import UnreadableEventError, decode_message
from events.message import Message
from store.tables import entries, messages, tickets

if TYPE_CHECKING:
    from collections.abc import Iterable

SPAN = 10_000
"""Entries to either side of one among which a domain's others are looked for."""


class MailView(msgspec.Struct, frozen=True):
    """A mail of a ticket: the contact it was, the entry it became, and what was read in it."""

    contact: int
    entry: int
    message: Message


_mails = select(entries.c.id, entries.c.contact, messages.c.body).join_from(
    entries, messages, entries.c.contact == messages.c.contact
)


def of_ticket(connection: Connection, ticket: int) -> list[MailView]:
    """The mails of a ticket in the order in which they became entries."""
    return _read(connection, _mails.where(entries.c.ticket == ticket).order_by(entries.c.id))


def of_domain(connection: Connection, domain: str, *, around: int, most: int) -> list[MailView]:
    """Mails from addresses of a domain, on tickets that somebody there asked for.

    Looked at are the `SPAN` entries before and behind the entry ``around``, and of what is found there the
    newest ``most``: a large desk answers as fast as a small one.
    """
    statement = (
        _mails.join(tickets, tickets.c.id == entries.c.ticket)
        .where(
            entries.c.id.between(around - SPAN, around + SPAN),
            tickets.c.requester.endswith(f"@{domain}", autoescape=True),
        )
        .order_by(entries.c.id.desc())
        .limit(most)
    )
    return [mail for mail in _read(connection, statement) if mail.message.sender.domain == domain]


def _read(connection: Connection, statement: Select[Any]) -> list[MailView]:
    """The mails of these rows, each once: the desk may note something on a ticket about a mail."""
    rows: Iterable[Any] = connection.execute(statement)
    found: dict[int, MailView] = {}
    for row in rows:
        if row.contact not in found:
            found[row.contact] = MailView(row.contact, row.id, decode_message(row.body.encode()))
    return list(found.values())


def of_contact(connection: Connection, contact: int) -> Message | None:
    """What was read in one contact; ``None`` where nothing is kept, or nothing that this version can read."""
    body = connection.execute(
        select(messages.c.body).where(messages.c.contact == contact)
    ).scalar_one_or_none()
    try:
        return decode_message(body.encode()) if body is not None else None
    except UnreadableEventError:
        return None
