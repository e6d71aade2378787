"""Threads that take turns for every mail, kept on one core.

Python runs one thread at a time. The thread that speaks SMTP and the thread that commits hand the
interpreter's lock to each other many times a mail. When each has a core of its own, every handing over wakes
a core, and mostly for nothing, because the first thread has taken the lock again before the second is awake:
that took half of the processor time of accepting. On one core the second runs when the first is idle.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator

log = structlog.get_logger(__name__)

_CORE_IN_STAT = 36
"""Where the core stands behind the name in /proc/thread-self/stat (proc(5), field 39)."""


@contextmanager
def on_one_core() -> Iterator[None]:
    """Threads that are started inside stay together on the core that runs the caller now.

    A system that cannot do so, or has one core, is left as it is.
    """
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    bound = len(before) > 1 and _bind()
    try:
        yield
    finally:
        if bound:
            os.sched_setaffinity(0, before)


def _bind() -> bool:
    """Bind the caller to its core; False where that may not be done, as under some service managers."""
    try:
        os.sched_setaffinity(0, {_this_core()})
    except OSError as error:
        log.info("not_on_one_core", error=type(error).__name__)
        return False
    return True


def _this_core() -> int:
    stat = Path("/proc/thread-self/stat").read_text()
    return int(stat.rpartition(")")[2].split()[_CORE_IN_STAT])
