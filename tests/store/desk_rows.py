"""Batches, and records to put into them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from store.batch import Batch
from store.numbers import numbers_for
from store.records import (
    EntryRecord,
    OutgoingRecord,
    PersonRecord,
    TicketRecord,
    TimerRecord,
    TraceRecord,
)
from tests.store.house import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Connection, Store


@contextlib.contextmanager
def batch_in(store: Store) -> Iterator[Batch]:
    """A batch that is flushed and committed at the end of the block."""
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        yield batch
        batch.flush()


def a_ticket(number: int, **changes: Any) -> TicketRecord:
    """A new ticket by Kari."""
    fields: dict[str, Any] = {
        "id": number,
        "subject": "Help",
        "mailbox": "support@acme.example",
        "channel": "smtp",
        "language": "nb",
        "requester": "kari@customer.example",
        "trust": "unverified",
        "created_at": NOON,
        "updated_at": NOON,
    }
    return TicketRecord(**(fields | changes))


def an_entry(number: int, ticket: int = 1) -> EntryRecord:
    """A note."""
    return EntryRecord(id=number, ticket=ticket, kind="note", author="ana", text=f"note {number}", at=NOON)


def a_timer(level: int = 1, *, hours: int = 12) -> TimerRecord:
    """A timer of ticket 1."""
    return TimerRecord(ticket=1, which="first_response", level=level, due_at=NOON.replace(hour=hours))


def a_person(address: str, **changes: Any) -> PersonRecord:
    """Somebody who wrote at noon."""
    return PersonRecord(address=address, first_seen=NOON, **changes)


def a_letter(number: int, effect_key: str) -> OutgoingRecord:
    """A mail that waits."""
    return OutgoingRecord(
        id=number,
        effect_key=effect_key,
        ticket=1,
        entry=None,
        reason="acknowledged",
        recipient="kari@customer.example",
        domain="customer.example",
        mail_from="",
        message_id=f"<{number}@x>",
        letter="{}",
        created_at=NOON,
        due_at=NOON,
    )


def a_trace(handler: str) -> TraceRecord:
    """What a handler decided."""
    return TraceRecord(
        ticket=1, contact=None, event="e", handler=handler, at=NOON, policy_version=1, body="{}"
    )


def statements(connection: Connection) -> list[str]:
    """Every statement that is sent from now on, in order."""
    sent: list[str] = []

    @event.listens_for(connection, "before_cursor_execute")
    def _hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(" ".join(statement.split()[:3]))

    return sent
