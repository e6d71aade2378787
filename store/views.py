"""What people look at: tickets, and everything that hangs on one. Questions only; nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Select, Table, func, select

from store import legends, tables
from store.answers import AnswerRecord
from store.legends import TraceView
from store.records import (
    EntryRecord,
    LinkRecord,
    OutgoingRecord,
    ParticipantRecord,
    PersonRecord,
    ResolutionRecord,
    SatisfactionRecord,
    TicketRecord,
    TimeRecord,
    TraceRecord,
)

if TYPE_CHECKING:
    from datetime import datetime


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets are asked for; an empty text asks for all. Addresses are compared in lower case."""

    status: str = ""
    agent: str = ""
    group: str = ""
    requester: str = ""


class Listing(msgspec.Struct, frozen=True):
    """The newest tickets that were asked for, the newest last, and how many there are in all."""

    tickets: list[TicketRecord]
    total: int


class SentView(OutgoingRecord, frozen=True, kw_only=True):
    """A mail of the desk's with what became of it so far; times are UTC."""

    attempts: int
    dot_at: datetime | None
    done_at: datetime | None
    answer: str


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket whole, as of one moment; ``undone`` counts its events that no worker has worked on yet."""

    ticket: TicketRecord
    requester: PersonRecord | None
    participants: list[ParticipantRecord]
    entries: list[EntryRecord]
    outgoing: list[SentView]
    traces: list[TraceView]
    undone: int
    time: list[TimeRecord] = []
    links: list[LinkRecord] = []
    resolution: ResolutionRecord | None = None
    satisfaction: SatisfactionRecord | None = None
    answer: AnswerRecord | None = None


def tickets(connection: Connection, wanted: Wanted, *, most: int) -> Listing:
    """The newest ``most`` tickets of those that are asked for."""
    columns = tables.tickets.c
    asked = {
        columns.status: wanted.status,
        columns.agent: wanted.agent,
        columns.group_name: wanted.group,
        columns.requester: wanted.requester.lower(),
    }
    conditions = [column == value for column, value in asked.items() if value]
    newest = _columns(tables.tickets, TicketRecord).where(*conditions).order_by(columns.id.desc()).limit(most)
    count = select(func.count()).select_from(tables.tickets).where(*conditions)
    found = [TicketRecord(**row._mapping) for row in connection.execute(newest)]  # noqa: SLF001 - SQLAlchemy's public name
    return Listing(found[::-1], connection.execute(count).scalar_one())


def ticket(connection: Connection, number: int) -> TicketView | None:
    """One ticket with all that hangs on it, each in the order in which it came to be; ``None`` for none."""
    found = _all(connection, tables.tickets, TicketRecord, "id", number)
    if not found:
        return None
    resolutions = _all(connection, tables.resolutions, ResolutionRecord, "ticket", number)
    votes = _all(connection, tables.satisfaction, SatisfactionRecord, "ticket", number)
    answers = _all(connection, tables.answers, AnswerRecord, "ticket", number)
    requester = _all(connection, tables.people, PersonRecord, "address", found[0].requester)
    return TicketView(
        ticket=found[0],
        requester=requester[0] if requester else None,
        participants=_all(connection, tables.participants, ParticipantRecord, "ticket", number),
        entries=_all(connection, tables.entries, EntryRecord, "ticket", number),
        outgoing=_all(connection, tables.outgoing, SentView, "ticket", number),
        traces=legends.named(connection, _all(connection, tables.traces, TraceRecord, "ticket", number)),
        undone=undone(connection, f"ticket:{number}"),
        time=_all(connection, tables.time_entries, TimeRecord, "ticket", number),
        links=_all(connection, tables.ticket_links, LinkRecord, "ticket", number),
        resolution=resolutions[0] if resolutions else None,
        satisfaction=votes[0] if votes else None,
        answer=answers[0] if answers else None,
    )


def undone(connection: Connection, stream: str) -> int:
    """How many pieces of work of a stream are still to be done."""
    work = tables.work
    return connection.execute(
        select(func.count()).select_from(work).where(work.c.stream == stream)
    ).scalar_one()


def _columns(table: Table, record: type[msgspec.Struct]) -> Select[Any]:
    return select(*(table.c[name] for name in record.__struct_fields__))


def _all(connection: Connection, table: Table, record: type[Any], column: str, value: object) -> list[Any]:
    """The records whose ``column`` has this value, in the order of the table's key."""
    statement = _columns(table, record).where(table.c[column] == value).order_by(*table.primary_key.columns)
    return [record(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001 - as above
