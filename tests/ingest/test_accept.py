"""The one door: accepted means committed, and the stream is that of the thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from config.types import DeskText, Policy
from events.message import Envelope
from ingest.accept import Door, Receipt
from runtime.reading import Reader
from store import rawbytes, tables
from store.rawfiles import RawFiles
from store.work import event_of
from tests.store.house import NOON, PATIENT, House, delivery, mail, rows

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path


def test_an_accepted_mail_is_committed(house: House) -> None:
    """When the future resolves, another connection sees the contact, its raw, its event and its work."""
    found: list[list[int]] = []

    def look(_done: Future[Receipt]) -> None:
        kept = (tables.contacts, tables.raw, tables.receipts, tables.events, tables.work)
        found.append([house.count(table) for table in kept])

    future = house.submit(mail())
    future.add_done_callback(look)
    assert future.result(PATIENT) == Receipt((1,), duplicate=False)
    house.door.close()
    assert found == [[1, 1, 1, 1, 1]]


def test_the_exact_bytes_are_kept(house: House) -> None:
    """What a worker reads later is what came in, byte for byte, from the row or from a file."""
    small, large = mail("small", body="\xff\x00 caf\xe9"), mail("large", body="x" * 200_000)
    for raw in (small, large):
        house.accept(raw)
    with house.store.reading() as connection:
        found = rawbytes.with_raw(connection, [1, 2])
    assert {rawbytes.content(row, house.files) for row in found} == {small, large}
    assert [row.data is None for row in sorted(found, key=lambda row: row.size)] == [False, True]


def test_the_bell_is_rung_after_the_commit(house: House) -> None:
    """Whoever hears the bell finds the work."""
    found: list[int] = []
    door = Door(
        house.store, house.files, house.keyring, ring=lambda _: found.append(house.count(tables.work))
    )
    door.submit(delivery(mail())).result(PATIENT)
    door.submit(delivery(mail())).result(PATIENT)
    door.close()
    assert found == [1]


def test_the_first_event_is_the_root_of_all_that_follows(house: House) -> None:
    """Every line of causes can be followed back to the contact."""
    house.accept(mail())
    [row] = house.rows(tables.events)
    first = event_of(row.body)
    assert (first.name, first.root, first.depth, first.at) == ("ContactChecked", first.id, 0, NOON)
    assert first.effect_key == "checked:1"
    assert [told.id for told in house.rung] == [first.id]


@pytest.mark.parametrize(
    ("extra", "same"),
    [
        ("References: <m1@customer.example> <m2@customer.example>\r\n", True),
        ("REFERENCES:\r\n <m1@customer.example>\r\n", True),
        ("In-Reply-To: <m1@customer.example>\r\n", True),
        ("In-Reply-To: <m2@x.example>\r\nReferences: <m1@customer.example> <m2@x.example>\r\n", True),
        ("In-Reply-To: <m2@x.example>\r\n", False),
        ("", False),
    ],
)
def test_a_thread_is_one_stream(house: House, extra: str, same: bool) -> None:  # noqa: FBT001 - a table's column
    """A reply waits for its mail: the stream is of References, else of In-Reply-To, else of its own id."""
    house.accept(mail("m1"))
    house.accept(mail("m3", extra=extra))
    first, second = (row.stream for row in house.contacts())
    assert (first == second) is same


def test_a_signed_reply_address_names_the_tickets_stream(house: House) -> None:
    """Answers to a ticket are worked on in the order of that ticket."""
    address = f"support+{house.keyring.reply_tag(1042)}@acme.example"
    house.accept(mail(), envelope=Envelope(recipients=(address,)))
    forged = "support+1042.aaaaaaaaaaaaaaaa@acme.example"
    house.accept(mail("m2"), envelope=Envelope(recipients=(forged,)))
    streams = [row.stream for row in house.contacts()]
    assert streams[0] == "ticket:1042"
    assert streams[1].startswith("thread:")


def test_receipts_are_found_by_their_index(tmp_path: Path) -> None:
    """A desk with a million receipts answers as fast as a new one."""
    house = House(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path)
    said: list[tuple[str, Any]] = []

    @event.listens_for(house.store._writer, "before_cursor_execute")
    def _hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            said.append((statement, parameters))

    house.accept(mail())
    for _ in range(2):
        house.accept(mail(), channel="imap", source_key="inbox/7/42")
    assert {table for table in ("FROM contacts", "FROM receipts") if table in str(said)} == {
        "FROM contacts",
        "FROM receipts",
    }
    with house.store.reading() as connection:
        for statement, parameters in said:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
            assert "SCAN" not in plan, (statement, plan)
    house.close()


def test_a_raw_that_is_gone_is_told_to_whoever_reads(house: House) -> None:
    """A file that was removed by hand leaves out its contact, and no other."""
    house.accept(mail("large", body="x" * 100_000))
    house.accept(mail("small"))
    for path in house.files.folder.rglob("*.eml"):
        path.unlink()
    events = [event_of(row.body) for row in rows(house.store, tables.events)]
    readings = Reader(house.store, RawFiles(house.files.folder), house.keyring).read(
        events, Policy(desk=DeskText(name="Acme"))
    )
    assert [message.message_id for message in readings.messages.values()] == ["<small@customer.example>"]
    assert readings.faults == {}
