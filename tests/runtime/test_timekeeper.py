"""The timekeeper: due timers and late leases, once each, and a desk with nothing due is left in peace."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import event, insert

from runtime import timekeeper as timekeeper_module
from runtime.timekeeper import Timekeeper
from store import tables, work
from store.engine import Store
from tests.store.house import NOON, House, in_threads, mail

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from events.types import Event
    from tests.servers.postgres_server import Postgres


def put_timers(house: House, *tickets: int) -> None:
    """Timers that are due at noon."""
    with house.store.writing() as connection:
        connection.execute(
            insert(tables.timers),
            [{"ticket": ticket, "which": "first_response", "level": 1, "due_at": NOON} for ticket in tickets],
        )


def test_a_due_timer_is_told_and_rung(house: House) -> None:
    """The deadline's event is written, the timer is gone, and a worker is woken."""
    put_timers(house, 7)
    house.timekeeper().tick()
    assert [(told.name, told.stream) for told in house.rung] == [("DeadlineReached", "ticket:7")]
    assert house.count(tables.timers) == 0
    assert house.count(tables.work) == 1


def test_two_timekeepers_tell_each_deadline_once(house: House) -> None:
    """Every host may run one: each takes what the others have not."""
    put_timers(house, *range(1, 301))
    other = Store(house.store.url.render_as_string(hide_password=False))
    rung: list[Event] = []
    keepers = [Timekeeper(store, ring=rung.extend, now=lambda: house.now) for store in (house.store, other)]

    def tick(keeper: Timekeeper) -> None:
        for _ in range(4):
            keeper.tick()

    in_threads(*(lambda keeper=keeper: tick(keeper) for keeper in keepers))
    assert sorted(told.stream for told in rung) == sorted(f"ticket:{number}" for number in range(1, 301))
    assert house.count(tables.events) == 300
    other.close()


def test_a_dead_workers_events_are_free_again(house: House) -> None:
    """A lease that ran out is ended by the next tick, and another worker does the event."""
    house.accept(mail())
    with house.store.writing() as connection:
        work.lease(connection, holder="dead", now=house.now)
    house.timekeeper().tick()
    assert [row.lease for row in house.rows(tables.work)] == ["dead"]
    house.pass_time(seconds=60)
    house.timekeeper().tick()
    house.work()
    assert house.count(tables.tickets) == 1


def test_an_idle_desk_writes_nothing(house: House) -> None:
    """With nothing due a tick takes no write lock and costs no fsync."""
    keeper = house.timekeeper()
    keeper.tick()
    written: list[str] = []

    @event.listens_for(house.store._writer, "before_cursor_execute")
    def _hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SELECT", "BEGIN")) or statement.startswith("BEGIN IMMEDIATE"):
            written.append(statement)

    for _ in range(3):
        keeper.tick()
    assert written == []


def test_old_counts_are_forgotten_now_and_then(house: House) -> None:
    """Every ten minutes the counts of automatic mail whose span is over are dropped."""
    keeper = house.timekeeper()
    keeper.tick()
    with house.store.writing() as connection:
        connection.execute(insert(tables.throttles).values(key="k", until=NOON, count=1))
    house.pass_time(hours=1)
    for _ in range(timekeeper_module.FORGET_EVERY - 1):
        assert house.count(tables.throttles) == 1
        keeper._ticks += 1
    keeper.tick()
    assert house.count(tables.throttles) == 0


def test_a_backlog_is_counted(house: House) -> None:
    """The timekeeper knows how much waits."""
    house.accept(mail("m1"))
    house.accept(mail("m2"))
    keeper = house.timekeeper()
    keeper.tick()
    assert keeper.undone == 2


def test_an_outage_is_waited_for(
    postgres: Postgres, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timekeeper whose database goes away ticks on when it is back."""
    monkeypatch.setattr(timekeeper_module, "TICK_SECONDS", 0.05)
    house = House(postgres_url, tmp_path)
    put_timers(house, 7)
    postgres.kill()
    stop = threading.Event()
    rung = threading.Event()
    keeper = Timekeeper(house.store, ring=lambda _: rung.set(), now=lambda: house.now)
    thread = threading.Thread(target=keeper.run, args=(stop,))
    thread.start()
    assert not rung.wait(0.3)
    postgres.start()
    assert rung.wait(30)
    stop.set()
    thread.join(30)
    house.close()
