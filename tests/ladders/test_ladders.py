"""Two simulated weeks over a change of clocks, with workers that die: each level once, at its minute."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.ladders.plan import Act, Life, expected
from tests.ladders.simulate import HOURS, Weeks
from tests.ladders.walker import Walk, Week

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = datetime(2026, 10, 21, tzinfo=UTC)


@pytest.mark.timeout(300)
def test_each_level_is_taken_once_at_its_minute(tmp_path: Path) -> None:
    """None early, late, missed or twice; and the workers did die on the way."""
    weeks = Weeks(f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path, seed=3, kills=0.02)
    found = weeks.run(80, BEGIN, 8, lambda _minute: None)
    weeks.office.close()
    assert found.good, found
    assert found.levels > 50
    assert found.kills > 5


def test_the_walker_counts_over_the_change_of_clocks() -> None:
    """Sunday's night has an hour more; nobody is there, and the staffed time does not see it."""
    walk = Walk(BEGIN, 8 * 1440, {"madrid": Week("Europe/Madrid", dict.fromkeys(range(5), HOURS))})
    friday = walk.index(datetime(2026, 10, 23, 15, 0, tzinfo=UTC))
    monday = walk.index(datetime(2026, 10, 26, 9, 0, tzinfo=UTC))
    assert walk.due("madrid", friday, 120, (), elapsed=False) == monday


def test_the_walker_searches_as_it_steps() -> None:
    """What is found in the sums is what a walk through the minutes comes to, pauses and weekends included."""
    random = Random(5)
    walk = Walk(
        BEGIN, 8 * 1440, {"oslo": Week("Europe/Oslo", dict.fromkeys(range(5), HOURS), ("2026-10-26",))}
    )
    found = 0
    for _ in range(150):
        edges = sorted(random.sample(range(walk.minutes + 2000), 6))
        pauses = [*zip(edges[::2], edges[1::2], strict=True)][: random.randrange(4)]
        started, amount = random.randrange(walk.minutes), random.choice((0, 1, 60, 480, 960, 2400))
        for elapsed in (False, True):
            due = walk.due("oslo", started, amount, pauses, elapsed=elapsed)
            assert due == walk.stepped("oslo", started, amount, pauses, elapsed=elapsed)
            found += due is not None
    assert found > 100
    table = Week("Europe/Oslo", dict.fromkeys(range(5), HOURS), ("2026-10-26",)).table(BEGIN, walk.minutes)
    for minute in range(1, walk.minutes, 7):
        there = (at for at in range(minute, walk.minutes) if table[at] or table[at - 1])
        assert walk.quiet("oslo", minute) == next(there, None)


def test_the_walker_sees_a_wrong_desk() -> None:
    """What is expected of an unanswered ticket is more than of one that is answered at once."""
    walk = Walk(BEGIN, 8 * 1440, {"madrid": Week("Europe/Madrid", dict.fromkeys(range(5), HOURS))})
    silent = Life(1, "madrid", [Act(600, 1, "open")])
    answered = Life(1, "madrid", [Act(600, 1, "open"), Act(610, 1, "answer"), Act(620, 1, "solve")])
    assert expected(walk, silent).keys() >= {("first_response", 1, 2), ("resolution", 1, 8)}
    assert expected(walk, answered) == {}
