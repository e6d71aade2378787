"""Burying an event and doing for it what can be done: bounded, and not given up for what passes."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from handlers import registry, rescue
from runtime import worker
from runtime.attempts import DEATHS_MOST
from store import tables, work
from store.batch import Batch
from store.tallies import ContendedError
from tests.store.house import House, mail


class KilledError(BaseException):
    """Ends a worker as the system would that has no memory left."""


class LockError(Exception):
    """What the driver says of a lock that somebody else keeps."""

    sqlstate = "55P03"


def test_a_rescue_that_kills_is_tried_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An acknowledgement that ends every process that writes it is a dead letter in the end."""
    died = []

    def deadly(_event: object, _desk: object) -> None:
        died.append(True)
        raise KilledError

    monkeypatch.setattr(rescue, "acknowledge", deadly)
    chain = registry.chains()["TicketOpened"]
    planted = tuple(
        msgspec.structs.replace(one, run=deadly) if one.name == "acknowledge" else one for one in chain
    )
    monkeypatch.setitem(registry.chains(), "TicketOpened", planted)
    house.accept(mail("m1"))
    for _ in range(DEATHS_MOST + 4):
        try:
            house.worker().round()
        except KilledError:
            with house.store.writing() as connection:
                work.bury_all_leases(connection)
    assert house.count(tables.dead_letters) == 1
    assert house.count(tables.work) == 0
    # Once with the contact's own batch, alone as often as any, and once in the rescue.
    assert len(died) == 1 + DEATHS_MOST + 1


@pytest.mark.parametrize("error", [ContendedError(), OperationalError("x", None, LockError())])
def test_what_passes_does_not_cost_a_dead_contact_its_ticket(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A lock that is in the way of a rescue is waited for; the contact is a ticket then."""
    monkeypatch.setattr(worker, "RESCUE_PAUSES", (0.0, 0.0, 0.0))
    house.accept(mail("m1"))
    with house.store.writing() as connection:
        connection.execute(update(tables.work).values(deaths=DEATHS_MOST))
    flush, left = Batch.flush, [error]

    def in_the_way_once(batch: Batch, *rest: object) -> object:
        if left:
            raise left.pop()
        return flush(batch, *rest)

    monkeypatch.setattr(Batch, "flush", in_the_way_once)
    house.worker().round()
    assert house.count(tables.tickets) == 1
    assert house.count(tables.dead_letters) == 1
