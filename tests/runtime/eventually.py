"""Waiting, in a test, for what another thread or process will do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.patience import patience

if TYPE_CHECKING:
    from collections.abc import Callable


def eventually(holds: Callable[[], object], *, within: float = 40.0) -> bool:
    """Whether `holds()` becomes true within so many seconds of a machine at its usual speed."""
    deadline = time.monotonic() + patience(within)
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.01)
    return bool(holds())
