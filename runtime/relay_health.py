"""Whether the relay can be used, told once when it changes; while it cannot, mails wait and one tries."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

from runtime.outage import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

log = structlog.get_logger(__name__)


class RelayHealth:
    """The relay's standing, kept by the threads that use it; ``clock`` is UTC, ``now`` monotonic."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        now: Callable[[], float] = time.monotonic,
        first_pause: float = 1.0,
        longest_pause: float = 60.0,
    ) -> None:
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._backoff = Backoff(first_pause, longest_pause)
        self._pause_until = 0.0
        self._worked_at = float("-inf")
        self.up = True
        self.since = clock()
        self.last_error = ""

    @property
    def pause(self) -> float:
        """For how many seconds the relay is left alone; 0 when it may be tried."""
        return max(0.0, self._pause_until - self._now())

    def failed(self, answer: str, *, began: float) -> None:
        """An attempt that ``began`` then found the relay unusable.

        Where another one went well since, the relay is up and only refuses some of our connections.
        """
        with self._lock:
            if self.pause or self._worked_at >= began:
                return
            went = self.up
            if went:
                self.up, self.since = False, self._clock()
            self.last_error = answer
            self._pause_until = self._now() + self._backoff.pause()
        if went:
            # The answer may hold names: it is for `doctor`, not for the log.
            log.warning("relay_unreachable")

    def worked(self) -> None:
        """The relay took or refused a mail, so it is there."""
        with self._lock:
            self._worked_at = self._now()
            if self.up:
                return
            now = self._clock()
            seconds = (now - self.since).total_seconds()
            self.up, self.since, self._pause_until = True, now, 0.0
            self._backoff.reset()
        log.info("relay_back", seconds=round(seconds, 1))
