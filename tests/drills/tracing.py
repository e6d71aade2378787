"""Whether this machine lets one process look at the system calls of another."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache


@cache
def why_not() -> str:
    """Why strace cannot be used here, or nothing."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed (Debian package: strace)"
    command = [strace, "-f", "-qq", "-o", "/dev/null", "true"]
    tried = subprocess.run(command, capture_output=True, check=False, timeout=20)
    return "" if tried.returncode == 0 else "this machine does not allow ptrace"
