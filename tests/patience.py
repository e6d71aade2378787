"""How slow this machine is now, and so how long tests wait for others and how much work may cost here.

What a test asserts about seconds of the clock cannot be stretched: it is marked ``realtime``, and is skipped
while the machine is `TOO_SLOW`. `python -m tests.patience` prints how slow this one is; it ends with 1 where
that is too slow. Some machines compute as fast as ever and take several times as long to start a program, so
that is measured beside the loop.
"""

from __future__ import annotations

import functools
import subprocess
import sys
import time

USUAL_SECONDS = 0.015
"""What the measured loop takes on the machines where the tests' waits were chosen."""
USUAL_START_SECONDS = 0.2
"""What an interpreter takes that imports libraries of the desk's, on the same machines at the most."""
MOST = 20.0
"""A machine that is slower than this is broken."""
TOO_SLOW = 3.0
"""From here on seconds of the clock say more about the machine than about the desk."""
_FRESH_SECONDS = 5.0
"""How long a measurement holds: others come and go."""
_last = (-_FRESH_SECONDS, 1.0)


def patience(seconds: float) -> float:
    """So many seconds of a machine at its usual speed."""
    return seconds * slowness()


def most_work(seconds: float) -> float:
    """What work that usually takes less than so many seconds may cost here.

    Processors slow down by half from one second to the next, and not for all work alike. What a test guards
    against takes a hundred times as long; how long it takes is the bench's to say.
    """
    return 4 * patience(seconds)


def slowness() -> float:
    """How many times as long as usual work takes here now; 1 at the least. Measured every few seconds."""
    global _last  # noqa: PLW0603 - one machine, one measurement
    at, found = _last
    if time.monotonic() - at > _FRESH_SECONDS:
        found = min(max(_median([_measured() for _ in range(5)]) / USUAL_SECONDS, 1.0), MOST)
        _last = (time.monotonic(), found)
    return found


@functools.cache
def start_slowness() -> float:
    """How many times as long as usual a program takes to start here; 1 at the least. Measured once."""
    usual = _median([_started() for _ in range(3)]) / USUAL_START_SECONDS
    return min(max(usual, slowness()), MOST)


def _started() -> float:
    program = "import asyncio, email.parser, ssl, sqlalchemy, structlog"
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - began


def _measured() -> float:
    """Wall time, so that what else the machine does counts too."""
    began = time.perf_counter()
    total = 0
    for number in range(200_000):
        total += number
    return time.perf_counter() - began


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    sys.stdout.write(f"{start_slowness():.1f}\n")
    sys.exit(start_slowness() > TOO_SLOW)
