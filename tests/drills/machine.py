"""What else the machine does: a drill that is slow on a busy one has shown nothing about the desk."""

from __future__ import annotations

import os
import time
from pathlib import Path

_STAT = Path("/proc/stat")
_IDLE = (3, 4)
"""Where the kernel counts time without work, and time that waits for the disk."""


class Others:
    """How much of the processors others use, from now on."""

    def __init__(self) -> None:
        self._before = _times()

    def share(self, ours: float = 0.0) -> float:
        """From 0 to 1, without ``ours``: the seconds of computing that the drill has done since."""
        spent = [now - then for now, then in zip(_times(), self._before, strict=True)]
        idle = sum(spent[place] for place in _IDLE)
        return max(0.0, (sum(spent) - idle - ours * os.sysconf("SC_CLK_TCK")) / max(1, sum(spent)))


def others_share(seconds: float = 0.5) -> float:
    """How much others use while nothing of the drill runs."""
    others = Others()
    time.sleep(seconds)
    return others.share()


def _times() -> list[int]:
    first = _STAT.read_text().split("\n", 1)[0]
    return [int(count) for count in first.split()[1:9]]
