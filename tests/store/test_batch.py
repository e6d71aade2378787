"""The unit of work: reads see writes, undo leaves nothing, and one flush writes each table once."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from events.types import ContactChecked
from store import kinds, tables
from store.batch import Batch
from store.columns import Words
from store.faults import DatabaseError
from store.numbers import numbers_for
from store.records import (
    EntryRecord,
    MessageIdRecord,
    OutgoingRecord,
    ParticipantRecord,
    PersonRecord,
    TicketRecord,
    TimerRecord,
    TraceRecord,
)
from tests.store.house import NOON, in_threads, rows

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


def test_reads_see_writes_before_they_are_flushed(store: Store) -> None:
    """A later event of the batch finds the ticket that an earlier one opened, changed as it was since."""
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.TICKETS)
        ticket = shelf.add(a_ticket(1))
        shelf.change(ticket, status="open")
        batch.shelf(kinds.ENTRIES).add(an_entry(1))
        found = shelf.get(1)
        assert found is not None
        assert found.status == "open"
        assert [entry.id for entry in batch.shelf(kinds.ENTRIES).where("ticket", 1)] == [1]
        assert rows(store, tables.tickets) == []
    [row] = rows(store, tables.tickets)
    assert row.status == "open"


def test_stored_and_new_records_come_in_key_order(store: Store) -> None:
    """Whatever was read when, a lookup gives what is stored and what is new in one order."""
    with batch_in(store) as batch:
        for number in (2, 4):
            batch.shelf(kinds.ENTRIES).add(an_entry(number))
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.ENTRIES)
        shelf.add(an_entry(5))
        shelf.get(4)
        shelf.add(an_entry(3))
        assert [entry.id for entry in shelf.where("ticket", 1)] == [2, 3, 4, 5]


def test_what_is_known_is_not_read_again(store: Store) -> None:
    """A prefetch reads many values in one statement, and answers later questions with none."""
    with batch_in(store) as batch:
        for number in (1, 2, 3):
            batch.shelf(kinds.TICKETS).add(a_ticket(number))
    with store.reading() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        sent = statements(connection)
        batch.shelf(kinds.TICKETS).prefetch("id", [1, 2, 3, 99])
        batch.shelf(kinds.TICKETS).prefetch("id", [2, 3])
        assert batch.shelf(kinds.TICKETS).get(99) is None
        assert batch.shelf(kinds.TICKETS).get(3) is not None
        assert len(sent) == 1


def test_an_undone_handler_has_written_nothing(store: Store) -> None:
    """Adds, changes, removals and events since a mark are taken back, and what stood before it stays."""
    with batch_in(store) as batch:
        batch.shelf(kinds.TICKETS).add(a_ticket(1))
        batch.shelf(kinds.TIMERS).add(a_timer())
    with batch_in(store) as batch:
        tickets = batch.shelf(kinds.TICKETS)
        before = tickets.get(1)
        assert before is not None
        changed = tickets.change(before, priority="high")
        batch.shelf(kinds.TRACES).add(a_trace("route"))
        mark = batch.mark()
        tickets.change(changed, priority="low", status="open")
        tickets.add(a_ticket(2))
        batch.shelf(kinds.TRACES).add(a_trace("assign"))
        [timer] = batch.shelf(kinds.TIMERS).where("ticket", 1)
        batch.shelf(kinds.TIMERS).remove(timer)
        batch.emit(ContactChecked(at=NOON, stream="s", effect_key="k", contact=1))
        batch.undo(mark)
        assert tickets.get(2) is None
    [row] = rows(store, tables.tickets)
    assert (row.id, row.priority, row.status) == (1, "high", "new")
    assert [row.handler for row in rows(store, tables.traces)] == ["route"]
    assert len(rows(store, tables.timers)) == 1
    assert rows(store, tables.events) == []


def test_a_removed_record_that_is_written_anew_is_there(store: Store) -> None:
    """A timer that is taken away and set again within one batch is set."""
    with batch_in(store) as batch:
        batch.shelf(kinds.TIMERS).add(a_timer())
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.TIMERS)
        shelf.remove(shelf.where("ticket", 1)[0])
        assert shelf.where("ticket", 1) == []
        shelf.add(a_timer(hours=15))
    [row] = rows(store, tables.timers)
    assert row.due_at == NOON.replace(hour=15)


@pytest.mark.parametrize("steps", ["add", "remove add", "remove add remove", "add remove", "remove"])
def test_removing_and_adding_can_be_undone_in_any_order(store: Store, steps: str) -> None:
    """However often a record went and came, taking that back leaves what was stored."""
    stored = steps.startswith("remove")
    with batch_in(store) as batch:
        if stored:
            batch.shelf(kinds.TIMERS).add(a_timer())
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.TIMERS)
        shelf.prefetch("ticket", [1])
        mark = batch.mark()
        for step in steps.split():
            if step == "add":
                shelf.add(a_timer(hours=15))
            else:
                shelf.remove(shelf.where("ticket", 1)[0])
        batch.undo(mark)
        assert len(shelf.where("ticket", 1)) == stored
    assert [row.due_at for row in rows(store, tables.timers)] == [NOON] * stored


def test_a_record_that_was_added_and_removed_is_never_written(store: Store) -> None:
    """The database hears nothing of what came and went within a batch."""
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.TIMERS)
        shelf.add(a_timer())
        shelf.remove(shelf.where("ticket", 1)[0])
    assert rows(store, tables.timers) == []


def test_changes_of_the_same_fields_share_one_statement(store: Store) -> None:
    """Updates are grouped by the fields they set, and each sets only those."""
    with batch_in(store) as batch:
        for number in range(1, 6):
            batch.shelf(kinds.TICKETS).add(a_ticket(number))
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        shelf = batch.shelf(kinds.TICKETS)
        shelf.prefetch("id", range(1, 6))
        for number in range(1, 5):
            shelf.change(_there(shelf.get(number)), status="open")
        shelf.change(_there(shelf.get(5)), agent="ana")
        sent = statements(connection)
        batch.flush()
    assert sent.count("UPDATE tickets SET") == 2
    assert [(row.status, row.agent) for row in rows(store, tables.tickets)] == [("open", "")] * 4 + [
        ("new", "ana")
    ]


def _there(record: TicketRecord | None) -> TicketRecord:
    assert record is not None
    return record


def test_a_flush_writes_tables_always_in_the_same_order(store: Store) -> None:
    """Row locks of two workers never cross, whatever order their handlers wrote in."""
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        batch.agents.add("ana")
        batch.throttles.add("ack", extra=NOON)
        batch.emit(ContactChecked(at=NOON, stream="s", effect_key="k", contact=1))
        batch.shelf(kinds.TRACES).add(a_trace("route"))
        batch.shelf(kinds.OUTGOING).add(a_letter(1, "ack:1"))
        batch.shelf(kinds.TICKETS).add(a_ticket(1))
        batch.shelf(kinds.PEOPLE).add(a_person("kari@customer.example"))
        sent = statements(connection)
        batch.flush()
    written = [line.split()[2] for line in sent if line.startswith("INSERT")]
    assert written == ["people", "tickets", "outgoing", "traces", "events", "work", "throttles", "agents"]


def test_a_fact_that_another_worker_wrote_first_is_left_as_it_is(store: Store) -> None:
    """People, participants, message ids, timers and mails with a known key give way without an error."""
    for turn in ("first", "second"):
        with batch_in(store) as batch:
            batch.shelf(kinds.PEOPLE).add(a_person("kari@x", name=turn))
            batch.shelf(kinds.PARTICIPANTS).add(
                ParticipantRecord(ticket=1, address="kari@x", name=turn, role="requester")
            )
            batch.shelf(kinds.MESSAGE_IDS).add(MessageIdRecord(message_id="<a@x>", ticket=1))
            batch.shelf(kinds.TIMERS).add(a_timer(hours=12 if turn == "first" else 15))
            batch.shelf(kinds.OUTGOING).add(a_letter(1 if turn == "first" else 2, "ack:1"))
    assert [row.name for row in rows(store, tables.people)] == ["first"]
    assert [row.name for row in rows(store, tables.participants)] == ["first"]
    assert len(rows(store, tables.message_ids)) == 1
    assert [row.due_at for row in rows(store, tables.timers)] == [NOON]
    assert [row.id for row in rows(store, tables.outgoing)] == [1]


def test_a_ticket_that_is_there_already_fails_the_flush(store: Store) -> None:
    """Where giving way would lose something, the batch fails, so that it is redone."""
    with batch_in(store) as batch:
        batch.shelf(kinds.TICKETS).add(a_ticket(1))
    with pytest.raises(DatabaseError):
        _write_ticket_again(store)


def _write_ticket_again(store: Store) -> None:
    with batch_in(store) as batch:
        batch.shelf(kinds.TICKETS).add(a_ticket(1))


def test_add_once_keeps_what_stands(store: Store) -> None:
    """Within a batch the first record of a key stands."""
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.PEOPLE)
        first = shelf.add_once(a_person("kari@x", name="first"))
        assert shelf.add_once(a_person("kari@x", name="second")) is first


def test_batches_that_write_the_same_people_never_deadlock(store: Store) -> None:
    """New people are written, and known ones changed, in key order by every worker."""
    people = [f"p{number:02}@x" for number in range(12)]

    def write(order: list[str], field: str) -> None:
        for turn in range(10):
            with batch_in(store) as batch:
                shelf = batch.shelf(kinds.PEOPLE)
                shelf.prefetch("address", order)
                for place, address in enumerate(order):
                    known = shelf.add_once(a_person(address))
                    other = "language" if field == "name" else "name"
                    shelf.change(known, **{field if place % 2 else other: str(turn)})

    in_threads(lambda: write(people, "name"), lambda: write(people[::-1], "language"))
    assert len(rows(store, tables.people)) == 12


@pytest.mark.parametrize("kind", kinds.FLUSHED, ids=lambda kind: kind.table.name)
def test_every_statement_of_a_kind_is_understood(store: Store, kind: kinds.Kind[Any]) -> None:
    """Each table's statements run on each database, and each record's fields are columns of its table."""
    assert set(kind.fields) <= set(kind.table.c.keys())
    with store.writing() as connection:
        for column in kind.lookups:
            value = "1" if _is_text(kind, column) else 1
            assert connection.execute(kind.find(column), {"values": [value]}).all() == []
        if kind.key:
            key = tuple("1" if _is_text(kind, name) else 1 for name in kind.key)
            connection.execute(kind.lock, {"identities": [key]})
            connection.execute(kind.delete, {"identities": [key, key]})
            values = {f"key_{name}": value for name, value in zip(kind.key, key, strict=True)}
            changed = next(name for name in kind.fields if name not in kind.key or name == kind.fields[-1])
            connection.execute(kind.update((changed,)), [values | {changed: None}])


def _is_text(kind: kinds.Kind[Any], column: str) -> bool:
    return isinstance(kind.table.c[column].type, Words)


@pytest.mark.parametrize("kind", kinds.FLUSHED, ids=lambda kind: kind.table.name)
def test_a_record_leaves_no_needed_column_out(kind: kinds.Kind[Any]) -> None:
    """Whatever a table insists on, the record says or the table has a value for."""
    needed = {
        column.name
        for column in kind.table.c
        if not column.nullable and column.default is None and column.autoincrement is not True
    }
    assert needed - {"id"} <= set(kind.fields)
