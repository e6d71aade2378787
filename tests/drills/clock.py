"""A wrong clock for the desk: the one clock of its processes jumps ahead by days, and back by an hour.

Not by libfaketime, which `tests.ladders.jumps` uses: this clock is in reach of processes that are forked.
"""

from __future__ import annotations

import itertools
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from runtime import wiring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BACK = -3600
_JUMPS = (-3, 90, _BACK, 3 * 86_400, _BACK)
"""Seconds, one after the other and again from the beginning."""
_DAY = 86_400


class Clock:
    """The clock that processes go by which `follow` the file."""

    def __init__(self, file: Path) -> None:
        """It is right until it jumps."""
        self.file = file
        self._jumps: Iterator[int] = itertools.cycle(_JUMPS)
        self._offset = 0
        self._move(0)

    def jump(self) -> None:
        """Go to the next wrong time."""
        self._move(next(self._jumps))

    def back(self) -> None:
        """Go back by an hour, as when a clock that was wrong is put right."""
        self._move(_BACK)

    def end(self) -> None:
        """Go to a time later than any before, at which all that waits for a time is due."""
        self._move(_DAY)

    def _move(self, seconds: int) -> None:
        self._offset += seconds
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(self._offset))
        fresh.replace(self.file)


def follow(file: Path) -> None:
    """Let this process go by the clock in the file."""

    def utc_now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=int(file.read_text()))

    right = wiring.utc_now
    # Who has imported it already has a name of its own for it; who comes later finds the wrong one.
    for module in [*sys.modules.values()]:
        if getattr(module, "utc_now", None) is right:
            setattr(module, "utc_now", utc_now)  # noqa: B010 - it is imported there, not offered
    assert wiring.utc_now is utc_now
