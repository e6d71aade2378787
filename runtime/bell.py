"""The doorbell between the one who writes an event and the workers who look for it.

Whoever rings never waits and never fails: what is rung wakes this process at once and is passed on to the
broker by a thread of its own. When the broker is away, workers that look by themselves lose a second and
nothing else.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from runtime.broker import QUEUE_LIMIT, BellText, Line
from runtime.outage import Backoff, Outage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# One wait for receipts covers so many bells; past a few hundred the rate does not rise any more.
_WINDOW = 200
# Seconds in which bells gather after some were passed on: the broker's work for few is nearly that for many.
# The first bell after a silence waits for nothing.
_GATHER = 0.025
# Seconds after which a quiet connection is looked after, and a closing one noticed.
_TICK = 0.25


class BellState(msgspec.Struct, frozen=True):
    """How the doorbell stands, for `despacho doctor`.

    `up` since `since` (UTC), or down since then by `last_error`, a class name. `rung` bells were taken by the
    broker, `waiting` ones are not yet, `dropped` ones gave way to newer ones while it was away.
    """

    up: bool
    since: datetime
    last_error: str
    rung: int
    waiting: int
    dropped: int


class Listener:
    """One worker's ear. Bells that ring while nobody waits are heard as one by the next `wait`."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._guard = threading.Condition()
        self._told = 0
        self._enough = 0

    @property
    def told(self) -> int:
        """Of how many events it was told since `count_anew`; about, as some may have been seen before."""
        return self._told

    def count_anew(self) -> None:
        """Forget how many events it was told of."""
        with self._guard:
            self._told = 0

    def gather(self, enough: int, quiet: float, timeout: float) -> None:
        """Wait for so many events since `count_anew`, for ``quiet`` seconds without any, or for ``timeout``.

        Whoever waits is woken by the last of them, and not by each.
        """
        until = time.monotonic() + timeout
        with self._guard:
            self._enough = enough
            before = -1
            while before < self._told < enough and (left := until - time.monotonic()) > 0:
                before = self._told
                self._guard.wait(min(quiet, left))
            self._enough = 0

    def wait(self, timeout: float) -> bool:
        """Whether a bell rang since the last call, or within `timeout` seconds from now.

        The bell was rung after its commit, so whoever looks for work after this returned sees what it was
        about.
        """
        rung = self._rung.wait(timeout)
        self._rung.clear()
        return rung

    def wake(self, events: int = 1) -> None:
        """Ring here only, of so many events; also used to get a worker out of `wait` when it shall stop."""
        self._rung.set()
        with self._guard:
            self._told += events
            if 0 < self._enough <= self._told:
                self._guard.notify()


class Bell:
    """The doorbell of one process: one thread rings out, another hears once someone listens.

    `url` and `name` are as for `Line`; `backoff` are the shortest and the longest pause, in seconds, before a
    broker that failed is tried again; `timeout` bounds every wait for the broker; `clock` gives the time in
    UTC.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str = "despacho",
        backoff: tuple[float, float] = (1.0, 30.0),
        timeout: float = 5.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._line = partial(Line, url, name=name, author=uuid4().hex, timeout=timeout)
        self._backoff = backoff
        self._outage = Outage("broker_unreachable", "broker_back", clock)
        self._guard = threading.Condition()
        self._waiting: deque[BellText] = deque()
        self._listeners: list[Listener] = []
        self._rung = self._dropped = 0
        self._passed_on = -math.inf
        self._stop = threading.Event()
        self._threads: dict[str, threading.Thread] = {}

    def ring(
        self,
        names: Iterable[tuple[str, str, int | None]],
        traces: Mapping[str, str] | None = None,
        *,
        events: int = 1,
        by: Listener | None = None,
    ) -> None:
        """Tell of events, each as (name, id, ticket): at once in this process, soon through the broker.

        Call it after the commit. It never waits for the broker and never raises because of it. With no events
        it only wakes this process: what was committed may be mail, which the sender shall not find by chance.
        ``traces`` are what work on events continues, by their ids, where somebody records spans. This process
        is told of ``events``, but for the one who rings, whose ear is ``by``.
        """
        along = traces or {}
        bells = [
            BellText(id=event_id, name=name, ticket=ticket, traceparent=along.get(event_id, ""))
            for name, event_id, ticket in names
        ]
        if self._stop.is_set():
            return
        self._wake(events, by)
        if not bells:
            return
        with self._guard:
            self._waiting.extend(bells)
            while len(self._waiting) > QUEUE_LIMIT:
                self._waiting.popleft()
                self._dropped += 1
            self._guard.notify()
        self._start("ring", self._ring_out)

    def listen(self) -> Listener:
        """A new ear on all bells, those of other processes included. All ears of a process hear each bell."""
        listener = Listener()
        with self._guard:
            self._listeners.append(listener)
        self._start("listen", self._hear)
        return listener

    def state(self) -> BellState:
        """How it stands now; a broker that nobody has spoken to yet counts as up."""
        standing = self._outage.standing
        with self._guard:
            return BellState(
                up=standing.up,
                since=standing.since,
                last_error=standing.last_error,
                rung=self._rung,
                waiting=len(self._waiting),
                dropped=self._dropped,
            )

    def check(self) -> BellState:
        """The state after one attempt to reach the broker, here and within the timeout; logs nothing."""
        line = self._line()
        try:
            line.open()
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "not reachable"
            line.close(broken=True)
            return msgspec.structs.replace(self.state(), up=False, last_error=type(error).__name__)
        line.close()
        return msgspec.structs.replace(self.state(), up=True)

    def close(self, timeout: float = 5.0) -> None:
        """Pass on what waits if the broker is there, wake every listener, end within `timeout` seconds."""
        self._stop.set()
        with self._guard:
            self._guard.notify_all()
            threads = list(self._threads.values())
        self._wake()
        for thread in threads:
            thread.join(timeout / len(threads))

    def _start(self, side: str, step: Callable[[Line], bool]) -> None:
        """Start the thread of `side` unless it runs."""
        with self._guard:
            if side in self._threads or self._stop.is_set():
                return
            thread = threading.Thread(target=self._keep, args=(side, step), name=f"bell-{side}", daemon=True)
            self._threads[side] = thread
        thread.start()

    def _keep(self, side: str, step: Callable[[Line], bool]) -> None:
        """Repeat `step` on an open line until it is done; after a failure later, on a new one."""
        backoff = Backoff(*self._backoff)
        line = self._line()
        while True:
            try:
                line.open()
                done = step(line)
            except Exception as error:  # noqa: BLE001 - a dead thread would never ring again
                line.close(broken=True)
                self._outage.failed(side, error)
                if self._stop.wait(backoff.pause()):
                    return
                line = self._line()
            else:
                backoff.reset()
                self._outage.worked(side)
                if done:
                    line.close()
                    return

    def _ring_out(self, line: Line) -> bool:
        """Pass on the oldest bells, or look after the line when there are none."""
        with self._guard:
            if not self._waiting and not self._stop.is_set():
                self._guard.wait(_TICK)
            self._gather()
            burst = [self._waiting.popleft() for _ in range(min(_WINDOW, len(self._waiting)))]
        try:
            if burst:
                line.publish(burst)
            else:
                line.drain(0)
        except Exception:
            self._put_back(burst)
            raise
        with self._guard:
            if burst:
                self._passed_on = time.monotonic()
            self._rung += len(burst)
            return self._stop.is_set() and not self._waiting

    def _gather(self) -> None:
        """Let bells gather where some were passed on a moment ago, until there are many."""
        until = self._passed_on + _GATHER
        while 0 < len(self._waiting) < _WINDOW and not self._stop.is_set():
            left = until - time.monotonic()
            if left <= 0:
                return
            self._guard.wait(left)

    def _put_back(self, burst: list[BellText]) -> None:
        """Keep bells that were not confirmed, as far as newer ones leave room."""
        with self._guard:
            room = QUEUE_LIMIT - len(self._waiting)
            kept = burst[-room:] if room > 0 else []
            self._waiting.extendleft(reversed(kept))
            self._dropped += len(burst) - len(kept)

    def _hear(self, line: Line) -> bool:
        """Take bells from the broker as they come; what this process rang woke it already."""
        line.consume(lambda own: None if own else self._wake())
        line.drain(_TICK)
        return self._stop.is_set()

    def _wake(self, events: int = 1, by: Listener | None = None) -> None:
        with self._guard:
            listeners = [listener for listener in self._listeners if listener is not by]
        for listener in listeners:
            listener.wake(events)
