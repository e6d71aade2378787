"""The desk's processes: started, killed and stopped by pid, ready when they say so, started again if dead."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[2]
READY = b"Despacho runs"
READY_SECONDS = 20.0
_RESTART_SECONDS = 0.3


class Nursery:
    """The process that the desk's processes are forked from; they end with it."""

    def __init__(self, log: Path) -> None:
        """Start it and let it import everything; what it has to say goes to ``log``."""
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.drills.launch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,
            )
        self._lock = threading.Lock()

    def order(self, **order: Any) -> dict[str, Any]:
        """Ask for something and wait for the answer."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._lock:
            stdin.write(json.dumps(order).encode() + b"\n")
            stdin.flush()
            answer: dict[str, Any] = json.loads(stdout.readline())
        return answer

    def close(self) -> None:
        """End it, and with it whatever it started."""
        self._process.kill()
        self._process.communicate()


class Process:
    """One process of the desk, through all its lives."""

    def __init__(self, nursery: Nursery, name: str, roles: Sequence[str], **place: Any) -> None:
        """``place`` is its ``folder``, ``environment``, ``mutant`` and ``clock``, as `launch` takes them."""
        self.name = name
        self.roles = list(roles)
        self.failpoint = ""
        self.ready_seconds: list[float] = []
        self.ready_at = 0.0
        self.lock = threading.RLock()
        self._nursery = nursery
        self._place = place
        self.log = Path(place["folder"]) / f"{name}.log"
        self.pid = 0
        self._handle = -1

    def start(self, failpoint: str = "") -> None:
        """Begin a life; ``failpoint`` (``name@3``) ends it at that point."""
        offset = self.log.stat().st_size if self.log.exists() else 0
        began = time.monotonic()
        place = {**self._place, "folder": str(self._place["folder"]), "log": str(self.log)}
        self.pid = self._nursery.order(do="start", roles=self.roles, failpoint=failpoint, **place)["pid"]
        self._handle = os.pidfd_open(self.pid)
        self.failpoint = failpoint
        self._wait_ready(offset, began)

    def _wait_ready(self, offset: int, began: float) -> None:
        """Until it says that it runs, or it has ended; it counts as started either way."""
        while time.monotonic() - began < READY_SECONDS and self.alive():
            if self.log.exists():
                with self.log.open("rb") as file:
                    file.seek(offset)
                    if READY in file.read():
                        self.ready_at = time.monotonic()
                        self.ready_seconds.append(self.ready_at - began)
                        return
            time.sleep(0.01)

    def alive(self) -> bool:
        """Whether it has not ended; for whoever holds its `lock`."""
        return self._handle >= 0 and not select.select([self._handle], [], [], 0)[0]

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL), and wait until it is gone."""
        self.signal(signal.SIGKILL)
        select.select([self._handle], [], [], 10)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its whole group."""
        # The pid is not anybody else's: it is not reaped before `bury`.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def bury(self) -> int:
        """Reap it, once it has ended; gives back its exit code, negative for a signal."""
        code: int = self._nursery.order(do="reap", pid=self.pid)["status"]
        os.close(self._handle)
        self._handle = -1
        return code


class Supervisor:
    """Keeps all processes running; whoever ends is told of and started again."""

    def __init__(self, processes: Sequence[Process], ended: Callable[[Process, int], None]) -> None:
        """``ended`` is told of each process that ended by itself, before it is started again."""
        self.processes = list(processes)
        self._ended = ended
        self._stopping = threading.Event()
        # One each: a process that is slow to start must not keep the others from it.
        self._threads = [
            threading.Thread(
                target=self._watch, args=(process,), name=f"supervisor of {process.name}", daemon=True
            )
            for process in self.processes
        ]

    def start(self) -> None:
        """Start every process, then watch over them; a desk that does not even start is no desk to break."""
        for process in self.processes:
            process.start()
            if not process.ready_at:
                said = process.log.read_text(errors="replace") if process.log.exists() else ""
                message = (
                    f"{process.name} is not ready after {READY_SECONDS:.0f} s, or has ended: {said[-2000:]}"
                )
                raise RuntimeError(message)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop watching and end every process."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        for process in self.processes:
            if process.alive():
                process.kill()

    def _watch(self, process: Process) -> None:
        while not self._stopping.wait(0.02):
            # Whoever is being killed and started by somebody else is looked at next time.
            if process.lock.acquire(blocking=False):
                try:
                    self._look_after(process)
                finally:
                    process.lock.release()

    def _look_after(self, process: Process) -> None:
        if process.alive():
            return
        code = process.bury()
        self._ended(process, code)
        if code >= 0:
            # It ended in good order, as it does without its database: give that a moment.
            self._stopping.wait(_RESTART_SECONDS)
        process.start()
