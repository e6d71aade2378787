"""Carries out a schedule of faults, and writes down what was really done."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from tests.drills.brokers import wipes
from tests.drills.hurry import LEASE
from tests.patience import start_slowness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.drills.brokers import Server
    from tests.drills.clock import Clock
    from tests.drills.doubts import Doubts
    from tests.drills.ledger import Ledger
    from tests.drills.proxy import Proxy
    from tests.drills.schedule import Fault
    from tests.drills.stacks import Stack
    from tests.drills.supervisor import Process

_PATIENCE = 4.0
"""Seconds for which a fault waits for something to hit."""
_SLOWEST = 5.0
"""So many times that at the most, where programs start late: a sender that was killed is away for longer."""
_LIFE = 0.3
"""Seconds that a process works before it is killed: on a slow machine kills would hit nothing but starts."""


class Nemesis:
    """Everything that can be done to one desk; `done` counts it by kind."""

    def __init__(
        self,
        stack: Stack,
        processes: Sequence[Process],
        *,
        clients: Proxy,
        relay: Proxy,
        doubts: Doubts,
        clock: Clock | None,
        ledger: Ledger,
    ) -> None:
        """``clients`` and ``relay`` are the lines in and out, ``doubts`` is told before a sender is lost."""
        self._stack = stack
        self._processes = {process.name: process for process in processes}
        self._doubts = doubts
        self._clock = clock
        self._ledger = ledger
        start_slowness()  # It is measured once, and rather before all is broken.
        self._pool = ThreadPoolExecutor(32, thread_name_prefix="nemesis")
        self._locks = {"broker": threading.Lock(), "database": threading.Lock(), "disk": threading.Lock()}
        self.done: Counter[str] = Counter()
        self._no_database_until = 0.0
        self._kinds = self._everything(clients, relay)

    def run(self, faults: Sequence[Fault], until: Callable[[], bool]) -> None:
        """Carry the faults out in order, each at its time; ends early when ``until`` says so."""
        began = time.monotonic()
        for fault in faults:
            while (wait := began + fault.at - time.monotonic()) > 0:
                if until():
                    return
                time.sleep(min(wait, 0.1))
            self._pool.submit(self._carry_out, fault)

    def heal(self) -> None:
        """Wait until every fault that lasts is over."""
        self._pool.shutdown(wait=True)

    def died(self, process: Process, code: int) -> str:
        """A process ended by itself: why that was to be expected, or an empty string."""
        if process.failpoint and code == -signal.SIGKILL:
            self._doubts.sender_lost(process)
            self._note("kill -9", process.name, at_point=process.failpoint)
            return process.failpoint
        self._doubts.sender_lost(process)
        return "no database" if code > 0 and time.monotonic() < self._no_database_until else ""

    def _everything(self, clients: Proxy, relay: Proxy) -> dict[str, Callable[[Fault], object]]:
        kinds: dict[str, Callable[[Fault], object]] = {
            "kill -9": self._kill,
            "process stopped": self._stop,
            "fdatasync fails": self._fail_fdatasync,
            "disk full": self._fill_disk,
            "clock jumped": lambda _: self._jump(),
        }
        for name, proxy in (("clients", clients), ("relay", relay)):
            kinds[f"{name} cut off"] = _cut(proxy)
            kinds[f"{name} in a hole"] = _hole(proxy)
            kinds[f"{name} robbed of an answer"] = _rob(proxy)
            kinds[f"{name} delayed"] = _delay(proxy)
        return kinds | self._servers()

    def _servers(self) -> dict[str, Callable[[Fault], object]]:
        kinds: dict[str, Callable[[Fault], object]] = {}
        broker, database = self._stack.broker, self._stack.database
        if broker is not None:
            for name, wipe in wipes(broker.url).items():
                kinds[name] = partial(self._wipe, wipe)
            kinds["broker killed"] = lambda fault: self._restart("broker", broker, broker.kill, fault)
            kinds["broker stopped"] = lambda fault: self._restart("broker", broker, broker.stop, fault)
        if database is not None:
            kinds["database killed"] = lambda fault: self._restart("database", database, database.kill, fault)
            kinds["database stopped"] = lambda fault: self._restart(
                "database", database, database.stop, fault
            )
        return kinds

    def _carry_out(self, fault: Fault) -> None:
        try:
            happened = self._kinds[fault.kind](fault)
        except Exception as error:  # noqa: BLE001 - what could not be done is not counted, and said
            self._ledger.note(what="not done", kind=fault.kind, why=f"{type(error).__name__}: {error}"[:200])
            return
        if happened is not False:
            self._note(fault.kind, fault.target)

    def _note(self, kind: str, target: str, **more: object) -> None:
        self.done[kind] += 1
        if target:
            self.done[f"{kind} {target}"] += 1
        self._ledger.note(what="done", kind=kind, target=target, **more)

    def _kill(self, fault: Fault) -> bool:
        process = self._processes[fault.target]
        with _living(process, at_least=_LIFE) as lives:
            if lives:
                process.kill()
                self._doubts.sender_lost(process)
                process.bury()
                process.start(fault.failpoint)
        return lives

    def _stop(self, fault: Fault) -> bool:
        process = self._processes[fault.target]
        with _living(process) as lives:
            life = process.pid
            if not lives:
                return False
            process.signal(signal.SIGSTOP)
        if fault.seconds >= LEASE.total_seconds() / 2:
            # Whoever sleeps for about as long as a lease may find that others sent its mails.
            time.sleep(0.1)
            self._doubts.sender_lost(process)
        time.sleep(fault.seconds)
        with process.lock:
            if process.pid == life:
                process.signal(signal.SIGCONT)
        return True

    def _restart(self, name: str, server: Server, end: Callable[[], None], fault: Fault) -> None:
        with self._locks[name]:
            if name == "database":
                self._no_database_until = float("inf")
            try:
                end()
                time.sleep(fault.seconds)
            finally:
                server.start()
                if name == "database":
                    self._database_is_back()

    def _database_is_back(self) -> None:
        """A process that was just told that there is none may take some seconds to end."""
        self._no_database_until = time.monotonic() + 10.0 * _late()

    def _jump(self) -> None:
        assert self._clock is not None
        # To a clock that jumped every lease may have run out.
        self._doubts.look(events=1)
        self._clock.jump()

    def _wipe(self, wipe: Callable[[], None], _fault: Fault) -> None:
        # One that is just away has nothing to be wiped: this waits until it is back.
        with self._locks["broker"]:
            # Nor has a queue that was just deleted, until somebody declares it again.
            if not _tried_until(lambda: _without_error(wipe)):
                wipe()

    def _fail_fdatasync(self, fault: Fault) -> object:
        """Every second fdatasync of one process fails with EIO."""
        process = next(iter(self._processes.values()))
        with self._locks["disk"]:
            inject = ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1+2"]
            command = ["strace", "-f", "-qq", "-o", "/dev/null", *inject, "-p", str(process.pid)]
            self._no_database_until = float("inf")
            with subprocess.Popen(command, stderr=subprocess.DEVNULL) as tracer:
                with suppress(subprocess.TimeoutExpired):
                    tracer.wait(fault.seconds)
                tracer.terminate()
            self._database_is_back()
        return True

    def _fill_disk(self, fault: Fault) -> object:
        assert self._stack.disk is not None
        ballast = self._stack.disk / "ballast"
        with self._locks["disk"]:
            self._no_database_until = float("inf")
            try:
                with suppress(OSError), ballast.open("wb", buffering=0) as file:
                    while True:
                        file.write(bytes(65536))
                time.sleep(fault.seconds)
            finally:
                ballast.unlink(missing_ok=True)
                self._database_is_back()
        return True


def _late() -> float:
    """How many times as long as usual to wait for what has to start first."""
    return min(start_slowness(), _SLOWEST)


def _cut(proxy: Proxy) -> Callable[[Fault], object]:
    def cut(_fault: Fault) -> bool:
        # Where nobody talks there is nothing to cut: this waits for somebody.
        return _tried_until(lambda: proxy.cut() > 0)

    return cut


def _hole(proxy: Proxy) -> Callable[[Fault], object]:
    def hole(fault: Fault) -> None:
        proxy.hole(closed=True)
        time.sleep(fault.seconds)
        proxy.hole(closed=False)

    return hole


def _rob(proxy: Proxy) -> Callable[[Fault], object]:
    return lambda _: proxy.eat()


def _delay(proxy: Proxy) -> Callable[[Fault], object]:
    def delay(fault: Fault) -> None:
        proxy.delay(0.05)
        time.sleep(fault.seconds)
        proxy.delay(0.0)

    return delay


@contextmanager
def _living(process: Process, at_least: float = 0.0) -> Iterator[bool]:
    """Hold a process once it has worked for some seconds, and wait for that a little; whether it lives."""
    until = time.monotonic() + _PATIENCE
    while True:
        with process.lock:
            lives, now = process.alive(), time.monotonic()
            if (lives and now - process.ready_at >= at_least) or now > until:
                yield lives
                return
        time.sleep(0.02)


def _tried_until(step: Callable[[], bool]) -> bool:
    """Whether a step succeeded within some seconds."""
    until = time.monotonic() + _PATIENCE * _late()
    while time.monotonic() < until:
        if step():
            return True
        time.sleep(0.02)
    return False


def _without_error(step: Callable[[], None]) -> bool:
    try:
        step()
    except Exception:  # noqa: BLE001 - whatever it is, it did not happen
        time.sleep(0.2)
        return False
    return True
