"""What a role is, and the thread that most of them are."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Role(Protocol):
    """Something that runs until it is stopped."""

    def stop(self) -> None:
        """Finish what is under way, hand back the rest, and end."""


def in_thread(name: str, run: Callable[[], object]) -> threading.Thread:
    """Start a thread that does not keep the process alive."""
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
