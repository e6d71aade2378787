"""Which leased mail is sent next: the domains take turns, and one that hangs holds up no other.

Each domain is a lane with room for a few mails at once, and for half of the threads once it has shown that
it is quick. A lane whose mail ran into a time limit is left alone for a while, longer each time, and all such
lanes together never take more than half of the threads.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from store.outbox import Leased

DEPTH = 16
"""How many mails of one domain wait here at the most before others are leased instead."""
_QUICK_SECONDS = 1.0
_QUICK_MOST = 1000
_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 900.0


class _Lane:
    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting: deque[Leased] = deque()
        self.under_way: dict[int, tuple[Leased, float]] = {}
        self.hung = 0
        self.paused_until = 0.0


class Lanes:
    """Mails that are leased and not done yet, handed to ``threads`` threads; ``now`` is monotonic."""

    def __init__(self, *, threads: int, per_domain: int, now: Callable[[], float] = time.monotonic) -> None:
        self._half = max(1, threads // 2)
        self._per_domain = per_domain
        self._now = now
        self._lanes: dict[str, _Lane] = {}  # in the order of their turns
        self._quick: dict[str, None] = {}
        self._changed = threading.Condition()
        self._idle = 0
        self._closed = False

    def put(self, mails: Iterable[Leased]) -> None:
        """Add mails to their lanes."""
        with self._changed:
            for mail in mails:
                if mail.domain not in self._lanes:
                    self._lanes[mail.domain] = _Lane(mail.domain)
                self._lanes[mail.domain].waiting.append(mail)
            self._changed.notify()

    def take(self, timeout: float) -> Leased | None:
        """The next mail, or None when there was none for ``timeout`` seconds or the lanes are closed.

        Whoever takes a mail must say `done`.
        """
        with self._changed:
            lane = self._wait(timeout)
            if lane is None:
                return None
            self._lanes[lane.name] = self._lanes.pop(lane.name)
            mail = lane.waiting.popleft()
            lane.under_way[mail.id] = (mail, self._now())
            if self._idle and self._next():
                # Each thread wakes the next: of all at once most would find nothing and go back to sleep.
                self._changed.notify()
            return mail

    def done(self, mail: Leased, *, hung: bool) -> None:
        """A thread is finished with this mail; ``hung`` when a time limit ended it."""
        with self._changed:
            lane = self._lanes[mail.domain]
            _, since = lane.under_way.pop(mail.id)
            self._judge(mail.domain, quick=not hung and self._now() - since < _QUICK_SECONDS)
            if hung:
                lane.paused_until = self._now() + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**lane.hung)
                lane.hung = min(lane.hung + 1, 10)
            else:
                lane.hung, lane.paused_until = 0, 0.0
                if not lane.waiting and not lane.under_way:
                    del self._lanes[mail.domain]

    def busy(self) -> list[str]:
        """Domains of which nothing more should be leased now, because they hang."""
        with self._changed:
            self._forget()
            return [name for name, lane in self._lanes.items() if self._is_busy(name, lane)]

    def full(self) -> list[str]:
        """Domains of which there is no room for more here."""
        with self._changed:
            return [name for name, lane in self._lanes.items() if len(lane.waiting) >= DEPTH]

    def has_room(self, domains: Collection[str]) -> bool:
        """Whether the lane of any of these domains is half empty or empty."""
        with self._changed:
            lanes = [self._lanes.get(domain) for domain in domains]
            return any(lane is None or len(lane.waiting) < DEPTH // 2 for lane in lanes)

    def waiting(self) -> int:
        """How many mails wait here for a thread."""
        with self._changed:
            return sum(len(lane.waiting) for lane in self._lanes.values())

    def mails(self) -> list[Leased]:
        """Every mail that is here, under way included."""
        with self._changed:
            return [
                mail
                for lane in self._lanes.values()
                for mail in (*lane.waiting, *(one for one, _ in lane.under_way.values()))
            ]

    def drain(self, *, paused_only: bool = False) -> list[Leased]:
        """Take back what no thread has begun: everything, or what is in lanes that are left alone."""
        with self._changed:
            drained: list[Leased] = []
            for lane in self._lanes.values():
                if not paused_only or self._is_paused(lane):
                    drained += lane.waiting
                    lane.waiting.clear()
            self._forget()
            return drained

    def close(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait(self, timeout: float) -> _Lane | None:
        """The lane whose turn it is, as soon as there is one."""
        found: _Lane | None = None

        def ready() -> bool:
            nonlocal found
            found = None if self._closed else self._next()
            return self._closed or found is not None

        if not ready():
            self._idle += 1
            self._changed.wait_for(ready, timeout)
            self._idle -= 1
        return found

    def _next(self) -> _Lane | None:
        for name, lane in self._lanes.items():
            if not lane.waiting or self._room(name, lane) < 1 or self._is_paused(lane):
                continue
            if not lane.hung or self._hung() < self._half:
                return lane
        return None

    def _hung(self) -> int:
        return sum(len(lane.under_way) for lane in self._lanes.values() if lane.hung)

    def _room(self, name: str, lane: _Lane) -> int:
        most = max(self._per_domain, self._half) if name in self._quick else self._per_domain
        # A lane that hung has to show with one mail that it is well again.
        return (1 if lane.hung else most) - len(lane.under_way)

    def _judge(self, name: str, *, quick: bool) -> None:
        self._quick.pop(name, None)
        if quick:
            self._quick[name] = None
            if len(self._quick) > _QUICK_MOST:
                del self._quick[next(iter(self._quick))]

    def _is_busy(self, name: str, lane: _Lane) -> bool:
        return self._is_paused(lane) or (lane.hung > 0 and self._room(name, lane) < 1)

    def _is_paused(self, lane: _Lane) -> bool:
        return lane.paused_until > self._now()

    def _forget(self) -> None:
        """Drop lanes that hold nothing worth knowing."""
        old = self._now() - _LONGEST_PAUSE
        for name, lane in list(self._lanes.items()):
            empty = not lane.waiting and not lane.under_way
            if empty and (not lane.hung or lane.paused_until < old):
                del self._lanes[name]
