"""Whether a service that we can do without answers: logged once when it goes and once when it is back.

Several threads may watch the same service, each as a side of its own. It is down while any side cannot reach
it.
"""

from __future__ import annotations

import random
import threading
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger(__name__)


class Standing(msgspec.Struct, frozen=True):
    """Whether the service answers, since when (UTC), and the last error's class name (empty: none yet)."""

    up: bool
    since: datetime
    last_error: str = ""


class Outage:
    """The standing of one service, kept by the threads that use it.

    `gone` and `back` are the names of the two log events; `clock` gives the time in UTC. A service counts as
    up until something failed.
    """

    def __init__(self, gone: str, back: str, clock: Callable[[], datetime]) -> None:
        self._gone = gone
        self._back = back
        self._clock = clock
        self._lock = threading.Lock()
        self._failing: set[str] = set()
        self._standing = Standing(up=True, since=clock())

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        return self._standing

    def failed(self, side: str, error: Exception) -> None:
        """`side` could not reach the service. Only the error's class is kept: its text may name users."""
        with self._lock:
            began = not self._failing
            self._failing.add(side)
            since = self._clock() if began else self._standing.since
            self._standing = Standing(up=False, since=since, last_error=type(error).__name__)
        if began:
            log.warning(self._gone, error=type(error).__name__, side=side)

    def worked(self, side: str) -> None:
        """`side` reached the service."""
        if side not in self._failing:
            return
        with self._lock:
            self._failing.discard(side)
            if self._failing:
                return
            now = self._clock()
            seconds = (now - self._standing.since).total_seconds()
            self._standing = Standing(up=True, since=now, last_error=self._standing.last_error)
        log.info(self._back, seconds=round(seconds, 1))


class Backoff:
    """How long to leave a service alone after a failure: doubling in a row, from `low` to `high` seconds."""

    def __init__(self, low: float, high: float) -> None:
        self._low = low
        self._high = high
        self._failures = 0

    def pause(self) -> float:
        """Seconds to wait after one more failure, give or take a fifth so that processes spread out."""
        planned: float = min(self._high, self._low * 2 ** min(self._failures, 30))
        self._failures += 1
        return planned * random.uniform(0.8, 1.2)  # noqa: S311 - it spreads load, it hides nothing

    def reset(self) -> None:
        """The service answered: the next failure is a first one again."""
        self._failures = 0
