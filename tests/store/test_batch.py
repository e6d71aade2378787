"""The unit of work: reads see writes, undo leaves nothing, and one flush writes each table once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from events.types import ContactChecked
from store import kinds, tables
from store.batch import Batch
from store.faults import DatabaseError
from store.numbers import numbers_for
from store.records import (
    MessageIdRecord,
    ParticipantRecord,
    TicketRecord,
)
from tests.store.desk_rows import (
    a_letter,
    a_person,
    a_ticket,
    a_timer,
    a_trace,
    an_entry,
    batch_in,
    statements,
)
from tests.store.house import NOON, in_threads, rows

if TYPE_CHECKING:
    from store.engine import Store


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


def test_batches_that_write_the_same_new_people_never_deadlock(store: Store) -> None:
    """Rows are written in key order: whoever comes second waits, and holds nothing that the first needs."""

    def write(*, backwards: bool) -> None:
        for turn in range(12):
            people = [f"p{turn:02}-{number:02}@x" for number in range(60)]
            with batch_in(store) as batch:
                for address in reversed(people) if backwards else people:
                    batch.shelf(kinds.PEOPLE).add(a_person(address))

    in_threads(lambda: write(backwards=False), lambda: write(backwards=True))
    assert len(rows(store, tables.people)) == 12 * 60


def test_batches_that_change_the_same_people_never_deadlock(store: Store) -> None:
    """Where a flush needs several statements for a table, all its rows are locked in key order before."""
    people = [f"p{number:02}@x" for number in range(60)]
    with batch_in(store) as batch:
        for address in people:
            batch.shelf(kinds.PEOPLE).add(a_person(address))

    def change(*, from_place: int) -> None:
        # The fields that a row's place asks for make two statements; the first is of the first row's places.
        for turn in range(12):
            with batch_in(store) as batch:
                shelf = batch.shelf(kinds.PEOPLE)
                shelf.prefetch("address", people)
                for place, address in enumerate(people[from_place:], from_place):
                    known = shelf.get(address)
                    assert known is not None
                    shelf.change(known, **{"name" if place % 2 else "language": str(turn)})

    in_threads(lambda: change(from_place=0), lambda: change(from_place=1))
    assert {row.name or row.language for row in rows(store, tables.people)} == {"11"}
