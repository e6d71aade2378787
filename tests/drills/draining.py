"""Waiting until nothing is left to do; and where nothing is done any more, what stands and waits for what."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from tests.drills.snapshot import Database
    from tests.drills.supervisor import Process

_DRAIN_MOST = 240.0
_STUCK_SECONDS = 25.0
"""What does nothing for so long, and waits for no time, will not do any more: several leases."""
_MUTANT_STUCK_SECONDS = 8.0
"""The same for a planted bug, where a wrong guess costs nothing."""
LOGS = Path("build") / "drill-stuck"
"""Where the processes' logs are kept of a run that stood still, with the stacks of all their threads."""


class Draining:
    """Looks at a desk from the moment ``healed`` (monotonic) on; ``red`` ends it early."""

    def __init__(self, database: Database, *, healed: float, mutant: bool, red: threading.Event) -> None:
        self._database = database
        self._healed = healed
        self._patience = _MUTANT_STUCK_SECONDS if mutant else _STUCK_SECONDS
        self._red = red

    def wait_while(self, left: Callable[[], int]) -> bool:
        """Whether ``left`` said 0 in the end; it is waited for as long as something happens."""
        before, changed = -1, time.monotonic()
        while time.monotonic() - self._healed < _DRAIN_MOST and not self._red.is_set():
            time.sleep(0.1)
            try:
                now, waits = left(), self._database.waits_for_a_time()
            except SQLAlchemyError:
                # Nobody can do anything without a database.
                changed = time.monotonic()
                continue
            if now == 0:
                return True
            if now != before or waits:
                before, changed = now, time.monotonic()
            elif time.monotonic() - changed > self._patience:
                return False
        return False


def look_why(database: Database, processes: Sequence[Process]) -> list[str]:
    """What is left, what the database's sessions wait for; where each thread stands goes to `LOGS`."""
    for process in processes:
        with process.lock:
            process.signal(signal.SIGUSR1)
    time.sleep(1.0)
    LOGS.mkdir(parents=True, exist_ok=True)
    for process in processes:
        if process.log.exists():
            shutil.copy(process.log, LOGS)
    try:
        left = database.left()
    except SQLAlchemyError as error:
        left = [f"the database: {type(error).__name__}"]
    return [*left, f"where each thread stood is in {LOGS}"]
