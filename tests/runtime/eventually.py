"""Waiting, in a test, for what another thread or process will do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def eventually(holds: Callable[[], object], *, within: float = 15.0) -> bool:
    """Whether `holds()` becomes true before `within` seconds have passed."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.01)
    return bool(holds())
