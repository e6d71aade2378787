"""Timers: fired once, in the transaction that forgets them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from store import tables, timers
from store.tables import throttles
from tests.store.house import NOON, in_threads, rows

if TYPE_CHECKING:
    from events.types import Event
    from store.engine import Store

MINUTE = timedelta(minutes=1)


def put(store: Store, *tickets: int, minutes: int = 0) -> None:
    """A timer for each of ``tickets``."""
    with store.writing() as connection:
        values = [
            {"ticket": ticket, "which": "first_response", "level": 1, "due_at": NOON + minutes * MINUTE}
            for ticket in tickets
        ]
        connection.execute(insert(tables.timers), values)


def fire(store: Store) -> list[Event]:
    """Fire what is due at noon."""
    with store.writing() as connection:
        return timers.fire(connection, now=NOON)


def test_a_due_timer_becomes_one_event_and_is_gone(store: Store) -> None:
    """It fires at its time, not before, and once."""
    put(store, 7)
    put(store, 8, minutes=1)
    [event] = fire(store)
    assert (event.name, event.stream, event.at) == ("DeadlineReached", "ticket:7", NOON)
    assert fire(store) == []
    assert [row.ticket for row in rows(store, tables.timers)] == [8]
    assert len(rows(store, tables.work)) == 1


def test_a_timer_that_is_set_again_fires_again(store: Store) -> None:
    """The same deadline of the same ticket, set anew, is a new fact."""
    for _ in range(2):
        put(store, 7)
        assert len(fire(store)) == 1
    assert len(rows(store, tables.events)) == 2


def test_several_timekeepers_fire_each_timer_once(store: Store) -> None:
    """Whoever looks at the same time takes what the others have not."""
    put(store, *range(1, 401))
    fired: list[Event] = []

    def keep_time() -> None:
        empty = 0
        while empty < 2:
            found = fire(store)
            fired.extend(found)
            empty = 0 if found else empty + 1

    in_threads(keep_time, keep_time)
    assert sorted(event.stream for event in fired) == sorted(f"ticket:{n}" for n in range(1, 401))
    assert len(rows(store, tables.events)) == 400


def test_counts_whose_span_is_over_are_forgotten(store: Store) -> None:
    """Counts of automatic mail do not pile up, and one that still counts stays."""
    with store.writing() as connection:
        values = [{"key": str(n), "until": NOON + n * MINUTE, "count": 1} for n in (-1, 0, 1)]
        connection.execute(insert(throttles), values)
        assert timers.forget_old_counts(connection, now=NOON) == 1
    assert [row.key for row in rows(store, throttles)] == ["0", "1"]
