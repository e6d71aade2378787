"""The role that fires timers and frees leases that ran out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from runtime.roles.role import in_thread
from runtime.timekeeper import Timekeeper
from runtime.wiring import utc_now

if TYPE_CHECKING:
    from runtime.wiring import Parts


class TimekeeperRole:
    """Fires timers and frees leases that ran out."""

    def __init__(self, parts: Parts) -> None:
        """Start ticking."""
        keeper = Timekeeper(parts.store, ring=parts.ring, now=utc_now)
        self._stop = threading.Event()
        self._thread = in_thread("timekeeper", lambda: keeper.run(self._stop))

    def stop(self) -> None:
        """End after the tick that is under way."""
        self._stop.set()
        self._thread.join()
