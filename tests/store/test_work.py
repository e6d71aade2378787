"""Work: the oldest of each stream, leased to one, fenced, never lost and never done twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from events.codec import UnreadableEventError
from events.types import ContactChecked
from store import counts, tables, work
from store.records import AT_ONCE
from tests.store.house import NOON, in_threads, rows

if TYPE_CHECKING:
    from datetime import datetime

    from store.engine import Store
    from store.work import Work

SECOND = timedelta(seconds=1)


def enqueue(store: Store, *streams: str, **fields: Any) -> list[str]:
    """Write one event in each of ``streams``, due at noon; gives back their ids."""
    events = []
    for place, stream in enumerate(streams):
        said: dict[str, Any] = {"at": NOON, "stream": stream, "effect_key": f"{stream}/{place}"}
        events.append(ContactChecked(contact=place, **(said | fields)))
    with store.writing() as connection:
        return [event.id for event in work.enqueue(connection, events)]


def lease(
    store: Store, holder: str = "one", *, now: datetime = NOON, most: int = 50, seasoned: bool = True
) -> list[Work]:
    """Lease at noon."""
    with store.writing() as connection:
        return work.lease(connection, holder=holder, now=now, most=most, seasoned=seasoned)


def put_off(store: Store, row: Work, *, wait: float, holder: str = "one") -> None:
    """Let a row wait."""
    due = NOON + timedelta(seconds=wait)
    with store.writing() as connection:
        work.put_off(connection, holder=holder, row=row, due_at=due, attempts=row.attempts + 1)


def finish(store: Store, *found: Work, holder: str = "one") -> None:
    """Finish rows."""
    with store.writing() as connection:
        work.finish(connection, holder=holder, ids=[row.id for row in found])


def die(store: Store, *, times: int = 1) -> None:
    """Let a worker lease everything and never come back, so often."""
    for _ in range(times):
        lease(store, "dead")
        with store.writing() as connection:
            work.bury_late_leases(connection, now=NOON + work.LEASE)


def test_only_the_oldest_of_a_stream_is_leased(store: Store) -> None:
    """The second event of a ticket waits for the first, and other tickets wait for neither."""
    enqueue(store, "a", "a", "b")
    assert [row.stream for row in lease(store)] == ["a", "b"]
    assert lease(store, "two") == []


def test_the_next_of_a_stream_follows_when_the_first_is_done(store: Store) -> None:
    """A stream goes on as soon as its oldest event is finished."""
    first, second = enqueue(store, "a", "a")
    [leased] = lease(store)
    assert leased.event == first
    finish(store, leased)
    assert [row.event for row in lease(store)] == [second]


def test_what_is_not_due_is_not_leased(store: Store) -> None:
    """Work waits for its time."""
    enqueue(store, "a")
    put_off(store, *lease(store), wait=1)
    assert lease(store) == []
    assert len(lease(store, now=NOON + SECOND)) == 1


@pytest.mark.parametrize("back", [SECOND, timedelta(hours=1), timedelta(days=900)])
def test_new_work_is_due_whatever_the_clock_says(store: Store, back: timedelta) -> None:
    """A clock that is set back after a mail came keeps nobody waiting until it has come as far again."""
    enqueue(store, "a")
    assert [row.stream for row in lease(store, now=NOON - back)] == ["a"]


def test_a_lease_by_a_clock_that_was_wrong_does_not_last(store: Store) -> None:
    """Where the clock was set back by an hour, what a dead worker holds is free all the same."""
    enqueue(store, "a")
    lease(store, "dead")
    back = NOON - timedelta(hours=1)
    with store.reading() as connection:
        assert counts.anything_due(connection, now=back)
        assert not counts.anything_due(connection, now=NOON - timedelta(minutes=9))
    with store.writing() as connection:
        assert work.bury_late_leases(connection, now=back) == 1
    assert len(lease(store, now=back)) == 1


@pytest.mark.parametrize(("wait", "next_ones"), [(1, 0), (30, 0), (30.5, 1), (300, 1)])
def test_a_short_backoff_holds_the_stream_and_a_long_one_releases_it(
    store: Store, wait: float, next_ones: int
) -> None:
    """A reply waits half a minute for the mail before it, and not for hours."""
    enqueue(store, "a", "a")
    [first] = lease(store)
    put_off(store, first, wait=wait)
    assert len(lease(store)) == next_ones


def test_nothing_of_a_stream_is_leased_while_a_younger_event_is_worked_on(store: Store) -> None:
    """An event that comes back from a long backoff waits until the stream is free again."""
    enqueue(store, "a", "a")
    [first] = lease(store)
    put_off(store, first, wait=300)
    later = NOON + timedelta(seconds=300)
    [second] = lease(store, "two")
    assert second.id != first.id
    assert lease(store, now=later) == []
    finish(store, second, holder="two")
    assert [row.id for row in lease(store, now=later)] == [first.id]


def test_a_lease_takes_no_more_than_it_may(store: Store) -> None:
    """The rest is for others, the oldest first."""
    events = enqueue(store, *"abcde")
    assert [row.event for row in lease(store, most=2)] == events[:2]
    assert [row.event for row in lease(store, "two", most=2)] == events[2:4]


def test_an_event_that_a_worker_died_over_goes_alone(store: Store) -> None:
    """It cannot take the others of a batch with it, nor do they wait for it."""
    enqueue(store, "a")
    die(store)
    enqueue(store, "b", "c")
    assert [(row.stream, row.deaths) for row in lease(store)] == [("a", 1)]
    assert [row.stream for row in lease(store, "two")] == ["b", "c"]


def test_a_batch_leaves_out_events_that_workers_died_over(store: Store) -> None:
    """Behind healthy events a deadly one waits for a round of its own."""
    enqueue(store, "b", at=NOON + SECOND)
    enqueue(store, "a")
    die(store)
    later = NOON + SECOND
    assert [row.stream for row in lease(store, now=later)] == ["b"]
    assert [row.stream for row in lease(store, now=later)] == ["a"]


def test_a_lease_that_ran_out_counts_one_death(store: Store) -> None:
    """Each of a dead worker's rows is free again, with one death more, and not a moment early."""
    enqueue(store, "a", "b")
    lease(store, "dead")
    early = NOON + work.LEASE - timedelta(microseconds=1)
    with store.writing() as connection:
        assert work.bury_late_leases(connection, now=early) == 0
        assert work.bury_late_leases(connection, now=early + SECOND) == 2
    assert [(row.deaths, row.lease, row.until) for row in rows(store, tables.work)] == [(1, None, None)] * 2


def test_what_a_worker_died_over_alone_waits_for_a_seasoned_one(store: Store) -> None:
    """A new worker takes what died in a batch and leaves what died alone, with its stream, for later."""
    enqueue(store, "a", "a", "b")
    die(store)
    assert [row.deaths for row in lease(store, seasoned=False)] == [1]
    with store.writing() as connection:
        work.bury_late_leases(connection, now=NOON + work.LEASE)
    assert [(row.stream, row.deaths) for row in lease(store, seasoned=False)] == [("b", 1)]
    assert lease(store, "two", seasoned=False) == []
    assert [(row.stream, row.deaths) for row in lease(store, "two")] == [("a", 2)]


def test_leases_of_the_dead_are_taken_back_before_they_run_out(store: Store) -> None:
    """Whoever knows that all holders are dead frees every row at once, whatever clock they went by."""
    enqueue(store, "a", "b")
    lease(store, "dead", most=1)
    lease(store, "dead by another clock", now=NOON + timedelta(days=3))
    with store.writing() as connection:
        assert work.bury_all_leases(connection) == 2
    assert [(row.stream, row.deaths) for row in lease(store)] == [("a", 1)]


def test_whoever_lost_the_lease_finishes_nothing(store: Store) -> None:
    """A worker that comes back late can neither finish nor put off nor give back what is another's by now."""
    enqueue(store, "a")
    [old] = lease(store, "old")
    with store.writing() as connection:
        work.bury_late_leases(connection, now=NOON + work.LEASE)
    lease(store, "new")
    finish(store, old, holder="old")
    put_off(store, old, wait=600, holder="old")
    with store.writing() as connection:
        work.give_back(connection, holder="old", ids=[old.id])
        assert work.still_held(connection, holder="old", rows=[old]) == set()
        assert work.still_held(connection, holder="new", rows=[old]) == {old.id}
    [row] = rows(store, tables.work)
    assert (row.lease, row.due_at, row.attempts) == ("new", AT_ONCE, 0)


def test_what_is_given_back_is_due_at_once_and_counts_nothing(store: Store) -> None:
    """A stop costs an event neither an attempt nor a death."""
    enqueue(store, "a", "b", "c")
    [first, *_] = lease(store)
    with store.writing() as connection:
        work.give_back(connection, holder="one", ids=[first.id])
    assert [row.id for row in lease(store, "two")] == [first.id]
    with store.writing() as connection:
        work.give_back(connection, holder="one")
    assert [(row.attempts, row.deaths) for row in lease(store, "three")] == [(0, 0), (0, 0)]


def test_a_fact_that_is_known_makes_no_work(store: Store) -> None:
    """Telling the same effect key twice, in one batch or in two, writes one event and one work row."""
    enqueue(store, "a")
    twice = [
        ContactChecked(at=NOON, stream="b", effect_key="same", contact=1),
        ContactChecked(at=NOON, stream="a", effect_key="a/0", contact=2),
        ContactChecked(at=NOON, stream="b", effect_key="same", contact=3),
    ]
    with store.writing() as connection:
        assert [event.effect_key for event in work.enqueue(connection, twice)] == ["same"]
        assert work.enqueue(connection, twice) == []
    assert len(rows(store, tables.events)) == len(rows(store, tables.work)) == 2


def test_work_stands_in_the_order_in_which_it_was_told(store: Store) -> None:
    """However the events are written, their work rows follow the order of the telling."""
    told = [ContactChecked(at=NOON, stream=key, effect_key=key, contact=1) for key in ("z", "m", "a", "q")]
    with store.writing() as connection:
        work.enqueue(connection, told)
    assert [row.stream for row in lease(store)] == ["z", "m", "a", "q"]


def test_many_workers_never_share_a_row(store: Store) -> None:
    """Leases that are taken at the same time are disjoint, and together they are everything."""
    enqueue(store, *(f"s{number}" for number in range(200)))
    taken: dict[str, list[int]] = {name: [] for name in "abcd"}

    def take(name: str) -> None:
        empty = 0
        while empty < 3:
            found = lease(store, name, most=7)
            taken[name] += [row.id for row in found]
            empty = 0 if found else empty + 1

    in_threads(*(lambda name=name: take(name) for name in taken))
    everything = [number for numbers in taken.values() for number in numbers]
    assert sorted(everything) == sorted(row.id for row in rows(store, tables.work))


def test_one_handlers_work_waits_for_no_stream(store: Store) -> None:
    """What an optional handler still has to do neither holds its ticket up nor is held up."""
    enqueue(store, "a", "a")
    [first] = lease(store)
    with store.writing() as connection:
        event = ContactChecked(id=first.event, at=NOON, stream="a", effect_key="x", contact=1)
        work.enqueue_handler(connection, event, "notify", NOON)
    assert [row.handler for row in lease(store, "two")] == ["notify"]
    finish(store, first)
    assert [row.handler for row in lease(store)] == [None]


def test_a_stored_event_is_loaded_as_it_was(store: Store) -> None:
    """Bodies come by id; one that is no event is told by its own error."""
    [event] = enqueue(store, "a")
    with store.reading() as connection:
        bodies = work.load(connection, [event, "unknown"])
    assert list(bodies) == [event]
    assert work.event_of(bodies[event]).id == event
    with pytest.raises(UnreadableEventError):
        work.event_of("{}")
