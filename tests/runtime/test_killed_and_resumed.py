"""`despacho retention` and `despacho forget`, killed again and again at commits: what is left is whole."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from config.loader import load
from store import deletions, tables
from store.books import read_books
from store.forgetting import record
from tests.runtime.killed import killed
from tests.runtime.planted import KARI, WORDS, hits
from tests.store.house import EXAMPLE, House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG_AGO = datetime(2025, 1, 7, 12, tzinfo=UTC)
"""So old that any clock finds it due."""
TICKETS, REPLIES = 4, 6
LARGE = WORDS["body"] + " please help me. " * 8_000
NEVER = 10_000
ABSENCE = "Auto-Submitted: auto-replied\r\n"


@pytest.fixture
def house(desk_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Four old tickets, one of them long, with large mails and one that was set aside."""
    house = House(desk_url, tmp_path)
    house.now = LONG_AGO
    files = dict(load(EXAMPLE).files)
    files["desk.toml"] += '\n[retention]\ntickets = "90d"\naside = "90d"\n'
    house.apply(files)
    for number in range(TICKETS):
        house.accept(mail(f"t{number}", subject=f"Order {number}", body=LARGE), received_at=LONG_AGO)
    house.work()
    for number in range(REPLIES):
        again = "In-Reply-To: <t0@customer.example>\r\n"
        house.accept(mail(f"r{number}", extra=again, body=WORDS["body"]), received_at=LONG_AGO)
        house.work()
    house.accept(mail("away", extra=ABSENCE, subject="I am away"), received_at=LONG_AGO)
    house.work()
    for _key, path in house.files.every():
        os.utime(tmp_path / "raw" / path, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    for name, value in {"DATA": str(tmp_path), "DATABASE_URL": desk_url, "DISK_FLOOR": "0"}.items():
        monkeypatch.setenv(f"DESPACHO_{name}", value)
    yield house
    house.close()


def is_whole(house: House) -> None:
    """The books balance, and no ticket is without its mails or the other way round."""
    with house.store.reading() as connection:
        assert read_books(connection).broken == ()
    messages = {row.contact for row in house.rows(tables.messages)}
    raws = {row.key for row in house.rows(tables.raw)}
    for contact in house.contacts():
        there = contact.state != "purged"
        assert (contact.id in messages) is there, contact
        assert (contact.raw in raws) is there, contact


def sums(house: House, cause: str) -> dict[str, int]:
    """What was counted as deleted."""
    with house.store.reading() as connection:
        return deletions.sums(connection, cause)


@pytest.mark.timeout(300)
def test_retention_ends_complete_however_often_it_is_killed(house: House) -> None:
    """Nothing is half deleted at any kill; at the end all of it is gone, counted once, with its files."""
    with house.store.writing() as connection:
        connection.execute(update(tables.tickets).values(status="solved", solved_at=LONG_AGO))
        connection.execute(update(tables.agents).values(open_tickets=0))
    before = {name: house.count(getattr(tables, name)) for name in ("raw", "messages", "entries", "outgoing")}
    kills = 0
    for number, when in ((1, "before"), (1, "after"), (2, "before"), (2, "after"), (1, "after")):
        kills += killed(number, when, "retention")
        is_whole(house)
    assert kills >= 4
    assert not killed(NEVER, "after", "retention")
    is_whole(house)
    assert {row.state for row in house.contacts()} == {"purged"}
    for table in (tables.tickets, tables.entries, tables.outgoing, tables.raw, tables.messages):
        assert house.count(table) == 0, table.name
    assert list(house.files.every()) == []
    deleted = sums(house, deletions.RETENTION)
    names = {"raw": "raw", "messages": "message", "entries": "entry", "outgoing": "outgoing"}
    assert {name: deleted[kind] for name, kind in names.items()} == before
    assert (deleted["ticket"], deleted["aside"]) == (TICKETS, 1)


@pytest.mark.timeout(400)
def test_a_person_is_forgotten_however_often_it_is_killed(
    house: House, desk_url: str, tmp_path: Path
) -> None:
    """The books balance at any kill, and say that it is not done; at the end no word is left."""
    assert {"body", "address"} <= set(hits(desk_url, tmp_path))
    command = ("forget", KARI, "--yes")
    for number, when in (
        (2, "after"),
        (3, "before"),
        (7, "after"),
        (14, "before"),
        (25, "after"),
        (40, "after"),
    ):
        assert killed(number, when, *command)
        with house.store.reading() as connection:
            assert read_books(connection).broken == ()
            assert record.open_ones(connection) == (1, 0)
    assert not killed(NEVER, "after", *command)
    with house.store.reading() as connection:
        assert read_books(connection).broken == ()
        assert record.open_ones(connection) == (0, 0)
    house.store.close()
    assert hits(desk_url, tmp_path) == {}
