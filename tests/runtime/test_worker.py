"""The worker: every effect of an event and its "done" in one commit, and no event takes another down."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from events.outcome import Defer, Reason, Refuse, SetAside
from events.types import By, TicketChanged
from handlers.registry import Stage
from runtime import worker as worker_module
from runtime.reading import Readings
from runtime.transaction import Bench
from store import tables, work
from store.letter import decode
from tests.runtime.steps import Failing, put_in
from tests.store.house import NOON, PATIENT, House, mail

if TYPE_CHECKING:
    from handlers.desk import Desk


def accept(house: House, *names: str) -> None:
    """Take mails in, one after the other."""
    for name in names:
        house.accept(mail(name, subject=f"About {name}"))


def test_a_mail_becomes_a_ticket_with_all_that_follows(house: House) -> None:
    """One mail is one ticket, assigned, acknowledged, its agent told, and nothing is left to do."""
    accept(house, "m1")
    house.work()
    [ticket] = house.rows(tables.tickets)
    assert (ticket.id, ticket.status, ticket.policy_version) == (1, "new", 1)
    assert ticket.agent
    assert house.contact.state == "ticket"
    mails = {row.reason: row for row in house.rows(tables.outgoing)}
    assert set(mails) == {"acknowledged", "assigned"}
    said = decode(mails["acknowledged"].letter).values
    assert len({"open_until", "opens_at"} & set(said)) == 1
    assert said["zone"]
    assert house.count(tables.work) == house.count(tables.ledger) == 0
    assert [told.name for told in house.rung] == ["ContactChecked", "TicketOpened"]


def test_an_event_that_was_done_is_never_done_again(house: House) -> None:
    """A worker that leased a row and lost it writes nothing, even if the event is still known to it."""
    accept(house, "m1")
    slow, fast = house.worker(), house.worker()
    with house.store.writing() as connection:
        [row] = work.lease(connection, holder=slow._holder, now=house.now)
    with house.store.writing() as connection:
        work.bury_late_leases(connection, now=house.now + work.LEASE)
    assert fast.round() == 1
    order = slow._order(row, {row.event: house.rows(tables.events)[0].body}, house.now)
    assert order is not None
    bench = Bench(
        holder=slow._holder,
        now=house.now,
        rulebook=house.rulebooks.current(),
        keyring=house.keyring,
        numbers=slow._numbers,
        readings=Readings({}, {}),
    )
    slow._work_on([order], bench)
    assert house.count(tables.tickets) == 1
    assert house.count(tables.dead_letters) == 0


@pytest.mark.parametrize("nth", range(1, 7))
def test_whichever_commit_fails_nothing_is_half_done(house: House, nth: int) -> None:
    """After any one failed commit all is as it was, and going on leads to the same desk."""
    accept(house, "m1", "m2", "m3")
    commits = [0]

    @event.listens_for(house.store._writer, "commit")
    def _fail(_connection: object) -> None:
        commits[0] += 1
        if commits[0] == nth:
            raise OSError("the disk is gone")

    worker = house.worker()
    stop = threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_module, "TROUBLE_SECONDS", 0.0)
        worker.run(stop, lambda _seconds: stop.set())
    commits[0] += 100
    house.pass_time(seconds=2)
    house.work(worker)
    assert house.count(tables.tickets) == 3
    assert [row.state for row in house.contacts()] == ["ticket"] * 3
    assert house.count(tables.events) == 6
    assert house.count(tables.work) == house.count(tables.dead_letters) == 0
    assert sum(row.open_tickets for row in house.rows(tables.agents)) == 3
    assert house.count(tables.outgoing) == 6


def test_when_the_database_failed_leases_are_given_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage is nobody's death and no attempt: the worker comes back and does its events at once."""
    monkeypatch.setattr(worker_module, "TROUBLE_SECONDS", 0.0)
    accept(house, "m1", "m2")
    down = [True]

    @event.listens_for(house.store._writer, "before_cursor_execute")
    def _fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if down[0] and statement.startswith("INSERT INTO tickets"):
            down[0] = False
            raise OperationalError(statement, None, ConnectionError("gone"))

    stop = threading.Event()
    house.worker().run(stop, lambda _seconds: stop.set())
    assert house.count(tables.tickets) == 2
    assert house.count(tables.ledger) == house.count(tables.work) == 0


def test_a_stop_gives_leases_back(house: House) -> None:
    """Others need not wait for a minute for what a stopped worker had not begun."""
    accept(house, "m1", "m2")
    worker = house.worker()
    with house.store.writing() as connection:
        assert len(work.lease(connection, holder=worker._holder, now=house.now)) == 2
    stop = threading.Event()
    stop.set()
    worker.run(stop, lambda _seconds: None)
    assert [(row.lease, row.deaths) for row in house.rows(tables.work)] == [(None, 0)] * 2


def test_a_worker_sleeps_until_something_rings(house: House) -> None:
    """With nothing to do it waits a second at a time, and works as soon as it is woken."""
    waited: list[float] = []
    stop = threading.Event()
    bell = threading.Event()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if house.count(tables.tickets):
            stop.set()
        else:
            bell.wait(PATIENT)

    thread = threading.Thread(target=house.worker().run, args=(stop, wait))
    thread.start()
    accept(house, "m1")
    bell.set()
    thread.join(PATIENT)
    assert set(waited) == {worker_module.LOOK_SECONDS}
    assert house.count(tables.tickets) == 1


# What handlers say.


def test_a_refused_event_is_a_dead_letter_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of its chain is written, it is not tried again, and a person is told on its ticket."""
    put_in(monkeypatch, "TicketOpened", Failing(error=Refuse(Reason.GONE, "entry")))
    accept(house, "m1")
    house.work()
    [letter] = house.rows(tables.dead_letters)
    assert (letter.reason, letter.detail, letter.attempts) == ("gone", "entry", 1)
    assert house.count(tables.work) == house.count(tables.agents) == 0
    assert house.rows(tables.tickets)[0].agent == ""
    assert {row.reason for row in house.rows(tables.outgoing)} == {"acknowledged", "given_up"}


def test_a_deferred_event_waits_and_counts_no_attempt(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no error, and nothing of its chain is written before its time."""
    later = NOON + timedelta(hours=1)
    put_in(monkeypatch, "TicketOpened", Failing(times=1, error=Defer(later)))
    accept(house, "m1")
    house.work()
    [row] = house.rows(tables.work)
    assert (row.due_at, row.attempts, row.lease) == (later, 0, None)
    assert house.count(tables.outgoing) == house.count(tables.ledger) == 0
    house.now = later
    house.work()
    assert house.count(tables.outgoing) == 2


def test_a_contact_that_is_set_aside_is_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no ticket, it says why, its message can be read, and others hear of it."""
    aside = Failing(error=SetAside(Reason.LOOP, "passed 60 hosts"))
    put_in(monkeypatch, "ContactChecked", aside, stage=Stage.SCREEN)
    accept(house, "m1")
    house.work()
    assert (house.contact.state, house.contact.reason) == ("aside", "loop")
    assert house.contact.detail == "passed 60 hosts"
    assert house.count(tables.messages) == 1
    assert house.count(tables.tickets) == house.count(tables.work) == house.count(tables.outgoing) == 0
    assert [told.name for told in house.rung][-1] == "ContactSetAside"


def test_an_optional_handler_fails_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the others did stands, and the one that failed has work of its own, which is done later."""
    seen: list[int] = []

    def fail_once(opened: object, desk: Desk) -> None:
        desk.note(1, "written and taken back" if not seen else "written at last")
        seen.append(1)
        if len(seen) == 1:
            raise RuntimeError("a fault of ours")

    put_in(monkeypatch, "TicketOpened", fail_once, required=False)
    accept(house, "m1")
    house.work()
    assert house.count(tables.outgoing) == 2
    [row] = house.rows(tables.work)
    assert (row.name, row.handler, row.attempts) == ("TicketOpened", "zz_extra", 1)
    [noted] = house.rows(tables.ledger)
    assert (noted.what, noted.reason) == ("left", "zz_extra")
    assert "a fault of ours" not in noted.detail
    house.pass_time(seconds=2)
    house.work()
    assert house.count(tables.work) == 0
    assert house.count(tables.outgoing) == 2
    notes = [row.text for row in house.rows(tables.entries) if row.kind == "system"]
    assert notes == ["written at last"]


def test_rules_that_answer_each_other_are_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket that is changed for ever stops after eight steps, with a dead letter that says runaway."""

    def change_again(changed: TicketChanged, desk: Desk) -> None:
        desk.change(1, priority="low" if desk.ticket(1).priority == "high" else "high")
        desk.tell_changes(1)

    accept(house, "m1")
    house.work()
    put_in(monkeypatch, "TicketChanged", change_again)
    first = TicketChanged(
        at=NOON, stream="ticket:1", effect_key="first", ticket=1, changes={"priority": ("a", "b")}, by=By.DESK
    )
    with house.store.writing() as connection:
        work.enqueue(connection, [first])
    house.work()
    [letter] = house.rows(tables.dead_letters)
    assert letter.reason == "runaway"
    assert [row.name for row in house.rows(tables.events)].count("TicketChanged") == 9
    assert house.count(tables.work) == 0


def test_an_event_that_cannot_be_read_is_a_dead_letter(house: House) -> None:
    """What a later version wrote is kept for it, and the rest of the batch goes on."""
    accept(house, "m1", "m2")
    known = house.rows(tables.events)[0].id
    with house.store.writing() as connection:
        connection.execute(update(tables.events).where(tables.events.c.id == known).values(body="{}"))
    house.work()
    [letter] = house.rows(tables.dead_letters)
    assert (letter.event, letter.reason) == (known, "unreadable")
    assert house.count(tables.tickets) == 1
    assert house.count(tables.work) == 0
