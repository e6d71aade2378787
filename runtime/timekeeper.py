"""The timekeeper: fire due timers, free leases that ran out, forget counts whose span is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from store import counts, failpoints, timers, work
from store.faults import is_outage

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from events.types import Event
    from store.engine import Store

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
FORGET_EVERY = 600
"""Ticks between two looks for old counts."""


class Timekeeper:
    """One thread; any number of processes may run one at once, each takes what the others have not."""

    def __init__(
        self,
        store: Store,
        *,
        ring: Callable[[Sequence[Event]], None],
        now: Callable[[], datetime],
    ) -> None:
        """``ring`` is told of new events after each commit; ``now`` is the one clock."""
        self._store = store
        self._ring = ring
        self._now = now
        self._ticks = 0
        self.undone = 0

    def run(self, stop: threading.Event) -> None:
        """Tick once a second until ``stop`` is set; a database that is away is waited for."""
        while not stop.is_set():
            try:
                self.tick()
            except Exception as error:
                # Without its clock a desk keeps no promise: whatever it was, the next tick may go well.
                log.warning("timekeeper_waits", error=type(error).__name__, exc_info=not is_outage(error))
            stop.wait(TICK_SECONDS)

    def tick(self) -> None:
        """One look at the clock."""
        now = self._now()
        with self._store.reading() as connection:
            self.undone = counts.undone(connection)
            idle = not counts.anything_due(connection, now=now)
        forget = self._ticks % FORGET_EVERY == 0
        self._ticks += 1
        if idle and not forget:
            return
        with self._store.writing() as connection:
            late = work.bury_late_leases(connection, now=now)
            fired = timers.fire(connection, now=now)
            if forget:
                timers.forget_old_counts(connection, now=now)
        if late:
            log.warning("leases_ran_out", rows=late)
        if fired:
            failpoints.reach("timekeeper_after_fire")
            self._ring(fired)
