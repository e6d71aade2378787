"""The one door in trouble: what is bad fails alone, and every failure leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from events.message import Envelope
from ingest import content
from ingest.accept import Bounds, Receipt
from store import tables
from store.faults import DatabaseError
from tests.store.house import NOON, PATIENT, SUPPORT, House, mail

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.postgres_server import Postgres


def test_a_bad_item_fails_alone(house: House) -> None:
    """One delivery that cannot be written fails, and those that waited with it are kept."""
    bad = {"received_at": NOON.replace(tzinfo=None)}
    answers = house.in_one_group((mail("a"), {}), (mail("b"), bad), (mail("c"), {}))
    assert isinstance(answers[0], Receipt)
    assert isinstance(answers[1], ValueError)
    assert isinstance(answers[2], Receipt)
    assert len(house.contacts()) == 3


def test_nul_and_lone_surrogates_are_taken(house: House) -> None:
    """What no database takes is replaced in the envelope, and the mail becomes a ticket all the same."""
    envelope = Envelope(
        mail_from="k\0ari\udcff@x.example", recipients=(SUPPORT, "s\ud800@x"), client="\0", helo="\udc80\0"
    )
    raw = mail(subject="null \0 and =?utf-8?q?=00=ED=A0=80?=", body="b\0dy \x80\xff")
    house.accept(raw, envelope=envelope, channel="smtp", source_key="a\0b\udcff")
    assert house.accept(raw, envelope=envelope, source_key="a\0b\udcff").duplicate
    house.work()
    [ticket] = house.rows(tables.tickets)
    assert "null" in ticket.subject
    assert house.count(tables.dead_letters) == 0
    assert house.count(tables.ledger) == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"\0" * 1000,
        b"\xff" * 1000,
        b"Message-ID: <>\r\n\r\n",
        b"no header at all",
        b"A: b" * 50_000,
    ],
    ids=["empty", "no lines", "nuls", "high bytes", "empty id", "no header", "endless header"],
)
def test_no_bytes_are_refused(house: House, raw: bytes) -> None:
    """The door parses no more than the key and the stream need, so nothing can be unreadable for it."""
    assert not house.accept(raw).duplicate
    assert house.accept(raw).duplicate
    house.work()
    assert house.contact.state in {"ticket", "aside"}
    assert house.count(tables.dead_letters) == 0


def test_a_large_mail_that_cannot_be_committed_leaves_no_row(house: House) -> None:
    """Its file may stay, which harms nobody: the retry finds it there and is one contact."""
    raw = mail(body="x" * 100_000)
    naive = NOON.replace(tzinfo=None)
    assert isinstance(house.submit(raw, received_at=naive).exception(PATIENT), ValueError)
    assert len(list(house.files.folder.rglob("*.eml"))) == 1
    assert house.count(tables.raw) == len(house.contacts()) == 0
    assert not house.accept(raw).duplicate
    house.work()
    assert house.contact.state == "ticket"


def test_a_spooled_mail_is_taken_over_without_being_read_whole(house: House) -> None:
    """A file of the spool becomes the raw file, and is known by the same key as its bytes."""
    raw = mail(body="y" * (3 * content.PIECE))
    spooled = house.door.spool_folder / "incoming"
    spooled.write_bytes(raw)
    first = house.submit(None, spooled=spooled, size=len(raw)).result(PATIENT)
    assert not spooled.exists()
    assert house.accept(raw).contacts == first.contacts


def test_a_spooled_file_that_is_gone_fails_the_future(house: House) -> None:
    """The channel hears it as any other failure, and answers that it is temporary."""
    future = house.submit(None, spooled=house.door.spool_folder / "gone", size=1)
    assert isinstance(future.exception(PATIENT), FileNotFoundError)
    assert house.contacts() == []


def test_a_full_disk_is_said_before_any_bytes_are_taken(desk_url: str, tmp_path: Path) -> None:
    """Below the floor the door refuses, so that what was taken in can still be worked on."""
    house = House(desk_url, tmp_path, bounds=Bounds(disk_floor=2**62))
    assert house.door.refusal() == "insufficient system storage"
    house.close()


@pytest.mark.parametrize(("undone", "refused"), [(10, None), (11, "too much is waiting")])
def test_a_backlog_over_its_bound_is_said(
    desk_url: str, tmp_path: Path, undone: int, refused: str | None
) -> None:
    """Senders keep what we could not work on for long."""
    house = House(desk_url, tmp_path, bounds=Bounds(backlog=10), undone=undone)
    assert house.door.refusal() == refused
    house.close()


def test_a_closed_door_takes_nothing(house: House) -> None:
    """After a stop every delivery fails, so that no sender is told 250 by a process that ends."""
    house.door.close()
    assert house.submit(mail()).exception(PATIENT) is not None
    assert house.contacts() == []


def test_readers_are_not_blocked_while_mail_comes_in(house: House) -> None:
    """Somebody who looks at tickets for long stops no mail, and sees what stood when they began."""
    with house.store.reading() as connection:
        before = connection.execute(select(tables.contacts)).all()
        for number in range(20):
            house.accept(mail(f"m{number}"))
        assert before == []
        if house.store.dialect == "sqlite":
            assert connection.execute(select(tables.contacts)).all() == []
    assert len(house.contacts()) == 20


def test_a_commit_that_fails_keeps_nothing_and_a_retry_makes_one(house: House) -> None:
    """Every row of a mail is in one transaction: where the last statement fails, none is there."""
    broken = [True]

    @event.listens_for(house.store._writer, "before_cursor_execute")
    def _break(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if broken[0] and statement.startswith("INSERT INTO receipts"):
            raise OSError("the disk is gone")

    assert house.submit(mail()).exception(PATIENT) is not None
    kept = (tables.contacts, tables.raw, tables.receipts, tables.events, tables.work)
    assert [house.count(table) for table in kept] == [0, 0, 0, 0, 0]
    assert house.rung == []
    broken[0] = False
    assert not house.accept(mail()).duplicate
    assert [house.count(table) for table in kept] == [1, 1, 1, 1, 1]


def test_while_the_database_is_down_nothing_is_accepted(
    postgres: Postgres, postgres_url: str, tmp_path: Path
) -> None:
    """Mails fail at once while it is away, and the retries make one contact each when it is back."""
    house = House(postgres_url, tmp_path)
    house.accept(mail("before"))
    postgres.kill()
    futures = [house.submit(mail(f"m{number}")) for number in range(10)]
    assert all(isinstance(future.exception(PATIENT), DatabaseError) for future in futures)
    postgres.start()
    answers = [house.accept(mail(f"m{number % 10}")) for number in range(20)]
    assert [answer.duplicate for answer in answers] == [False] * 10 + [True] * 10
    assert house.accept(mail("before")).duplicate
    house.close()
