"""Named points between two steps that a crash must not tear apart; the fault drill stops processes there.

A desk that runs for its operator never sets a hook: then reaching a point is one comparison, and nothing in
the environment or in the settings can change that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

POINTS = (
    "accept_before_commit",
    "accept_after_commit",
    "lease_after_commit",
    "batch_before_commit",
    "batch_after_commit",
    "sender_bytes_saved",
    "sender_before_dot",
    "sender_after_dot",
    "sender_after_answer",
    "timekeeper_after_fire",
)
"""Every point, in the order in which one mail passes them.

``accept_after_commit`` lies before the 250 and the bell, ``batch_after_commit`` before the bell,
``sender_before_dot`` after the commit that says that the dot comes, ``sender_after_answer`` before the commit
of the result, ``timekeeper_after_fire`` after the commit of fired timers and before their bell.
"""

_hook: Callable[[str], None] | None = None


def reach(name: str) -> None:
    """Say that the point ``name`` of `POINTS` is reached; the hook may end the process and never return."""
    if _hook is not None:
        _hook(name)


def set_hook(hook: Callable[[str], None] | None) -> None:
    """Let ``hook`` be called, in whatever thread it is, each time that a point is reached."""
    global _hook  # noqa: PLW0603 - one per process, and reading it must cost nothing
    _hook = hook
