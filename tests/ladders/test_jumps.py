"""A desk that runs, by libfaketime's clock: over the end of summer time, days ahead and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ladders.jumps import jumps

if TYPE_CHECKING:
    from pathlib import Path


def test_a_running_desk_takes_each_level_once_whatever_its_clock_does(tmp_path: Path) -> None:
    """What came due together is one step with one notice, in its order; going back does nothing."""
    seen = list(jumps(tmp_path, 2))
    assert len(seen) == 7
    assert [jump for jump in seen if not jump.good] == []
