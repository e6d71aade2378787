"""Ticket numbers: never given twice, and on SQLite without a gap."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from store.batch import Batch
from store.engine import Store
from store.numbers import numbers_for
from tests.store.house import in_threads, ready_store

if TYPE_CHECKING:
    from pathlib import Path

    from store.numbers import Numbers


def take(store: Store, numbers: Numbers, most: int, *, fail: bool = False) -> list[int]:
    """Take ticket numbers in a batch, which fails after its flush where that is wished."""
    taken: list[int] = []
    with contextlib.suppress(ZeroDivisionError), store.writing() as connection:
        batch = Batch(connection, numbers)
        taken += [batch.number("tickets") for _ in range(most)]
        batch.flush()
        if fail:
            raise ZeroDivisionError
    return taken


def test_tickets_are_counted_from_one(store: Store) -> None:
    """The first ticket of a desk is number one, on both databases."""
    numbers = numbers_for(store.dialect)
    assert take(store, numbers, 3) == [1, 2, 3]
    assert take(store, numbers, 2) == [4, 5]


def test_names_count_apart(store: Store) -> None:
    """Tickets, entries and outgoing mail each have numbers of their own."""
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        assert [batch.number(name) for name in ("tickets", "entries", "outgoing")] == [1, 1, 1]


def test_no_number_is_given_twice(desk_url: str) -> None:
    """Workers in several processes, with batches that fail among them, never give the same number."""
    stores = [ready_store(desk_url), Store(desk_url)]
    kept: list[int] = []

    def work(store: Store) -> None:
        numbers = numbers_for(store.dialect)
        for turn in range(15):
            fail = turn % 4 == 0
            taken = take(store, numbers, 7, fail=fail)
            if not fail:
                kept.extend(taken)

    in_threads(*(lambda store=store: work(store) for store in stores * 2))
    assert len(kept) == len(set(kept)) == 4 * 11 * 7
    for store in stores:
        store.close()


def test_what_an_undone_event_took_is_given_again(store: Store) -> None:
    """A handler that failed leaves no gap in the numbers of its batch."""
    with store.writing() as connection:
        batch = Batch(connection, numbers_for(store.dialect))
        assert batch.number("tickets") == 1
        mark = batch.mark()
        assert [batch.number("tickets"), batch.number("entries"), batch.number("tickets")] == [2, 1, 3]
        batch.undo(mark)
        assert [batch.number("tickets"), batch.number("entries")] == [2, 1]


@pytest.mark.parametrize("failures", [1, 5])
def test_on_sqlite_failed_batches_leave_no_gap(tmp_path: Path, failures: int) -> None:
    """A desk on SQLite counts its tickets one by one, whatever failed between."""
    store = ready_store(f"sqlite:///{tmp_path / 'desk.db'}")
    numbers = numbers_for(store.dialect)
    assert take(store, numbers, 2) == [1, 2]
    for _ in range(failures):
        take(store, numbers, 3, fail=True)
    assert take(store, numbers_for(store.dialect), 2) == [3, 4]
    store.close()
