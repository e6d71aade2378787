"""A worker whose mails are read on another core: the next batch is taken before the last is worked on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import event as sqlalchemy
from sqlalchemy.exc import OperationalError

from events.types import ContactChecked
from runtime.ear import Deaf
from runtime.reading import Reader, Readings
from runtime.worker import Worker
from store import tables
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pytest

    from config.types import Policy
    from events.types import Event


class Beside(Reader):
    """A reader that says that it reads elsewhere, and keeps what it was asked for and when it was fetched."""

    reads_elsewhere = True

    def __init__(self, house: House) -> None:
        """Nothing was asked yet."""
        super().__init__(house.store, house.files, house.keyring)
        self.seen: list[tuple[str, list[int]]] = []
        self.ahead: list[bool] = []

    def begin(
        self, events: Iterable[Event], policy: Policy, *, ahead: bool = False
    ) -> Callable[[], Readings]:
        """As the reader that has a child."""
        self.ahead.append(ahead)
        events = list(events)
        contacts = [event.contact for event in events if isinstance(event, ContactChecked)]
        self.seen.append(("asked", contacts))

        def readings() -> Readings:
            self.seen.append(("fetched", contacts))
            return self.read(events, policy)

        return readings


class Told(Deaf):
    """An ear that was told of so many events since the last look, whenever that was."""

    def __init__(self, told: int) -> None:
        """Where these are enough, nobody has to gather."""
        self.told = told
        self.gathered: list[int] = []

    def gather(self, enough: int, quiet: float, timeout: float) -> None:
        """Note that it was asked."""
        assert 0 < quiet < timeout
        self.gathered.append(enough)


def looking_ahead(house: House, most: int = 3, ear: Told | None = None) -> tuple[Beside, Worker]:
    """A worker with such a reader."""
    reader = Beside(house)
    worker = Worker(
        house.store,
        reader,
        house.rulebooks,
        house.keyring,
        ring=house.rung.extend,
        now=lambda: house.now,
        most=most,
        ear=ear,
    )
    return reader, worker


def accept(house: House, count: int) -> None:
    """So many mails, each of another thread."""
    for number in range(count):
        house.accept(mail(f"m{number}", subject=f"About {number}"))


def leases(house: House) -> int:
    """How many rows of work are leased."""
    return sum(row.lease is not None for row in house.rows(tables.work))


def test_the_next_batch_is_asked_for_before_the_last_is_worked_on(house: House) -> None:
    """Seven mails by three: each batch is asked for one round early, fetched once, and done once."""
    accept(house, 7)
    reader, worker = looking_ahead(house)
    assert worker.round() == 3
    assert reader.seen == [("asked", [1, 2, 3]), ("fetched", [1, 2, 3]), ("asked", [4, 5, 6])]
    assert (house.count(tables.tickets), leases(house)) == (3, 3)
    assert [worker.round(), worker.round(), worker.round()] == [3, 1, 0]
    assert [contacts for what, contacts in reader.seen if what == "fetched"] == [[1, 2, 3], [4, 5, 6], [7]]
    assert reader.ahead == [False, True, True]
    assert (house.count(tables.tickets), house.count(tables.work)) == (7, 0)


def test_a_batch_that_is_not_full_is_the_last(house: House) -> None:
    """Where there is no more, nothing is looked for."""
    accept(house, 2)
    reader, worker = looking_ahead(house)
    assert worker.round() == 2
    assert [what for what, _ in reader.seen] == ["asked", "fetched"]


def test_a_batch_that_is_not_full_is_followed_by_what_came_meanwhile(house: House) -> None:
    """What the worker was told of while it waited for the messages is asked for before they are worked on."""
    accept(house, 2)
    reader, worker = looking_ahead(house, ear=Told(3))
    begin = reader.begin

    def begin_while_mail_comes(
        events: Iterable[Event], policy: Policy, *, ahead: bool = False
    ) -> Callable[[], Readings]:
        if not reader.seen:
            house.accept(mail("m9", subject="About 9"))
        return begin(events, policy, ahead=ahead)

    reader.begin = begin_while_mail_comes  # type: ignore[method-assign]
    assert worker.round() == 2
    assert reader.seen == [("asked", [1, 2]), ("fetched", [1, 2]), ("asked", [3])]
    assert (house.count(tables.tickets), leases(house)) == (2, 1)


def test_few_are_left_to_gather(house: House) -> None:
    """A batch of three costs a mail three times as much: until one is full, the worker waits."""
    accept(house, 2)
    ear = Told(2)
    reader, worker = looking_ahead(house, ear=ear)
    stop = threading.Event()
    worker.run(stop, lambda _seconds: stop.set())
    assert [what for what, _ in reader.seen] == ["asked", "fetched"]
    assert ear.gathered == [3]


def test_a_second_mail_of_a_thread_waits_for_the_first(house: House) -> None:
    """What is taken ahead is never newer than something undone of its own stream."""
    house.accept(mail("a0", subject="About it"))
    accept(house, 2)
    house.accept(mail("a1", subject="Re: About it", extra="References: <a0@customer.example>\r\n"))
    reader, worker = looking_ahead(house)
    worker.round()
    assert ("asked", [4]) not in reader.seen
    while worker.round():
        pass
    assert house.count(tables.tickets) == 3


def test_what_was_taken_ahead_is_given_back_at_a_stop(house: House) -> None:
    """Nobody need wait for its lease to run out, and it counts no death."""
    accept(house, 6)
    _, worker = looking_ahead(house)
    stop = threading.Event()
    rounds = worker.round

    def one_round() -> int:
        stop.set()
        return rounds()

    worker.round = one_round  # type: ignore[method-assign]
    worker.run(stop, lambda _seconds: None)
    assert (house.count(tables.tickets), leases(house)) == (3, 0)
    assert {row.deaths for row in house.rows(tables.work)} == {0}
    house.work()
    assert house.count(tables.tickets) == 6


def test_what_was_taken_ahead_is_given_back_when_the_database_fails(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker begins anew: nothing is done by a lease that it has given away."""
    monkeypatch.setattr("runtime.worker.TROUBLE_SECONDS", 0.0)
    accept(house, 6)
    reader, worker = looking_ahead(house)
    down = [True]

    @sqlalchemy.listens_for(house.store._writer, "before_cursor_execute")
    def _fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if down[0] and statement.startswith("INSERT INTO tickets"):
            down[0] = False
            raise OperationalError(statement, None, ConnectionError("gone"))

    stop = threading.Event()
    worker.run(stop, lambda _seconds: stop.set())
    # The second batch was begun, and given up; its answer was never fetched for another batch.
    assert [contacts for _, contacts in reader.seen[:4]] == [[1, 2, 3], [1, 2, 3], [4, 5, 6], [1, 2, 3]]
    assert (house.count(tables.tickets), house.count(tables.work)) == (6, 0)
    assert house.count(tables.ledger) == 0
