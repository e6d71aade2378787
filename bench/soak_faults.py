"""What happens to a desk in a day, slowly: the relay is away or slow, servers restart, a worker dies."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from store.tables import tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from bench.desk import DeskProcess
    from bench.stacks import Sink, Stack
    from store.engine import Store
    from tests.drills.brokers import Server
    from tests.drills.proxy import Proxy

_SLOW_SECONDS = 0.2
"""For every piece that passes between sender and relay while it is slow."""
_LONGEST = 60.0
_FIRST, _LAST = 0.06, 0.85
_ROUND_SECONDS = 900.0
"""Every fault comes once in so long, but twice in a run at the least."""
KILLED = "worker killed"
_PATIENT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
"""A reader that is none of ours: PostgreSQL ends ours after half a minute (`store.engine`)."""


class Fault(NamedTuple):
    """What happens when, in seconds since the run began, and for how long."""

    at: float
    kind: str
    seconds: float


def plan(kinds: Sequence[str], seconds: float, *, once: Sequence[str] = ()) -> list[Fault]:
    """The kinds in turns, evenly until the last seventh of the run, which is calm.

    What is to come ``once`` is left out after the first turn.
    """
    rounds = max(2, round(seconds / _ROUND_SECONDS))
    turns = [*kinds, *[kind for kind in kinds if kind not in once] * (rounds - 1)]
    step = (_LAST - _FIRST) * seconds / len(turns)
    lasts = min(_LONGEST, step / 2)
    return [Fault(_FIRST * seconds + turn * step, kind, lasts) for turn, kind in enumerate(turns)]


class Faults:
    """Carries a plan out, one fault after the other; `done` counts them, `failed` names what was not."""

    def __init__(self, store: Store, sink: Sink, relay: Proxy, servers: Stack, victim: DeskProcess) -> None:
        """``victim`` is the process that is killed; whoever looks at the processes holds `lock`."""
        self._store = store
        self._relay = relay
        self._victim = victim
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="soak-faults")
        self._running: Future[None] | None = None
        self.lock = threading.Lock()
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        self.now = ""
        self._kinds: dict[str, Callable[[], AbstractContextManager[None]]] = {
            KILLED: self._worker_killed,
            "relay down": partial(_down, sink),
            "long reader": self._long_reader,
            "relay slow": self._relay_slow,
        }
        for name, server in (("broker restarted", servers.broker), ("database restarted", servers.postgres)):
            if server is not None:
                self._kinds[name] = partial(_down, server)

    @property
    def kinds(self) -> list[str]:
        """What can be done on this stack."""
        return list(self._kinds)

    def start(self, faults: Sequence[Fault]) -> None:
        """Begin with the plan."""
        self._running = self._pool.submit(self._run, faults)

    def stop(self) -> None:
        """End the fault that is under way, and wait until all is as it was; raises what went wrong here."""
        self._stopping.set()
        if self._running is not None:
            self._running.result()
        self._pool.shutdown()

    def _run(self, faults: Sequence[Fault]) -> None:
        began = time.monotonic()
        for fault in faults:
            if self._stopping.wait(max(0.0, began + fault.at - time.monotonic())):
                return
            self.now = fault.kind
            try:
                with self._kinds[fault.kind]():
                    self._stopping.wait(fault.seconds)
                self.done[fault.kind] += 1
            except Exception as error:  # noqa: BLE001 - the run goes on, and says in the end what it lacks
                self.failed.append(f"{fault.kind}: {type(error).__name__}")
            self.now = ""

    @contextmanager
    def _worker_killed(self) -> Iterator[None]:
        with self.lock:
            self._victim.kill()
            self._victim.start()
        yield

    @contextmanager
    def _relay_slow(self) -> Iterator[None]:
        self._relay.delay(_SLOW_SECONDS)
        try:
            yield
        finally:
            self._relay.delay(0.0)

    @contextmanager
    def _long_reader(self) -> Iterator[None]:
        """Somebody's report or backup: what it reads stays as it was, and nothing of it is cleared away."""
        with self._store.reading() as connection:
            for setting in _PATIENT if self._store.dialect == "postgresql" else ():
                connection.exec_driver_sql(setting)
            connection.execute(select(func.count()).select_from(tickets))
            yield


@contextmanager
def _down(server: Server | Sink) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()
