"""What tickets asked: their subjects and first words, as articles are searched by them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from store.tables import entries, tickets


class Question(NamedTuple):
    """What one ticket asked, and in which language."""

    text: str
    language: str


def question_of(connection: Connection, ticket: int) -> Question | None:
    """A ticket's subject with its first words; ``None`` where there is no such ticket."""
    row = connection.execute(
        select(tickets.c.subject, tickets.c.language, entries.c.text)
        .join_from(tickets, entries, entries.c.ticket == tickets.c.id)
        .where(tickets.c.id == ticket, entries.c.kind == "message")
        .order_by(entries.c.id)
        .limit(1)
    ).first()
    return Question(f"{row.subject}\n{row.text}", row.language) if row is not None else None
