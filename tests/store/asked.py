"""Plant enquiries as a desk leaves them: the ticket, its first words, and the event that opened it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs
from sqlalchemy import insert

from store import tables
from store.records import EntryRecord
from tests.store.desk_rows import a_ticket
from tests.store.house import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from store.engine import Store


def plant(store: Store, number: int, at: datetime, text: str = "", **changes: Any) -> None:
    """One enquiry; its event's id is of the time ``at``, and the ticket's own time may be another."""
    ticket = a_ticket(number, **({"created_at": at, "updated_at": at} | changes))
    entry = EntryRecord(
        id=number * 10,
        ticket=number,
        contact=number,
        kind="message",
        author=ticket.requester,
        text=text,
        at=at,
    )
    later = structs.replace(entry, id=number * 10 + 1, contact=number + 100_000, text="Any news of it?")
    event = {
        "id": f"{int(at.timestamp() * 1000):012x}7000{number:016x}",
        "name": "TicketOpened",
        "at": at,
        "stream": f"ticket:{number}",
        "effect_key": f"opened:{number}",
        "body": "{}",
    }
    with store.writing() as connection:
        connection.execute(insert(tables.tickets).values(structs.asdict(ticket)))
        for one in (entry, later):
            connection.execute(insert(tables.entries).values(structs.asdict(one)))
        connection.execute(insert(tables.events).values(event))


def plant_time(store: Store, ticket: int, number: int, at: datetime, **changes: Any) -> None:
    """Time that Ana wrote down."""
    row = {"ticket": ticket, "number": number, "at": at, "agent": "ana", "minutes": 10, "activity": ""}
    with store.writing() as connection:
        connection.execute(insert(tables.time_entries).values(row | {"billable": False} | changes))


def plant_suggestion(store: Store, ticket: int, number: int, article: str, **changes: Any) -> None:
    """An article in English that was suggested on a ticket."""
    row = {"ticket": ticket, "number": number, "name": article, "language": "en", "at": NOON}
    with store.writing() as connection:
        connection.execute(insert(tables.suggestions).values(row | changes))


def plant_answer(store: Store, ticket: int, article: str) -> None:
    """Ana says which article answered a ticket."""
    row = {"ticket": ticket, "article": article, "agent": "ana", "at": NOON}
    with store.writing() as connection:
        connection.execute(insert(tables.answers).values(row))
