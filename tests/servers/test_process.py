"""No server outlives the test run that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.process import ServerProcess

ROOT = Path(__file__).parents[2]

_RUN = """
import sys, time
from pathlib import Path
from tests.servers.process import ServerProcess
server = ServerProcess(["sleep", "600"], ready=lambda: True, log=Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Whether the process runs: one that has ended and waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_server_dies_with_a_killed_run(tmp_path: Path) -> None:
    """Kill -9 of the test run takes its servers with it."""
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, tmp_path / "log"], stdout=subprocess.PIPE, cwd=ROOT
    ) as run:
        assert run.stdout is not None
        server = int(run.stdout.readline())
        assert alive(server)
        run.kill()
    deadline = time.monotonic() + 5
    while alive(server) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(server)


def test_a_server_that_ends_at_once_shows_its_log(tmp_path: Path) -> None:
    """A server that cannot start says why in the error."""
    server = ServerProcess(
        ["sh", "-c", "echo no such luck; exit 3"], ready=lambda: False, log=tmp_path / "log", patience=5
    )
    with pytest.raises(RuntimeError, match=r"ended with 3\n(.|\n)*no such luck"):
        server.start()


def test_stop_takes_stubborn_children_too(tmp_path: Path) -> None:
    """A child that ignores SIGTERM is gone after stop."""
    log = tmp_path / "log"
    script = "sh -c 'trap \"\" TERM; echo child $$; while :; do sleep 1; done' & wait"
    server = ServerProcess(
        ["sh", "-c", script], ready=lambda: "child" in log.read_text(), log=log, stop_with=signal.SIGTERM
    )
    server.start()
    child = int(log.read_text().split()[1])
    assert os.getpgid(child) == server.pid
    server.stop()
    deadline = time.monotonic() + 5
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)
