"""A small world of each seed: nothing wrong, nobody waits in vain, equals get as much, the same again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.attending.__main__ import digest, simulate, spread
from tests.attending.checker import Checker
from tests.attending.world import START, world

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_gets_what_they_cannot_take_and_nothing_waits_in_vain(seed: int, tmp_path: Path) -> None:
    """Off shift, full, unskilled: never; whoever waits is given within a minute."""
    checker = simulate(seed, 300, 0.6, tmp_path)
    assert checker.wrong == []
    assert spread(checker) <= 1
    assert sum(1 for _, agent, _ in checker.log if agent) > 100


def test_the_same_seed_is_the_same_run(tmp_path: Path) -> None:
    """Down to the order of everything."""
    (tmp_path / "again").mkdir()
    first = simulate(4, 100, 0.3, tmp_path)
    assert digest(first) == digest(simulate(4, 100, 0.3, tmp_path / "again"))
    assert first.log


def test_the_checker_sees_what_is_wrong() -> None:
    """Who is away, full or unskilled, and a wait of more than a minute."""
    made = world(5, 50, 2)
    checker = Checker(made)
    night = START + timedelta(hours=2)
    checker.moved(1, "line0", night)
    assert "who is not there" in checker.wrong[0]
    person = made.people["billing3"]
    person.capacity = 1
    checker.moved(2, "billing3", night)
    checker.moved(3, "billing3", night)
    assert any("who is full" in one for one in checker.wrong)
    unable = next(one for one in made.arrivals if one.skills)
    checker.moved(unable.number, "line1", night)
    assert any("who cannot do it" in one for one in checker.wrong)
    plain = next(one for one in made.arrivals if one.group == "line" and not one.skills)
    checker.moved(plain.number, "", START + timedelta(hours=9))
    before = len(checker.wrong)
    for seconds in (0, 60):
        checker.settled(START + timedelta(hours=9, seconds=seconds))
    assert len(checker.wrong) == before
    checker.settled(START + timedelta(hours=9, seconds=61))
    assert "has waited since" in checker.wrong[-1]
