"""Two workers and two timekeepers give out tickets at once on PostgreSQL: shifts and capacities hold."""

from __future__ import annotations

import collections
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from runtime.attending import Attending
from store import tables
from tests.handlers.test_assign_duty import desk
from tests.runtime.test_worker_many import another_worker, until_done
from tests.store.house import House, in_threads, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEFORE_NINE = datetime(2026, 11, 23, 7, 50, tzinfo=UTC)
TICKETS = 24
ROOM = {"ana": 3, "bo": 4, "cy": 5}
"""Cy's shift begins at nine in Madrid, ten minutes later; the others are always there."""


@pytest.fixture
def house(postgres_url: str, tmp_path: Path) -> Iterator[House]:
    """A desk on PostgreSQL with three agents who have little room, early on a Monday."""
    house = House(postgres_url, tmp_path)
    house.now = BEFORE_NINE
    agents = {name: f"capacity = {room}" for name, room in ROOM.items()}
    house.apply(desk(**agents | {"cy": f'{agents["cy"]}\nshifts = ["day"]'}))
    yield house
    house.close()


def given(house: House) -> dict[str, int]:
    """How many tickets each has, nobody's left out."""
    owners = collections.Counter(row.agent for row in house.rows(tables.tickets) if row.agent)
    counted = {row.id: row.open_tickets for row in house.rows(tables.agents) if row.open_tickets}
    assert counted == dict(owners)
    return counted


def both_at_once(house: House) -> None:
    """Two of whatever a desk has several of: they look for what waits, then they work."""
    policy = house.rulebooks.current().policy
    looks = [
        Attending(house.store, lambda: policy, ring=house.rung.extend, now=lambda: house.now)
        for _ in range(2)
    ]
    in_threads(*(one.look for one in looks))
    pairs = [another_worker(house) for _ in range(2)]
    in_threads(*(lambda worker=worker: until_done(house, worker) for _, worker in pairs))
    for store, _ in pairs:
        store.close()


def test_nobody_is_over_capacity_or_off_shift_and_no_ticket_is_given_twice(house: House) -> None:
    """As they open, and as the shift begins for which they waited, everyone gets just what they can take."""
    for number in range(TICKETS):
        house.accept(mail(f"m{number}", subject=f"About {number}"), received_at=house.now)
    both_at_once(house)
    assert given(house) == {"ana": 3, "bo": 4}
    house.now = BEFORE_NINE.replace(hour=8)
    both_at_once(house)
    assert given(house) == ROOM
    told = [row.ticket for row in house.rows(tables.outgoing) if row.reason == "assigned"]
    assert len(told) == len(set(told)) == sum(ROOM.values())
    waiting = [row for row in house.rows(tables.tickets) if not row.agent]
    assert len(waiting) == TICKETS - sum(ROOM.values())
    assert {row.waits for row in waiting} == {"line|en|"}
    assert house.count(tables.ledger) == house.count(tables.dead_letters) == 0
