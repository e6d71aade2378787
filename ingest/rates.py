"""How often the same visitor, or the same address, came lately; in memory, and bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE, HOUR = 60.0, 3600.0
MOST = 20_000
"""Names that are remembered; the ones that were not heard of for longest go first."""


class Rates:
    """Counts of the last hour, or of another span, in one process; only the loop's own thread asks."""

    def __init__(
        self, most: int = MOST, *, span: float = HOUR, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._span = span
        self._clock = clock
        self._seen: OrderedDict[str, list[float]] = OrderedDict()

    def allow(self, limits: dict[str, int]) -> bool:
        """Count one under every name, or none where one of them is at its limit."""
        now = self._clock()
        times = {name: [at for at in self._seen.get(name, ()) if now - at < self._span] for name in limits}
        if any(len(times[name]) >= limit for name, limit in limits.items()):
            return False
        for name, found in times.items():
            self._seen[name] = [*found, now]
            self._seen.move_to_end(name)
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return True
