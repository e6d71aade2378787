"""Delete what is not kept any longer, beside the desk's work: in steps so short that nobody waits."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from store import retention
from store.faults import is_outage
from store.forgetting import bytes as raws
from store.forgetting.keepers import KEEPERS

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from config.retention import Retention
    from store.engine import Store
    from store.rawfiles import RawFiles

log = structlog.get_logger(__name__)

ROUND_SECONDS = 600.0
FIRST_SECONDS = 60.0
"""When the first round begins after a start: not while everything else begins, too."""
MOST = 100
"""Rows of one step at the most."""
FEW = 5
"""Rows of the first step, before it is known how long this machine takes."""
STEP_SECONDS = 0.025
"""What a step should take; half of what a transaction may hold others up."""
REST = 2.0
"""How many times as long as a step is rested after it."""


class Housekeeper:
    """Does rounds; any number of processes may have one."""

    def __init__(
        self, store: Store, files: RawFiles, kept: Callable[[], Retention], *, now: Callable[[], datetime]
    ) -> None:
        """``kept`` gives the retention in force; ``now`` is the one clock."""
        self._store = store
        self._files = files
        self._kept = kept
        self._now = now
        self._most = FEW
        self._looked_for_orphans = False
        self.longest = 0.0

    def run(self, stop: threading.Event) -> None:
        """A round every ten minutes until ``stop`` is set."""
        pause = FIRST_SECONDS
        while not stop.wait(pause):
            pause = ROUND_SECONDS
            try:
                self.round(stop)
            except Exception as error:
                # The next round may go well; nothing waits for it.
                log.warning("retention_waits", error=type(error).__name__, exc_info=not is_outage(error))

    def round(self, stop: threading.Event | None = None) -> dict[str, int]:
        """Delete everything that is due now; gives how many rows of each kind were looked through.

        A kind that fails waits for the next round, and the others go on; an outage of the database is raised.
        """
        kept = self._kept()
        done: dict[str, int] = {}
        for kind in retention.STEPS:
            if days := getattr(kept, kind):
                self._all_of(kind, days, done, stop)
        if any(getattr(kept, kind) for kind in retention.STEPS):
            # Also where nothing is due: the last of an earlier process's steps may have left files.
            self._clear_orphans()
        if done:
            for keeper in KEEPERS:
                keeper.tidy(self._store, self._files.folder.parent)
            log.info("retention_done", **done)
        return done

    def _all_of(self, kind: str, days: int, done: dict[str, int], stop: threading.Event | None) -> None:
        """Step until nothing of one kind is due."""
        try:
            while not (stop is not None and stop.is_set()):
                rows = self._step(kind, self._now() - timedelta(days=days))
                if not rows:
                    return
                done[kind] = done.get(kind, 0) + rows
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("retention_failed", kind=kind)

    def _clear_orphans(self) -> None:
        """Once after a start: files that an earlier process had no time to delete after their rows."""
        if self._looked_for_orphans:
            return
        self._looked_for_orphans = True
        for path in raws.orphans(self._store, self._files, None):
            self._files.remove(path, known_until=self._now().timestamp() - raws.IN_FLIGHT)

    def _step(self, kind: str, cutoff: datetime) -> int:
        """One transaction, and a rest; the next has as many rows as this one's time allows."""
        with self._store.writing() as connection:
            began = time.perf_counter()
            done = retention.step(connection, kind, cutoff, self._most, self._now())
        took = time.perf_counter() - began
        self.longest = max(self.longest, took)
        for one in done.files:
            self._files.remove(one.path, known_until=one.until)
        if took > STEP_SECONDS:
            self._most = max(1, self._most // 2)
        elif done.rows >= self._most:
            self._most = min(MOST, self._most * 2)
        time.sleep(min(took * REST, 1.0))
        return done.rows


def foresee(store: Store, kept: Retention, now: datetime) -> dict[str, int]:
    """What a round would delete now, by the keys of ``[retention]``."""
    found = {}
    for kind in retention.STEPS:
        days = getattr(kept, kind)
        if days:
            with store.reading() as connection:
                found[kind] = retention.foresee(connection, kind, now - timedelta(days=days))
    return found
