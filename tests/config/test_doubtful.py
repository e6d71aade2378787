"""What is allowed and warned of all the same: a limit of nought that turns off more than itself."""

from __future__ import annotations

import pytest

from config.doubtful import doubtful_limits
from config.loader import load_files
from tests.scenarios.policies import sample


@pytest.mark.parametrize(("most", "doubts"), [(0, 1), (1, 0)])
def test_no_limit_for_a_sender_turns_the_breaker_off(most: int, doubts: int) -> None:
    """It is told at its place, with what else it does."""
    files = sample({"limits": {"sender_per_day": most}})
    found = doubtful_limits(files, load_files(files).desk)
    assert len(found) == doubts
    assert all("also turns off repeats_per_hour" in one.what and one.place.line for one in found)


def test_it_stands_where_the_value_is() -> None:
    """With file, line and column, as every mistake."""
    text = "[limits]\nsender_per_day = 0\n"
    desk = load_files(sample({"limits": {"sender_per_day": 0}})).desk
    [found] = doubtful_limits({"desk.toml": text}, desk)
    assert str(found.place) == "desk.toml:2:18"
