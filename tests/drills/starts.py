"""How long it takes from ``despacho run`` until the desk says that it runs: each role, from nothing."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from runtime.roles import ROLES
from tests.drills.supervisor import READY, READY_SECONDS, ROOT

ALL = "all"


def measure(times: int, ready_seconds: dict[str, list[float]]) -> float:
    """Start every role, and all roles in one process, so often; fill in how long each took to be ready.

    Gives back the seconds that all of them computed. On SQLite, with everything that a process imports. Each
    is killed like the drill's, so the next finds what a dead one leaves. The very first start, which makes
    the database, is not counted.
    """
    with tempfile.TemporaryDirectory(prefix="despacho-starts-") as folder:
        _, computed = _start(Path(folder), [])
        for _ in range(times):
            for name in (ALL, *ROLES):
                ready, own = _start(Path(folder), [] if name == ALL else [name])
                ready_seconds.setdefault(name, []).append(ready)
                computed += own
    return computed


def _start(folder: Path, roles: list[str]) -> tuple[float, float]:
    """One life, from its beginning to its greeting: seconds, and seconds of computing."""
    own = {"DESPACHO_DATA": str(folder), "DESPACHO_SMTP_PORT": "0", "DESPACHO_HTTP_PORT": "0"}
    command = [sys.executable, "-c", "from runtime.cli import main; main()", "run", *roles]
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **own}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    with process.stdout as output:
        select.select([output], [], [], READY_SECONDS)
        os.set_blocking(output.fileno(), False)
        line = output.readline()
        seconds = time.monotonic() - began
        process.kill()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if READY not in line:
        message = f"despacho run {' '.join(roles)} does not say that it runs"
        raise RuntimeError(message)
    return seconds, usage.ru_utime + usage.ru_stime
