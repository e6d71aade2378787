"""`despacho doctor` on who is at work, and on the canary."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from config.loader import load
from runtime.canary import delivery_of, slot_of
from runtime.checkup.watch import look_at_canary, look_at_roles
from store import presence
from store.presence import Present
from tests.runtime.test_canary import CANARY
from tests.store.house import EXAMPLE, SUPPORT, House

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.fixture
def kept(house: House) -> House:
    """A desk that keeps a canary."""
    files = dict(load(EXAMPLE).files)
    files["desk.toml"] += '\n[canary]\nto = "canary@acme.example"\n'
    house.apply(files)
    return house


def at_work(house: House, names: Sequence[str]) -> None:
    """Write down that these roles live now."""
    here = [Present(id=name, role=name, host="h", since=house.now, seen_at=house.now) for name in names]
    with house.store.writing() as connection:
        presence.beat(connection, here, house.now)


@pytest.mark.parametrize(
    ("names", "colour", "says"),
    [
        ((), "green", "none is at work just now"),
        (
            ("worker", "sender", "timekeeper", "smtp"),
            "green",
            "at work: 1 sender, 1 smtp, 1 timekeeper, 1 worker",
        ),
        (("smtp", "sender", "timekeeper"), "red", "nobody runs worker"),
    ],
)
def test_roles(house: House, names: Sequence[str], colour: str, says: str) -> None:
    """A desk at rest is no fault; one that takes mail and has nobody to work on it is."""
    at_work(house, names)
    [found] = look_at_roles(house.store, house.now)
    assert (found.colour, says in found.says) == (colour, True)


def test_the_canary_is_looked_at_where_somebody_lets_it_fly(kept: House) -> None:
    """Late is red and says where to look; without a timekeeper at work nothing is expected of it."""
    assert look_at_canary(kept.store, kept.now) == []
    at_work(kept, ["timekeeper"])
    [found] = look_at_canary(kept.store, kept.now)
    assert (found.colour, found.says) == ("green", "none came through yet")
    kept.door.submit(delivery_of(slot_of(kept.now, CANARY), CANARY, SUPPORT, kept.now)).result(60)
    later = kept.now + timedelta(seconds=121)
    kept.now = later
    at_work(kept, ["timekeeper"])
    [found] = look_at_canary(kept.store, later)
    assert (found.colour, found.says) == ("red", "late; none came through yet")


def test_a_desk_without_a_canary_says_nothing_of_it(house: House) -> None:
    """Most desks keep none."""
    at_work(house, ["timekeeper"])
    assert look_at_canary(house.store, house.now) == []
