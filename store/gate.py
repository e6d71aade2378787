"""One door for every SQLite write of a process, at which accepting mail goes first.

SQLite has one writer at a time and hands the lock over unfairly: measured with eight writing processes, some
waited for five seconds. Inside a process this gate decides instead: an urgent writer (accept) waits for one
batch at the most.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate:
    """A lock with two classes: whoever is urgent is let in before whoever is not."""

    def __init__(self) -> None:
        """The gate starts open."""
        self._condition = threading.Condition()
        self._taken = False
        self._urgent_waiting = 0

    @contextlib.contextmanager
    def hold(self, *, urgent: bool = False) -> Iterator[None]:
        """Hold the gate for the length of one transaction."""
        self._enter(urgent=urgent)
        try:
            yield
        finally:
            with self._condition:
                self._taken = False
                self._condition.notify_all()

    def _enter(self, *, urgent: bool) -> None:
        with self._condition:
            if urgent:
                self._urgent_waiting += 1
            try:
                while self._taken or (self._urgent_waiting and not urgent):
                    self._condition.wait()
            finally:
                if urgent:
                    self._urgent_waiting -= 1
            self._taken = True


class OpenGate:
    """A gate that holds nobody: PostgreSQL has many writers."""

    @contextlib.contextmanager
    def hold(self, *, urgent: bool = False) -> Iterator[None]:  # noqa: ARG002 - same shape as Gate
        """Let everyone through."""
        yield
