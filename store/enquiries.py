"""What was asked in a period, read back in short transactions: the tickets that were opened in it.

They are found by the events that opened them, whose ids are times: a desk with a long past answers as fast as
a young one. Tickets that retention has deleted are not among them, nor those that were merged into others,
which go on there.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, select

from store.tables import entries, events, tickets, time_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from store.engine import Store

PAGE = 500
"""Tickets in one transaction."""
WORDS = 1_000
"""How many characters of what was asked are read; topics look at no more."""
_OPENED = "TicketOpened"
_STREAM = "ticket:"


class Enquiry(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as reports see it; times are UTC, ``minutes`` is what agents wrote down on it, if anything.

    ``text`` is the beginning of its first message.
    """

    ticket: int
    subject: str
    text: str
    status: str
    language: str
    channel: str
    mailbox: str
    group: str
    agent: str
    requester: str
    created_at: datetime
    answered_at: datetime | None
    solved_at: datetime | None
    minutes: int | None


def enquiries(
    store: Store, since: datetime, until: datetime, step: Callable[[], None] = lambda: None
) -> Iterator[Enquiry]:
    """The enquiries of a period, from ``since`` to before ``until``, in the order in which they came in.

    ``step`` is called for each transaction. What was brought in from an archive counts when it was written.
    """
    for numbers in opened(store, since):
        with store.reading() as connection:
            found = _page(connection, numbers, since, until)
        step()
        yield from found


def opened(store: Store, since: datetime) -> Iterator[list[int]]:
    """The numbers of the tickets that were opened since a time (UTC), in order, a page at a time.

    Also of those that are gone; and of those that an archive brought in since, however old they are.
    """
    last = f"{max(0, int(since.timestamp() * 1000)):012x}"
    while True:
        with store.reading() as connection:
            told = _opened_after(connection, last)
        yield [_ticket_of(row.stream) for row in told]
        if len(told) < PAGE:
            return
        last = told[-1].id


def _opened_after(connection: Connection, last: str) -> Sequence[Any]:
    asked = select(events.c.id, events.c.stream).where(events.c.id > last, events.c.name == _OPENED)
    return connection.execute(asked.order_by(events.c.id).limit(PAGE)).all()


def _ticket_of(stream: str) -> int:
    number = stream.removeprefix(_STREAM)
    return int(number) if number.isdecimal() else 0


def _page(connection: Connection, numbers: list[int], since: datetime, until: datetime) -> list[Enquiry]:
    wanted = select(tickets).where(
        tickets.c.id.in_(sorted(set(numbers))),
        tickets.c.created_at >= since,
        tickets.c.created_at < until,
        tickets.c.merged_into.is_(None),
    )
    rows = {row.id: row for row in connection.execute(wanted)}
    texts, minutes = _first_words(connection, list(rows)), _minutes(connection, list(rows))
    order = [number for number in dict.fromkeys(numbers) if number in rows]
    return [_enquiry(rows[number], texts.get(number, ""), minutes.get(number)) for number in order]


def _first_words(connection: Connection, numbers: list[int]) -> dict[int, str]:
    first = (
        select(func.min(entries.c.id))
        .where(entries.c.ticket.in_(numbers), entries.c.contact.is_not(None))
        .group_by(entries.c.ticket)
    )
    numbered = list(connection.execute(first).scalars())
    words = func.substr(entries.c.text, 1, WORDS).label("words")
    asked = select(entries.c.ticket, words).where(entries.c.id.in_(numbered))
    return {row.ticket: row.words for row in connection.execute(asked)}


def _minutes(connection: Connection, numbers: list[int]) -> dict[int, int]:
    asked = select(time_entries.c.ticket, func.sum(time_entries.c.minutes).label("minutes"))
    asked = asked.where(time_entries.c.ticket.in_(numbers)).group_by(time_entries.c.ticket)
    return {row.ticket: int(row.minutes) for row in connection.execute(asked)}


def _enquiry(row: Any, text: str, minutes: int | None) -> Enquiry:
    same = ("subject", "status", "language", "channel", "mailbox", "agent", "requester")
    times = ("created_at", "answered_at", "solved_at")
    return Enquiry(
        ticket=row.id,
        text=text,
        group=row.group_name,
        minutes=minutes,
        **{name: getattr(row, name) for name in (*same, *times)},
    )
