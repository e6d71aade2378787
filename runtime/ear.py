"""How a worker learns, without a look at the database, that there may be something to do."""

from __future__ import annotations

import time
from typing import Protocol


class Ear(Protocol):
    """What tells a worker of new events."""

    @property
    def told(self) -> int:
        """Of how many since `count_anew`, about: some may have been seen before."""

    def count_anew(self) -> None:
        """Begin to count again."""

    def gather(self, enough: int, quiet: float, timeout: float) -> None:
        """Wait for so many since `count_anew`, for ``quiet`` seconds without any, or for ``timeout``."""


class Deaf:
    """The ear of a worker that nobody tells anything."""

    told = 0

    def count_anew(self) -> None:
        """Nothing is counted."""

    def gather(self, enough: int, quiet: float, timeout: float) -> None:  # noqa: ARG002 - same shape as others
        """Wait: there is no telling how quiet it is."""
        time.sleep(timeout)
