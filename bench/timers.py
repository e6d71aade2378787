"""What a tick of the timekeeper takes in a store with a million open timers of which a hundred are due."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import text, update

from bench.machine import machine
from bench.stacks import stack
from bench.stock_dialects import filling, make_numbers
from runtime.timekeeper import Timekeeper
from store.engine import Store
from store.schema import migrate
from store.tables import timers

if TYPE_CHECKING:
    from events.types import Event

DUE = 100
BAR_MS = 50.0
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_SPAN = timedelta(days=90)
_EACH = 4
"""Timers a ticket."""
_FILL = {
    "sqlite": "INSERT INTO timers (id, ticket, which, level, due_at)"
    " SELECT n, n / :each + 1, 'first_response', n % :each,"
    " strftime('%Y-%m-%d %H:%M:%S.000000', :begin + n * :step, 'unixepoch') FROM stock_numbers",
    "postgresql": "INSERT INTO timers (id, ticket, which, level, due_at)"
    " SELECT n, n / :each + 1, 'first_response', n % :each,"
    " to_timestamp(:begin + n * :step) FROM stock_numbers",
}
"""The n-th timer, its time as each database keeps it."""


def timers_due(stack_name: str, *, open_timers: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of a tick that fires `DUE` timers, and of one that finds none; ``ok`` within the bar."""
    with tempfile.TemporaryDirectory(prefix="despacho-timers-") as folder, stack(stack_name) as servers:
        file = f"sqlite:///{Path(folder) / 'desk.db'}"
        store = Store(servers.fresh("timers").get("DESPACHO_DATABASE_URL", file))
        migrate(store)
        fill(store, open_timers)
        clock = Clock(store)
        firing, idle = [], []
        for number in range(rounds):
            clock.make_due(number)
            firing.append(clock.tick(DUE))
            idle.append(clock.tick(0))
        store.close()
    return {
        "machine": machine(),
        "stack": stack_name,
        "open timers": open_timers,
        "due": DUE,
        "tick that fires them, median, ms": median(firing),
        "the longest of them, ms": max(firing),
        "tick with nothing due, median, ms": median(idle),
        "bar, ms": BAR_MS,
        "verdict": "ok" if median(firing) <= BAR_MS else "above",
    }


def fill(store: Store, count: int) -> None:
    """Make so many timers, four a ticket, due one after the other from a day after `BEGIN` on."""
    with filling(store) as connection:
        make_numbers(connection, 1, count)
        values = {
            "each": _EACH,
            "begin": int((BEGIN + timedelta(days=1)).timestamp()),
            "step": _SPAN.total_seconds() / count,
        }
        connection.execute(text(_FILL[store.dialect]), values)
        connection.execute(text("DROP TABLE stock_numbers"))


class Clock:
    """A timekeeper that is moved by hand."""

    def __init__(self, store: Store) -> None:
        """At `BEGIN` nothing is due."""
        self._store = store
        self._fired: list[Event] = []
        self._keeper = Timekeeper(store, ring=self._fired.extend, now=lambda: BEGIN)
        # The first tick also forgets old counts, as one in ten minutes does.
        self._keeper.tick()

    def make_due(self, number: int) -> None:
        """Let the `DUE` timers of round ``number`` be due, each of a ticket of its own."""
        first = number * DUE * _EACH + _EACH
        chosen = range(first, first + DUE * _EACH, _EACH)
        late = update(timers).where(timers.c.id.in_(chosen)).values(due_at=BEGIN - timedelta(minutes=1))
        with self._store.writing() as connection:
            connection.execute(late)

    def tick(self, wanted: int) -> float:
        """Tick once, and give the milliseconds; raises ``RuntimeError`` unless ``wanted`` timers fired."""
        self._fired.clear()
        began = time.perf_counter()
        self._keeper.tick()
        spent = (time.perf_counter() - began) * 1000
        if len(self._fired) != wanted:
            message = f"{len(self._fired)} timers fired, {wanted} were due"
            raise RuntimeError(message)
        return spent
