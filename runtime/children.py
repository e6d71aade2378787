"""Child processes that are spoken to over pipes, and how they end."""

from __future__ import annotations

import contextlib
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
