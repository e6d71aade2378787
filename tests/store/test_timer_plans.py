"""A tick with many open timers reads those that are due, by their index, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, exists, select

from bench.timers import BEGIN, DUE, Clock, fill
from store.engine import Store
from store.schema import migrate
from store.tables import timers
from tests.store.plans import plans, scans, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMERS = 20_000


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with many open timers."""
    store = Store(database_url)
    migrate(store)
    fill(store, TIMERS)
    yield store
    store.close()


@pytest.mark.slow
@pytest.mark.servers
def test_a_tick_finds_due_timers_by_their_index(store: Store) -> None:
    """What is due is looked for, read and deleted without a look at the rest; a quiet tick fires none."""
    clock = Clock(store)
    clock.make_due(0)
    with statements(store) as seen:
        clock.tick(DUE)
        clock.tick(0)
    asked = plans(store, seen, of="timers")
    by_time = [plan for kind, plan in asked.items() if "timers.due_at" in kind]
    assert len(by_time) == 2
    assert all("ix_timers_due_at" in plan for plan in by_time), by_time
    assert not [plan for plan in asked.values() if "Seq Scan on timers" in plan or "SCAN timers\n" in plan]
    assert scans(store, seen) == {}


@pytest.mark.slow
@pytest.mark.servers
def test_asking_whether_any_is_due_would_read_them_all(postgres_url: str) -> None:
    """What this pins: for any time, PostgreSQL looks for a due one in the table, and reads all of it."""
    store = Store(postgres_url)
    migrate(store)
    fill(store, TIMERS)
    with statements(store) as seen, store.reading() as connection:
        connection.execute(select(exists().where(timers.c.due_at <= bindparam("now"))), {"now": BEGIN})
    [plan] = plans(store, seen, of="timers").values()
    store.close()
    assert "Seq Scan on timers" in plan
