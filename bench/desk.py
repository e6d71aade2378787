"""A desk as its operator runs it: processes of ``despacho run`` in a folder of their own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import config
from bench.cpu import cpu_seconds
from store import counts
from store.engine import Store
from tests.servers.loopback import answers, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

READY_SECONDS = 30
_NO_LIMITS = """
[limits]
sender_per_hour = 0
sender_per_day = 0
same_subject_per_3_hours = 0
domain_per_hour = 0
desk_per_hour = 0
agent_notices_per_hour = 0
"""


def load_policy(folder: Path) -> Path:
    """The sample policy without limits on automatic mail, as a load test needs it."""
    shutil.copytree(Path(config.__file__).parent / "example", folder)
    desk = folder / "desk.toml"
    text = re.sub(r"(?ms)^\[limits\]\n.*?(?=^\[|\Z)", "", desk.read_text())
    desk.write_text(text + _NO_LIMITS)
    return folder


class DeskProcess:
    """One process of a desk."""

    def __init__(self, folder: Path, roles: Sequence[str], environment: dict[str, str]) -> None:
        """``folder`` is the working folder; what the process prints goes to ``<roles>.log`` in it."""
        self._folder = folder
        self._roles = list(roles)
        self._environment = os.environ | environment
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / f"{'-'.join(roles) or 'all'}-{id(self):x}.log"

    def start(self) -> None:
        """Start it; whether it is ready is for `wait_ready`."""
        command = [str(Path(sys.executable).with_name("despacho")), "run", *self._roles]
        with self._log.open("ab") as output:
            # A group of its own: Ctrl-C is for the bench, which then stops it.
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment,
                stdout=output,
                stderr=output,
                process_group=0,
            )

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process is not None
        return self._process.pid

    def ended(self) -> int | None:
        """The exit code of a process that ended by itself, or None while it runs."""
        return self._process.poll() if self._process is not None else None

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        self._end(signal.SIGINT)

    def cpu(self) -> float:
        """Processor seconds that it has used so far."""
        assert self._process is not None
        return cpu_seconds(self._process.pid)

    def resident(self) -> float:
        """Resident memory in MiB, that of a child which reads beside it included."""
        return self._status("VmRSS")

    def peak(self) -> float:
        """The largest resident memory so far, in MiB."""
        return self._status("VmHWM")

    def _status(self, name: str) -> float:
        return sum(_kibibytes(pid, name) for pid in (self.pid, *_children(self.pid))) / 1024

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(30)


def _children(pid: int) -> list[int]:
    """Those that any thread of a process has started and that still run."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread may end meanwhile.
        with contextlib.suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def _kibibytes(pid: int, name: str) -> int:
    with contextlib.suppress(OSError):
        found = re.findall(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(found[0]) if found else 0
    return 0


class Desk:
    """All processes of a desk, and its store to look into."""

    def __init__(self, folder: Path, environment: dict[str, str], roles: Sequence[Sequence[str]]) -> None:
        """One process for each list of ``roles``; an empty list means all of them."""
        self.port = free_port()
        self.folder = folder
        environment = {
            "DESPACHO_LOG": "warning",
            "DESPACHO_SMTP_PORT": str(self.port),
            "DESPACHO_HTTP_PORT": "0",
            **environment,
        }
        self._environment = environment
        self.processes = [DeskProcess(folder, each, environment) for each in roles]
        self._listens = any(not each or "smtp" in each for each in roles)
        self._url = environment.get("DESPACHO_DATABASE_URL", f"sqlite:///{folder}/var/despacho.db")

    def start(self) -> float:
        """Start every process; gives back the seconds until mail is taken, if it takes any."""
        began = time.monotonic()
        for process in self.processes:
            process.start()
        while self._listens and not answers(self.port, b"", b"220"):
            if time.monotonic() - began > READY_SECONDS:
                message = f"the desk was not ready in {READY_SECONDS} s; see {self.folder}"
                raise TimeoutError(message)
            time.sleep(0.02)
        return time.monotonic() - began

    def __enter__(self) -> Self:
        """Start it."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def stop(self) -> None:
        """Stop every process in order."""
        for process in self.processes:
            process.stop()

    def cpu(self) -> float:
        """Processor seconds that its processes have used so far."""
        return sum(process.cpu() for process in self.processes)

    def doctor(self) -> dict[str, str]:
        """What ``despacho doctor`` says of this desk as it runs: the colour of each check."""
        command = [str(Path(sys.executable).with_name("despacho")), "doctor", "--json"]
        found = subprocess.run(
            command, cwd=self.folder, env=os.environ | self._environment, capture_output=True, check=False
        )
        findings = json.loads(found.stdout)["findings"]
        return {finding["check"]: finding["colour"] for finding in findings}

    def settle(self, seconds: float = 180) -> None:
        """Wait until no work is left, or for ``seconds``."""
        until = time.monotonic() + seconds
        with self.store() as store:
            while time.monotonic() < until:
                with store.reading() as connection:
                    if not counts.undone(connection):
                        return
                time.sleep(0.2)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The desk's store, for looking."""
        store = Store(self._url)
        try:
            yield store
        finally:
            store.close()
