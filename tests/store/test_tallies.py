"""Counts with a limit: however many batches count at once, the limit holds and nothing is miscounted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from store.batch import Batch
from store.numbers import numbers_for
from store.tables import agents, throttles
from store.tallies import ContendedError
from tests.store.house import NOON, in_threads, rows

if TYPE_CHECKING:
    from store.engine import Store


def counted(store: Store) -> dict[str, int]:
    """Every agent's count."""
    return {row.id: row.open_tickets for row in rows(store, agents)}


def add(store: Store, *additions: tuple[str, int], limit: int = 0, extra: Any = None) -> None:
    """Count in a batch of its own."""
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        for key, amount in additions:
            batch.agents.add(key, amount, limit=limit, extra=extra)
        batch.flush()


def test_a_count_begins_at_nothing_and_goes_up_and_down(store: Store) -> None:
    """Additions of one batch are summed, and those of the next come on top."""
    add(store, ("ana", 2), ("ana", 1), ("bjorn", 1))
    add(store, ("ana", -1))
    assert counted(store) == {"ana": 2, "bjorn": 1}


def test_reads_see_additions_that_are_not_written_yet(store: Store) -> None:
    """The second ticket of a batch goes to whoever has fewer after the first."""
    add(store, ("ana", 2))
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        batch.agents.prefetch(["ana", "bjorn"])
        batch.agents.add("ana", 1)
        assert (batch.agents.read("ana"), batch.agents.read("bjorn")) == (3, 0)


def test_a_full_count_fails_the_flush(store: Store) -> None:
    """What another worker used up meanwhile is noticed, and nothing of the batch is written."""
    add(store, ("ana", 2), limit=2)
    with pytest.raises(ContendedError):
        add(store, ("bjorn", 1), ("ana", 1), limit=2)
    assert counted(store) == {"ana": 2}


def test_going_down_is_never_refused(store: Store) -> None:
    """A ticket can be solved even where the agent has more than a new limit allows."""
    add(store, ("ana", 5))
    add(store, ("ana", -1), limit=2)
    assert counted(store) == {"ana": 4}


def test_the_tightest_limit_of_a_batch_holds(store: Store) -> None:
    """A later addition without a limit does not lift the one that was given before."""
    add(store, ("ana", 1), limit=1)
    with pytest.raises(ContendedError), store.writing() as connection:
        _two_limits(Batch(connection, numbers_for(store.dialect)))


def _two_limits(batch: Batch) -> None:
    batch.agents.add("ana", 2, limit=2)
    batch.agents.add("ana", 1)
    batch.agents.add("ana", -1)
    batch.flush()


def test_taking_a_ticket_away_keeps_when_the_last_one_was_given(store: Store) -> None:
    """What stands beside a count changes only where something new is said."""
    add(store, ("ana", 1), extra=NOON)
    add(store, ("ana", -1))
    [row] = rows(store, agents)
    assert (row.open_tickets, row.assigned_at) == (0, NOON)


def test_undone_additions_leave_nothing(store: Store) -> None:
    """Amount, limit and what stands beside them are taken back together."""
    add(store, ("ana", 1), extra=NOON)
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        batch.agents.add("ana", 1, extra=NOON + timedelta(hours=1))
        mark = batch.mark()
        batch.agents.add("ana", 5, limit=2, extra=NOON + timedelta(hours=2))
        batch.agents.add("bjorn", 1)
        batch.undo(mark)
        assert batch.agents.read("ana") == 2
        batch.flush()
    [row] = rows(store, agents)
    assert (row.open_tickets, row.assigned_at) == (2, NOON + timedelta(hours=1))


def test_two_batches_that_race_for_the_last_place(store: Store) -> None:
    """Each place is given once: losers are told, and with fresh counts they see that it is gone."""
    gained: list[bool] = []

    def try_it() -> None:
        for _ in range(20):
            try:
                add(store, ("ana", 1), limit=15)
                gained.append(True)
            except ContendedError:
                gained.append(False)

    in_threads(try_it, try_it)
    assert gained.count(True) == 15
    assert counted(store) == {"ana": 15}


def test_batches_that_count_the_same_names_never_deadlock(store: Store) -> None:
    """Rows are taken in key order, whatever order the handlers counted in."""
    names = ["ana", "bjorn", "carol", "dora"]

    def count_all(order: list[str]) -> None:
        for _ in range(25):
            add(store, *((name, 1) for name in order))

    in_threads(lambda: count_all(names), lambda: count_all(names[::-1]), lambda: count_all(names))
    assert counted(store) == dict.fromkeys(names, 75)


def test_throttles_keep_the_end_of_their_span(store: Store) -> None:
    """A count of automatic mail is written with the time until which it counts."""
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        batch.throttles.add("ack", limit=2, extra=NOON)
        batch.throttles.add("ack", limit=2, extra=NOON)
        batch.flush()
    [row] = rows(store, throttles)
    assert (row.count, row.until) == (2, NOON)
