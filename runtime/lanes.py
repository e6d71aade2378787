"""Which leased mail is sent next: the domains take turns, and one that hangs holds up no other.

Each domain is a lane with room for a few mails at once. A lane whose mails ran into a time limit is left alone
for a while, longer each time, and all such lanes together never take more than half of the threads.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from store.outbox import Leased

_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 900.0


class _Lane:
    def __init__(self) -> None:
        self.waiting: deque[Leased] = deque()
        self.under_way = 0
        self.hung = 0
        self.paused_until = 0.0


class Lanes:
    """Mails that are leased and not sent yet, handed to threads; ``threads`` of them share it."""

    def __init__(self, *, threads: int, per_domain: int, now: Callable[[], float] = time.monotonic) -> None:
        self._threads = threads
        self._per_domain = per_domain
        self._now = now
        self._lanes: dict[str, _Lane] = {}
        self._order: deque[str] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, mails: Iterable[Leased]) -> None:
        """Add mails to their lanes."""
        with self._changed:
            for mail in mails:
                if mail.domain not in self._lanes:
                    self._lanes[mail.domain] = _Lane()
                    self._order.append(mail.domain)
                self._lanes[mail.domain].waiting.append(mail)
            self._changed.notify_all()

    def take(self, timeout: float) -> Leased | None:
        """The next mail, or None when there was none for ``timeout`` seconds or the lanes are closed.

        Whoever takes a mail must say `done`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._next() is not None, timeout)
            name = None if self._closed else self._next()
            if name is None:
                return None
            lane = self._lanes[name]
            lane.under_way += 1
            self._order.remove(name)
            self._order.append(name)
            return lane.waiting.popleft()

    def done(self, mail: Leased, *, hung: bool) -> None:
        """A thread is finished with this mail; ``hung`` when a time limit ended it."""
        with self._changed:
            lane = self._lanes[mail.domain]
            lane.under_way -= 1
            if hung:
                pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**lane.hung)
                lane.hung = min(lane.hung + 1, 10)
                lane.paused_until = self._now() + pause
            else:
                lane.hung, lane.paused_until = 0, 0.0
            self._forget(mail.domain, lane)
            self._changed.notify_all()

    def busy(self) -> list[str]:
        """Domains of which nothing more should be leased now."""
        with self._changed:
            return [
                name
                for name, lane in self._lanes.items()
                if lane.waiting or self._room(lane) < 1 or self._is_paused(lane)
            ]

    def held(self) -> int:
        """How many mails wait here for a thread."""
        with self._changed:
            return sum(len(lane.waiting) for lane in self._lanes.values())

    def drain(self, *, paused_only: bool = False) -> list[Leased]:
        """Take back what no thread has begun: everything, or what is in lanes that are left alone."""
        with self._changed:
            drained = []
            for name, lane in list(self._lanes.items()):
                if not paused_only or self._is_paused(lane):
                    drained += lane.waiting
                    lane.waiting.clear()
                    self._forget(name, lane)
            return drained

    def close(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self) -> str | None:
        slow = sum(lane.under_way for lane in self._lanes.values() if lane.hung)
        for name in self._order:
            lane = self._lanes[name]
            if not lane.waiting or self._room(lane) < 1 or self._is_paused(lane):
                continue
            if lane.hung and slow >= max(1, self._threads // 2):
                continue
            return name
        return None

    def _room(self, lane: _Lane) -> int:
        # After it hung, a domain has to show with one mail that it is well again.
        return (1 if lane.hung else self._per_domain) - lane.under_way

    def _is_paused(self, lane: _Lane) -> bool:
        return lane.paused_until > self._now()

    def _forget(self, name: str, lane: _Lane) -> None:
        if not lane.waiting and not lane.under_way and not lane.hung:
            del self._lanes[name]
            self._order.remove(name)
