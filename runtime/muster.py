"""Lets a commit wait for the threads that are about to have something to write, for a moment at the most."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Muster:
    """Counts the threads that are on their way to the next commit."""

    def __init__(self, patience: float) -> None:
        """``patience`` is how many seconds the commit waits for the last of them."""
        self._patience = patience
        self._changed = threading.Condition()
        self._coming = 0

    @contextlib.contextmanager
    def coming(self) -> Iterator[None]:
        """Inside the block a thread is on its way."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    @contextlib.contextmanager
    def arrived(self) -> Iterator[None]:
        """Inside the block a thread that was on its way waits for the commit."""
        self._count(-1)
        try:
            yield
        finally:
            self._count(1)

    def wait(self) -> None:
        """Return as soon as nobody is on the way, or when there is no more patience."""
        with self._changed:
            self._changed.wait_for(lambda: self._coming == 0, self._patience)

    def _count(self, one: int) -> None:
        with self._changed:
            self._coming += one
            if self._coming == 0:
                self._changed.notify_all()
