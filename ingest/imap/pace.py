"""How long to wait after what went wrong: briefly where the line broke, long where a password was refused."""

from __future__ import annotations

import random

LOST_FIRST, LOST_MOST = 1.0, 30.0
"""Seconds: nobody waits longer for a server that is back, and one that is down costs few tries."""
REFUSED_FIRST, REFUSED_MOST = 60.0, 900.0
"""Seconds. Servers lock accounts where the wrong password comes again and again."""


class Pace:
    """Waits that double, each in the upper half of its length, by chance: not all come back at once."""

    def __init__(self, first: float, most: float) -> None:
        """Seconds."""
        self._first = first
        self._most = most
        self._next = first

    def wait(self) -> float:
        """How long to wait this time."""
        now, self._next = self._next, min(self._next * 2, self._most)
        return now * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    def well(self) -> None:
        """It went well: the next wait is a short one."""
        self._next = self._first
