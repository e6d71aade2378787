"""Child processes that are spoken to over pipes, and how they end."""

from __future__ import annotations

import contextlib
import math
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def end(child: subprocess.Popen[bytes] | None) -> None:
    """Kill it, close its pipes and reap it; nothing where there is none."""
    if child is None:
        return
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    child.wait()


def says_something(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read, or an end, within so many seconds.

    `select.select` refuses descriptors from 1,024 on, which a process has that takes a thousand connections.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(math.ceil(max(seconds, 0) * 1000)))
