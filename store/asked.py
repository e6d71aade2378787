"""What tickets asked, and what was done about it: their subjects and first words, as they are searched by."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from store.past import OVER
from store.tables import entries, resolutions, tickets

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

PAGE = 500
WORDS = 1_000
"""Characters of a first message that are searched by."""


class Question(NamedTuple):
    """What one ticket asked, and in which language."""

    text: str
    language: str


class Resolved(NamedTuple):
    """What a ticket asked of which it is written down what was done; ``place`` is where to go on after it."""

    ticket: int
    language: str
    text: str
    place: str


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


def resolved(connection: Connection, *, after: str) -> list[Resolved]:
    """A page of tickets of which it was written down what was done, in any language, the oldest word first.

    ``after`` is a place that was given before, or empty to begin with the first.
    """
    return [
        Resolved(
            row.ticket,
            row.language,
            f"{row.subject}\n{row.words or ''}",
            f"{row.at.isoformat()}|{row.ticket}",
        )
        for row in connection.execute(_resolved(after))
    ]


def done(connection: Connection, numbers: Collection[int]) -> dict[int, str]:
    """What was done on each of these tickets, of those that are over."""
    wanted = (
        select(resolutions.c.ticket, resolutions.c.done)
        .join_from(resolutions, tickets, tickets.c.id == resolutions.c.ticket)
        .where(
            resolutions.c.ticket.in_(sorted(numbers)), resolutions.c.done != "", tickets.c.status.in_(OVER)
        )
    )
    return {row.ticket: row.done for row in connection.execute(wanted)}


def _resolved(after: str) -> Select[Any]:
    first = (
        select(func.min(entries.c.id))
        .where(entries.c.ticket == resolutions.c.ticket, entries.c.contact.is_not(None))
        .correlate(resolutions)
        .scalar_subquery()
    )
    wanted = (
        select(
            resolutions.c.ticket,
            resolutions.c.at,
            tickets.c.language,
            tickets.c.subject,
            func.substr(entries.c.text, 1, WORDS).label("words"),
        )
        .join_from(resolutions, tickets, tickets.c.id == resolutions.c.ticket)
        .outerjoin(entries, entries.c.id == first)
        .where(resolutions.c.done != "")
        .order_by(resolutions.c.at, resolutions.c.ticket)
        .limit(PAGE)
    )
    if not after:
        return wanted
    at, _, ticket = after.partition("|")
    moment = datetime.fromisoformat(at)
    later = or_(
        resolutions.c.at > moment, and_(resolutions.c.at == moment, resolutions.c.ticket > int(ticket))
    )
    # Said twice, because databases find a row by an index only where the column stands alone.
    return wanted.where(resolutions.c.at >= moment, later)
