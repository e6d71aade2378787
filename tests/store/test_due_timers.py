"""What a tick reads and tells: only what is due, all of a ticket's as one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, insert, text

from events.types import DeadlineReached
from store import tables, timers
from tests.store.house import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from tests.store.house import House

MINUTE = timedelta(minutes=1)


def put(house: House, *rows: tuple[int, str, int, datetime]) -> None:
    """Timers of tickets: which, level, due."""
    names = ("ticket", "which", "level", "due_at")
    with house.store.writing() as connection:
        connection.execute(insert(tables.timers), [dict(zip(names, row, strict=True)) for row in rows])


def fired(house: House, now: datetime) -> list[DeadlineReached]:
    """What is told at a time."""
    with house.store.writing() as connection:
        found = timers.fire(connection, now=now)
    return [one for one in found if isinstance(one, DeadlineReached)]


def test_levels_that_were_missed_are_one_event_in_their_order(house: House) -> None:
    """After a downtime, or a clock three days ahead; what is not due yet stays, and nothing comes twice."""
    late = [(7, "resolution", level, NOON + level * MINUTE) for level in (2, 1, 3)]
    put(house, *late, (7, "resolution", 9, NOON + timedelta(days=9)), (8, "resolution", 1, NOON))
    found = {one.ticket: one for one in fired(house, NOON + timedelta(days=3))}
    assert found[7].steps == (("resolution", 1), ("resolution", 2), ("resolution", 3))
    assert found[8].steps == (("resolution", 1),)
    assert fired(house, NOON + timedelta(days=3) - timedelta(hours=1)) == []
    assert [row.level for row in house.rows(tables.timers)] == [9]


def test_the_desks_housekeeping_is_told_by_itself(house: House) -> None:
    """A digest is no level of a ladder, even where both are due on one ticket."""
    put(house, (7, "digest:ana", 1, NOON), (7, "first_response", 1, NOON))
    assert sorted(one.steps for one in fired(house, NOON)) == [(("digest:ana", 1),), (("first_response", 1),)]


def test_more_than_a_tick_takes_is_taken_by_the_next(house: House) -> None:
    """Nothing is lost at the bound, and all of a ticket's come together across it."""
    most = timers.MOST
    put(house, *((number, "resolution", 1, NOON) for number in range(1, most + 2)))
    put(house, (1, "resolution", 2, NOON + MINUTE))
    first = fired(house, NOON + MINUTE)
    assert len(first) == most
    assert first[0].steps == (("resolution", 1), ("resolution", 2))
    assert len(fired(house, NOON + MINUTE)) == 1


def test_a_tick_reads_only_what_is_due(house: House) -> None:
    """The plan goes by the due time's index, on both databases, whatever waits beyond."""
    put(house, *((number, "resolution", 1, NOON + timedelta(days=1)) for number in range(1, 3001)))
    put(house, (5000, "resolution", 1, NOON))
    with house.store.writing() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            connection.execute(text("ANALYZE timers"))
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        due = timers.due(timers.MOST)
        heard: list[tuple[str, Any]] = []

        @event.listens_for(connection, "before_cursor_execute")
        def _hear(_c: object, _u: object, statement: str, parameters: object, *_rest: object) -> None:
            heard.append((statement, parameters))

        connection.execute(due, {"now": NOON}).all()
        statement, parameters = heard[0]
        plan = " ".join(map(str, connection.exec_driver_sql(explain + statement, parameters).all()))
    assert "ix_timers_due_at" in plan
