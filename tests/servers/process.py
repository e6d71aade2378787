"""A server's process on a leash: started, broken and stopped by tests, and never left behind.

Each server leads a session of its own, so that a signal reaches its children too. A watcher reads a pipe
whose other end only the test run holds: however the run ends, kill -9 included, the pipe closes and the
watcher kills the whole group.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.patience import patience as on_this_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

# `kill` for a whole group is written differently in every shell, so this is Python.
_WATCHER = """\
import os, sys
sys.stdin.read()
try:
    os.killpg(int(sys.argv[1]), 9)
except ProcessLookupError:
    pass
"""


class ServerProcess:
    """One server, in the foreground, logging to a file; `start` returns when `ready()` says that it serves.

    `user` is an account name to run as, given only when the tests run as root. `stop_with` is the signal that
    asks the server to end in good order.
    """

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        ready: Callable[[], bool],
        log: Path,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_with: signal.Signals = signal.SIGTERM,
        patience: float = 90.0,
    ) -> None:
        self._argv = [str(word) for word in argv]
        self._ready = ready
        self._log = log
        self._env = {**os.environ, **(env or {})}
        self._user = user
        self._stop_with = stop_with
        self._patience = on_this_machine(patience)
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server; RuntimeError when it is not running."""
        if self._process is None:
            raise RuntimeError(f"{self._argv[0]} is not running")
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it serves; RuntimeError with the end of its log if it does not."""
        if self._process is not None:
            raise RuntimeError(f"{self._argv[0]} runs already")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._env,
                cwd=self._log.parent,
                start_new_session=True,
                user=self._user,
                extra_groups=None if self._user is None else [],
            )
        self._watcher = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WATCHER, str(self._process.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Ask the server to end in good order and wait for it; what is left of it after that is killed."""
        self._end(self._stop_with)

    def kill(self) -> None:
        """End the server and its children at once, as a power cut would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + self._patience
        while not self._ready():
            if process.poll() is not None or time.monotonic() > deadline:
                state = "is not ready" if process.poll() is None else f"ended with {process.returncode}"
                self.kill()
                tail = self._log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{self._argv[0]} {state}\n{tail}")
            time.sleep(0.05)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            # To the leader alone: a server in good order ends its own children.
            self._signal(process.pid if how is signal.SIGKILL else None, process, how)
            try:
                process.wait(timeout=self._patience)
            except subprocess.TimeoutExpired:
                pass
            finally:
                self._signal(process.pid, process, signal.SIGKILL)
                process.wait()
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.kill()
            watcher.communicate()

    @staticmethod
    def _signal(group: int | None, process: subprocess.Popen[bytes], how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if group is None:
                process.send_signal(how)
            else:
                os.killpg(group, how)
