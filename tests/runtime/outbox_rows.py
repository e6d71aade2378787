"""An outbox to send from: a store with tables, rows in it, and what became of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from events.message import Address
from store.columns import metadata
from store.engine import Store
from store.letter import Letter, encode
from store.tables import events, outgoing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def open_store(url: str) -> Store:
    """A store with every table."""
    store = Store(url)
    with store.writing() as connection:
        metadata.create_all(connection)
    return store


def a_letter(recipient: str = "maria@x.example", **changes: Any) -> Letter:
    """An acknowledgement to `recipient`, but for what `changes` says."""
    fields: dict[str, Any] = {
        "template": "acknowledged",
        "language": "es",
        "subject": "Re: Factura [#7]",
        "sender": Address("support@acme.example", "Acme Support"),
        "to": (Address(recipient, "María"),),
        "reply_to": "support+7.abcdefgh@acme.example",
        "in_reply_to": "<her-mail@x.example>",
        "references": ("<her-mail@x.example>",),
        "ticket": 7,
        "automatic": True,
        "values": {"ticket": 7, "subject": "Factura", "requester_name": "María"},
    }
    return Letter(**(fields | changes))


def a_row(number: int, recipient: str = "maria@x.example", **changes: Any) -> dict[str, Any]:
    """A row of the outbox that has been due for an hour."""
    row: dict[str, Any] = {
        "id": number,
        "effect_key": f"ack:{number}",
        "ticket": 7,
        "entry": None,
        "reason": "acknowledged",
        "recipient": recipient,
        "domain": recipient.rpartition("@")[2],
        "mail_from": "",
        "message_id": f"<despacho.7.n{number}.abcdefgh@acme.example>",
        "letter": encode(a_letter(recipient)),
        "state": "waiting",
        "created_at": datetime.now(UTC) - timedelta(hours=1),
        "due_at": datetime.now(UTC) - timedelta(hours=1),
    }
    return row | changes


def put(store: Store, *rows: dict[str, Any]) -> None:
    """Write rows to the outbox."""
    with store.writing() as connection:
        connection.execute(insert(outgoing), list(rows))


def row_of(store: Store, number: int) -> Any:
    """One row as it is now."""
    with store.reading() as connection:
        return connection.execute(select(outgoing).where(outgoing.c.id == number)).one()


def states(store: Store) -> dict[int, str]:
    """Every row's state."""
    with store.reading() as connection:
        return {row.id: row.state for row in connection.execute(select(outgoing.c.id, outgoing.c.state))}


def event_bodies(store: Store) -> list[str]:
    """Every event that was told, as JSON."""
    with store.reading() as connection:
        return list(connection.execute(select(events.c.body)).scalars())
