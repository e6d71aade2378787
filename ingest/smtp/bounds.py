"""Counts that say stop: sessions in all, sessions of one client, bytes that are on their way."""

from __future__ import annotations

from collections import Counter


class Admission:
    """How many sessions are open, in all and by client; used from one thread."""

    def __init__(self, *, most: int, most_per_client: int) -> None:
        self._most = most
        self._most_per_client = most_per_client
        self._open: Counter[str] = Counter()
        self.total = 0

    @property
    def full(self) -> bool:
        """Whether no client at all can come in now."""
        return self.total >= self._most

    def enter(self, client: str) -> bool:
        """Count a session in; False, and nothing counted, where it is one too many."""
        if self.full or self._open[client] >= self._most_per_client:
            return False
        self._open[client] += 1
        self.total += 1
        return True

    def leave(self, client: str) -> None:
        """Count a session out that was counted in."""
        self.total -= 1
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]


class InFlight:
    """The bytes of mail that were received and are not yet committed or dropped; used from one thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.used = 0

    def has_room(self, size: int) -> bool:
        """Whether ``size`` more bytes would fit now."""
        return self.used + size <= self._limit

    def take(self, size: int) -> bool:
        """Count ``size`` bytes; False, and nothing counted, where they do not fit."""
        if self.used + size > self._limit:
            return False
        self.used += size
        return True

    def give(self, size: int) -> None:
        """Give back what was taken."""
        self.used -= size
