"""What else the machine does: a drill that is slow on a busy one has shown nothing about the desk."""

from __future__ import annotations

import time
from pathlib import Path

_STAT = Path("/proc/stat")
_IDLE = (3, 4)
"""Where the kernel counts time without work, and time that waits for the disk."""


def busy_share(seconds: float = 0.5) -> float:
    """How much of all processors is used while nothing of the drill runs, from 0 to 1."""
    before = _times()
    time.sleep(seconds)
    spent = [now - then for now, then in zip(_times(), before, strict=True)]
    return 1 - sum(spent[place] for place in _IDLE) / max(1, sum(spent))


def _times() -> list[int]:
    first = _STAT.read_text().split("\n", 1)[0]
    return [int(count) for count in first.split()[1:9]]
