"""The errands role: each new contact's sender is looked up once, outside any transaction, and always ends."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, update

from events.message import Trust
from ingest.accept import Door
from ingest.trust.check import Checker
from ingest.trust.grade import Graded
from runtime.errands import THREADS, Errands
from store import tables, work
from store.work import event_of
from tests.runtime.eventually import eventually
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KARI = Graded(Trust.ALIGNED, ("DKIM d=customer.example pass, aligned",))


class Known(Checker):
    """Knows without asking; ``held`` keeps its answers back, ``sick`` makes it fail."""

    def __init__(self) -> None:
        self.held = threading.Event()
        self.held.set()
        self.sick = False
        self.asked: list[bytes] = []

    def check(self, raw: bytes, *_about: Any) -> Graded:
        """What is known of Kari."""
        self.asked.append(raw)
        assert self.held.wait(30)
        if self.sick:
            raise RuntimeError("kari@customer.example broke this")
        return KARI


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house whose door sends every sender on an errand."""
    house = House(database_url, tmp_path)
    house.door.close()
    house.door = Door(
        house.store,
        house.files,
        house.keyring,
        ring=house.rung.extend,
        to_check=lambda _channel, _mailbox: True,
    )
    yield house
    house.close()


def errands(house: House, checker: Checker) -> Errands:
    """One process's errands, by the house's clock."""
    return Errands(
        house.store, house.files, house.rulebooks, checker, ring=house.rung.extend, now=lambda: house.now
    )


def finish(errands: Errands) -> None:
    """Do all that there is to do."""
    assert eventually(lambda: not errands.turn() and not errands._under_way)


def told(house: House) -> list[Any]:
    """The events that say that a sender is known."""
    return [event_of(row.body) for row in house.rows(tables.events) if row.name == "ContactChecked"]


def test_a_sender_is_looked_up_and_the_mail_goes_on(house: House) -> None:
    """Workers leave the contact alone until its sender is known; then it becomes a ticket with the grade."""
    house.accept(mail())
    house.work()
    assert [row.name for row in house.rows(tables.work)] == ["ContactReceived"]
    finish(errands(house, Known()))
    house.work()
    [ticket] = house.rows(tables.tickets)
    assert ticket.trust == "aligned"
    [event] = told(house)
    [received] = [row for row in house.rows(tables.events) if row.name == "ContactReceived"]
    assert (event.found, event.cause, event.root, event.depth) == (KARI.found, received.id, received.id, 1)
    assert "DKIM d=customer.example pass, aligned" in house.rows(tables.traces)[0].body
    assert [one.name for one in house.rung][:2] == ["ContactReceived", "ContactChecked"]


def test_a_mail_in_two_mailboxes_is_two_contacts(house: House) -> None:
    """Each has an errand, and each goes on."""
    house.accept(mail(), mailboxes=("support@acme.example", "billing@acme.example"))
    finish(errands(house, Known()))
    assert len(told(house)) == 2


def test_a_thread_stays_in_its_order(house: House) -> None:
    """Of mails that answer each other the first is known first, however many threads ask."""
    house.accept(mail("first"))
    for number in range(3):
        house.accept(mail(f"m{number}", extra="References: <first@customer.example>\r\n"))
    finish(errands(house, Known()))
    assert [event.contact for event in told(house)] == sorted(event.contact for event in told(house))
    house.work()
    assert len(house.rows(tables.tickets)) == 1


def test_an_errand_that_was_killed_is_done_again_once(house: House) -> None:
    """A process that dies over errands leaves leases that run out; what it still says then is not heard."""
    checker = Known()
    checker.held.clear()
    slow = Known()
    dead, heir = errands(house, checker), errands(house, slow)
    house.accept(mail())
    dead.turn()
    house.timekeeper().tick()
    finish(heir)
    assert told(house) == []
    house.pass_time(seconds=61)
    house.timekeeper().tick()
    slow.held.clear()
    heir.turn()
    checker.held.set()
    finish(dead)
    assert told(house) == []
    slow.held.set()
    finish(heir)
    assert len(told(house)) == 1
    assert house.rows(tables.work)[0].name == "ContactChecked"


def test_a_check_that_goes_wrong_holds_no_mail_up(house: House) -> None:
    """A fault of ours makes the sender unverified; its text, which may quote a customer, is not told."""
    checker = Known()
    checker.sick = True
    house.accept(mail())
    finish(errands(house, checker))
    [event] = told(house)
    assert (event.trust, event.found) == (Trust.UNVERIFIED, ("the check went wrong (RuntimeError)",))


def test_an_errand_that_kills_is_given_up(house: House) -> None:
    """After some processes died over a mail it goes on without a check."""
    house.accept(mail())
    with house.store.writing() as connection:
        connection.execute(update(tables.work).values(deaths=4))
    checker = Known()
    finish(errands(house, checker))
    assert checker.asked == []
    assert told(house)[0].found == ("the check was given up: processes ended over it",)


def test_a_mail_that_is_gone_goes_on(house: House) -> None:
    """What becomes of a contact without its raw is the chain's to say."""
    house.accept(mail())
    house.accept(mail("large", body="x" * 100_000))
    with house.store.writing() as connection:
        connection.execute(delete(tables.raw).where(tables.raw.c.path.is_(None)))
    for path in house.files.folder.rglob("*.eml"):
        path.unlink()
    finish(errands(house, Known()))
    assert {event.found for event in told(house)} == {
        ("its raw is gone",),
        ("the check went wrong (FileNotFoundError)",),
    }


def test_an_event_that_cannot_be_read_is_a_dead_letter(house: House) -> None:
    """Without its event nobody knows whose sender it was; others go on."""
    house.accept(mail())
    house.accept(mail("second"))
    with house.store.writing() as connection:
        first = house.rows(tables.events)[0].id
        connection.execute(update(tables.events).where(tables.events.c.id == first).values(body="{}"))
    finish(errands(house, Known()))
    assert [row.reason for row in house.rows(tables.dead_letters)] == ["unreadable"]
    assert len(told(house)) == 1


def test_only_so_many_are_taken_up(house: House) -> None:
    """What there is no thread for is left to other processes."""
    checker = Known()
    checker.held.clear()
    for number in range(THREADS + 5):
        house.accept(mail(f"m{number}"))
    busy, other = errands(house, checker), errands(house, Known())
    busy.turn()
    busy.turn()
    finish(other)
    assert len(told(house)) == 5
    checker.held.set()
    finish(busy)
    assert len(told(house)) == THREADS + 5


def test_whoever_stops_leaves_nothing_leased(house: House) -> None:
    """What is under way is finished, and the next process begins at once."""
    checker = Known()
    checker.held.clear()
    house.accept(mail())
    stop, role = threading.Event(), errands(house, checker)
    thread = threading.Thread(target=role.run, args=(stop,))
    thread.start()
    while not checker.asked:
        time.sleep(0.01)
    stop.set()
    role.wake()
    checker.held.set()
    thread.join(30)
    assert not thread.is_alive()
    assert len(told(house)) == 1
    assert [row.lease for row in house.rows(tables.work)] == [None]


def test_errands_are_no_work_and_work_is_no_errand(house: House) -> None:
    """Each role leases its own."""
    house.accept(mail())
    with house.store.writing() as connection:
        assert work.lease(connection, holder="worker", now=house.now) == []
        [row] = work.lease(connection, holder="errands", now=house.now, errands=True)
    assert row.name == work.ERRAND
    assert errands(house, Known()).turn() is False
