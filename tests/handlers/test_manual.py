"""What a person does at the desk: one transaction, one line of events, counts that stay right."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from config.types import Agent
from events.types import By, Event, ReplyAdded, TicketChanged
from handlers import manual
from runtime.by_hand import at_ticket
from store import views, work
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.engine import Store

ANA = Agent(id="ana", name="Ana García", address="ana@acme.example")
BJORN = Agent(id="bjorn", name="Bjørn Dahl", address="bjorn@acme.example")


@pytest.fixture
def desk_at_hand(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
) -> DeskAtHand:
    """A desk on each database with ticket 1, worked on."""
    monkeypatch.setenv("DESPACHO_DATABASE_URL", database_url)
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Faktura 118", "Hei, fakturaen min er feil. Kan dere hjelpe meg med dette i dag?")
    desk.work()
    return desk


@pytest.fixture
def store(desk_at_hand: DeskAtHand) -> Iterator[Store]:
    """That desk's store."""
    store = desk_at_hand.store()
    yield store
    store.close()


def _open_tickets(store: Store, agent: str) -> int:
    with at_ticket(store, 1) as desk:
        return desk.batch.agents.read(agent)


def _waiting(store: Store) -> list[Event]:
    """The events that wait for a worker, in the order in which they will be worked on."""
    found: list[Event] = []
    now = datetime.now(UTC)
    with store.writing() as connection:
        while rows := work.lease(connection, holder="test", now=now):
            bodies = work.load(connection, [row.event for row in rows])
            found += [work.event_of(bodies[row.event]) for row in rows]
            work.finish(connection, holder="test", ids=[row.id for row in rows])
    return found


def test_a_deed_begins_a_line_of_events(store: Store) -> None:
    """The reply is a root of its own, and the change of state that comes with it has it as its cause."""
    with at_ticket(store, 1) as desk:
        entry = manual.reply(desk, 1, "Ny faktura er sendt.", "ana")
    reply, change = _waiting(store)
    assert isinstance(reply, ReplyAdded)
    assert isinstance(change, TicketChanged)
    assert (reply.cause, reply.root, reply.depth) == (None, reply.id, 0)
    assert (change.cause, change.root, change.depth) == (reply.id, reply.id, 1)
    assert (reply.entry, reply.by, reply.stream) == (entry.id, By.AGENT, "ticket:1")
    assert (change.by, change.who, change.changes) == (By.AGENT, "ana", {"status": ("new", "open")})


def test_a_deed_that_fails_leaves_nothing(store: Store) -> None:
    """An error after the words were written takes the words, the state and the events back."""

    def fail() -> None:
        with at_ticket(store, 1) as desk:
            manual.reply(desk, 1, "Ny faktura er sendt.", "ana", solve=True)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    with store.reading() as connection:
        view = views.ticket(connection, 1)
    assert view is not None
    assert (view.ticket.status, view.undone) == ("new", 0)
    assert [entry.kind for entry in view.entries] == ["message"]


def test_counts_of_open_tickets_follow(store: Store) -> None:
    """Handing over moves one from agent to agent; solving takes one off; solved ones count for nobody."""
    with at_ticket(store, 1) as desk:
        before = desk.ticket(1).agent
        assert manual.assign(desk, 1, BJORN)
    assert (_open_tickets(store, before), _open_tickets(store, "bjorn")) == (0, 1)
    with at_ticket(store, 1) as desk:
        assert manual.solve(desk, 1, "bjorn") is not None
    assert _open_tickets(store, "bjorn") == 0
    with at_ticket(store, 1) as desk:
        assert manual.assign(desk, 1, ANA)
    assert (_open_tickets(store, "ana"), _open_tickets(store, "bjorn")) == (0, 0)


def test_solving_is_done_once(store: Store) -> None:
    """A second time writes no entry and tells no event."""
    with at_ticket(store, 1) as desk:
        entry = manual.solve(desk, 1, "ana")
    assert entry is not None
    assert (entry.kind, entry.public, entry.flag) == ("note", False, "solve")
    assert len(_waiting(store)) == 2
    with at_ticket(store, 1) as desk:
        assert manual.solve(desk, 1, "ana", "again") is None
    assert _waiting(store) == []


def test_only_what_is_meant_for_them_reaches_customers(store: Store) -> None:
    """A reply and a resolution are public, a note is not; readers are who takes part, never our mailbox."""
    with at_ticket(store, 1) as desk:
        assert manual.note(desk, 1, "secret", "ana").public is False
        assert manual.reply(desk, 1, "for you", "ana").public is True
        resolution = manual.solve(desk, 1, "ana", "done")
        assert resolution is not None
        assert resolution.public is True
        assert manual.readers(desk, 1) == ["kari@customer.example"]


def test_a_deed_waits_for_the_worker_at_the_ticket(store: Store) -> None:
    """While a worker's transaction holds the ticket's work, a person's deed waits, and comes after it."""
    with at_ticket(store, 1) as desk:
        manual.note(desk, 1, "to make work", "ana")
    order: list[str] = []
    holding, seen = threading.Event(), threading.Event()

    def act() -> None:
        holding.wait(10)
        seen.set()
        with at_ticket(store, 1):
            order.append("person")

    person = threading.Thread(target=act)
    person.start()
    now = datetime.now(UTC)
    with store.writing() as connection:
        rows = work.lease(connection, holder="worker", now=now)
    with store.writing() as connection:
        assert work.still_held(connection, holder="worker", rows=rows)
        holding.set()
        seen.wait(10)
        person.join(0.3)
        assert person.is_alive()
        order.append("worker")
    person.join(10)
    assert order == ["worker", "person"]
