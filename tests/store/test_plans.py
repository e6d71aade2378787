"""No statement of the hot path reads a table as a whole that grows with the desk's past."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from bench.bare import Bare, bare
from bench.mails import different_senders
from bench.mixture import mixture
from bench.stock import FIRST, fill
from runtime.timekeeper import Timekeeper
from store import aside, counts, event_views, kinds, outbox, policies, streams, tables
from store.batch import Batch
from store.numbers import numbers_for
from tests.store.plans import GROWING, scans, statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TICKETS = 20_000
"""As many as PostgreSQL needs to prefer an index for a batch's worth of rows."""
UNREAD = {
    "answers",
    "article_versions",
    "articles",
    "bookings",
    "calls",
    "calibrations",
    "dead_letters",
    "deadlines",
    "forgettings",
    "imap_mails",
    "ledger",
    "purged_raw",
    "resolutions",
    "satisfaction",
    "shift_calendars",
    "suggestions",
    "threads",
    "ticket_fields",
    "ticket_links",
    "time_entries",
    "withheld",
}
"""Tables that a mail which goes well neither reads nor writes."""


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Bare]:
    """A desk with a past."""
    with bare(database_url, tmp_path) as desk:
        desk.accept(list(different_senders(1, 300)))
        desk.work()
        desk.send()
        fill(desk.store, TICKETS)
        yield desk


def live(desk: Bare) -> None:
    """A moment of a desk's life: mails of all kinds, deadlines, digests, and what processes look at."""
    desk.accept(list(mixture(60, TICKETS, random.Random(1))))
    desk.work()
    desk.send()
    now = datetime.now(UTC)
    late = update(tables.timers).where(tables.timers.c.ticket.between(FIRST, FIRST + 100))
    with desk.store.writing() as connection:
        connection.execute(late.values(due_at=now - timedelta(minutes=1)))
    Timekeeper(desk.store, ring=lambda _: None, now=lambda: now).tick()
    desk.work()
    with desk.store.writing() as connection:
        Batch(connection, numbers_for(desk.store.dialect)).shelf(kinds.OUTGOING).where("state", "digest")
        streams.hold(connection, f"ticket:{FIRST}")
        outbox.take_back(connection, now=now)
    with desk.store.reading() as connection:
        counts.undone(connection)
        policies.current_version(connection)


@pytest.mark.slow
@pytest.mark.servers
def test_no_hot_statement_reads_a_whole_growing_table(desk: Bare) -> None:
    """Whatever a mail, a deadline or a look at the clock asks of the database is found by an index."""
    with statements(desk.store) as seen:
        live(desk)
    assert seen.tables >= GROWING - UNREAD
    assert scans(desk.store, seen, filled=True) == {}


@pytest.mark.slow
def test_the_events_of_a_ticket_are_found_by_the_index_of_tickets(desk: Bare) -> None:
    """The index leaves out events of no ticket, so the statement has to say that it wants none of those."""
    with statements(desk.store) as seen, desk.store.reading() as connection:
        event_views.newest(connection, most=5, ticket=FIRST)
    assert "events" in seen.tables
    assert {"events"} not in scans(desk.store, seen, filled=True).values()


@pytest.mark.slow
def test_what_was_set_aside_is_found_by_the_index_of_that(desk: Bare) -> None:
    """Few contacts are set aside; the day's digest and the list must not read all the others."""
    now = datetime.now(UTC)
    with statements(desk.store) as seen, desk.store.reading() as connection:
        aside.counts(connection, now - timedelta(days=1), now)
        aside.latest(connection, now - timedelta(days=1), now, most=20)
    assert "contacts" in seen.tables
    assert {"contacts"} not in scans(desk.store, seen, filled=True).values()


@pytest.mark.slow
def test_a_missing_index_is_seen(desk: Bare) -> None:
    """Without the index by ticket the entries of a ticket are a scan, and the check above would say so."""
    with desk.store.writing() as connection:
        connection.execute(text("DROP INDEX ix_entries_ticket"))
    with statements(desk.store) as seen, desk.store.reading() as connection:
        Batch(connection, numbers_for(desk.store.dialect)).shelf(kinds.ENTRIES).where("ticket", FIRST)
    assert list(scans(desk.store, seen, filled=True).values()) == [{"entries"}]
