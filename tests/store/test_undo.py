"""Taking back what a failed handler wrote: in any order, and without asking the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from events.types import ContactChecked
from store import kinds, tables
from tests.store.desk_rows import (
    a_ticket,
    a_timer,
    a_trace,
    batch_in,
)
from tests.store.house import NOON, rows

if TYPE_CHECKING:
    from store.engine import Store


def test_an_undone_handler_has_written_nothing(store: Store) -> None:
    """Adds, changes, removals and events since a mark are taken back, and what stood before it stays."""
    with batch_in(store) as batch:
        batch.shelf(kinds.TICKETS).add(a_ticket(1))
        batch.shelf(kinds.TIMERS).add(a_timer())
    with batch_in(store) as batch:
        tickets = batch.shelf(kinds.TICKETS)
        before = tickets.get(1)
        assert before is not None
        changed = tickets.change(before, priority="high")
        batch.shelf(kinds.TRACES).add(a_trace("route"))
        mark = batch.mark()
        tickets.change(changed, priority="low", status="open")
        tickets.add(a_ticket(2))
        batch.shelf(kinds.TRACES).add(a_trace("assign"))
        [timer] = batch.shelf(kinds.TIMERS).where("ticket", 1)
        batch.shelf(kinds.TIMERS).remove(timer)
        batch.emit(ContactChecked(at=NOON, stream="s", effect_key="k", contact=1))
        batch.undo(mark)
        assert tickets.get(2) is None
    [row] = rows(store, tables.tickets)
    assert (row.id, row.priority, row.status) == (1, "high", "new")
    assert [row.handler for row in rows(store, tables.traces)] == ["route"]
    assert len(rows(store, tables.timers)) == 1
    assert rows(store, tables.events) == []


def test_a_removed_record_that_is_written_anew_is_there(store: Store) -> None:
    """A timer that is taken away and set again within one batch is set."""
    with batch_in(store) as batch:
        batch.shelf(kinds.TIMERS).add(a_timer())
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.TIMERS)
        shelf.remove(shelf.where("ticket", 1)[0])
        assert shelf.where("ticket", 1) == []
        shelf.add(a_timer(hours=15))
    [row] = rows(store, tables.timers)
    assert row.due_at == NOON.replace(hour=15)


@pytest.mark.parametrize("steps", ["add", "remove add", "remove add remove", "add remove", "remove"])
def test_removing_and_adding_can_be_undone_in_any_order(store: Store, steps: str) -> None:
    """However often a record went and came, taking that back leaves what was stored."""
    stored = steps.startswith("remove")
    with batch_in(store) as batch:
        if stored:
            batch.shelf(kinds.TIMERS).add(a_timer())
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.TIMERS)
        shelf.prefetch("ticket", [1])
        mark = batch.mark()
        for step in steps.split():
            if step == "add":
                shelf.add(a_timer(hours=15))
            else:
                shelf.remove(shelf.where("ticket", 1)[0])
        batch.undo(mark)
        assert len(shelf.where("ticket", 1)) == stored
    assert [row.due_at for row in rows(store, tables.timers)] == [NOON] * stored


def test_a_record_that_was_added_and_removed_is_never_written(store: Store) -> None:
    """The database hears nothing of what came and went within a batch."""
    with batch_in(store) as batch:
        shelf = batch.shelf(kinds.TIMERS)
        shelf.add(a_timer())
        shelf.remove(shelf.where("ticket", 1)[0])
    assert rows(store, tables.timers) == []
