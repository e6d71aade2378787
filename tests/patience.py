"""How long tests wait for others on this machine: longer where it is slow or busy.

Only for what has to happen in the end. What a test asserts about time itself is not stretched.
"""

from __future__ import annotations

import functools
import time

USUAL_SECONDS = 0.015
"""What the measured loop takes on the machines where the tests' waits were chosen."""
MOST = 20.0
"""A machine that is slower than this is broken."""


def patience(seconds: float) -> float:
    """So many seconds of a machine at its usual speed."""
    return seconds * slowness()


@functools.cache
def slowness() -> float:
    """How many times as long as usual work takes here now; 1 at the least. Measured once a process."""
    return min(max(_median([_measured() for _ in range(5)]) / USUAL_SECONDS, 1.0), MOST)


def _measured() -> float:
    """Wall time, so that what else the machine does counts too."""
    began = time.perf_counter()
    total = 0
    for number in range(200_000):
        total += number
    return time.perf_counter() - began


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
