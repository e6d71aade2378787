"""A whole desk under a steady trickle of mail, for as long as one likes: whether anything in it grows."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from bench.desk import Desk
from bench.machine import machine
from bench.soak_faults import KILLED, Faults, plan
from bench.soak_judge import Sample
from bench.soak_load import Load
from bench.soak_mails import Mixture
from bench.soak_report import Soaked, judge, series
from bench.soak_watch import of_process, of_store
from bench.stacks import Sink, stack
from bench.standing import undone
from store.tables import contacts
from tests.drills.policy import write_policy
from tests.drills.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.stacks import Stack
    from store.engine import Store

DRAIN_SECONDS = 300.0
_SERVERS = {"sqlite": "sqlite", "rabbitmq": "postgresql"}
_ROLES: dict[str, dict[str, list[str]]] = {
    "sqlite": {"desk": []},
    "rabbitmq": {
        "smtp": ["smtp"],
        "worker": ["worker"],
        "sender": ["sender"],
        "timekeeper": ["timekeeper"],
        "second worker": ["worker"],
    },
}
"""The last process is the one that is killed: on SQLite once, because it is all there is."""
_NAMED = 10
_SAMPLES = 400
_OFTEN, _RARELY = 0.5, 5.0
"""Seconds between two samples: about `_SAMPLES` in a run, within these."""


def soak(
    stack_name: str,
    *,
    minutes: float = 30,
    rate: float = 5,
    seed: int = 1,
    say: Callable[[Sample, str], None],
) -> Soaked:
    """Send ``rate`` mails a second for ``minutes`` through faults, then drain, balance and judge.

    ``say`` is told of each sample and of the fault that is under way. An interrupt (Ctrl-C) ends the sending;
    what was seen so far is judged all the same.
    """
    seconds = minutes * 60
    with ExitStack() as parts:
        run = _Run(stack_name, seed, rate, parts)
        try:
            run.watch(seconds, say)
        except KeyboardInterrupt:
            run.found.interrupted = True
        run.finish()
        return run.found


class _Run:
    """One desk with everything around it."""

    def __init__(self, stack_name: str, seed: int, rate: float, parts: ExitStack) -> None:
        self.found = Soaked(stack_name, machine())
        self._rate = rate
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="despacho-soak-")))
        servers = parts.enter_context(stack(_SERVERS[stack_name]))
        sink = Sink(folder / "sink")
        parts.callback(sink.stop)
        relay = parts.enter_context(Proxy(sink.port))
        self._desk = parts.enter_context(_desk(stack_name, folder, servers, relay))
        self._processes = dict(zip(_ROLES[stack_name], self._desk.processes, strict=True))
        self._pids = {name: process.pid for name, process in self._processes.items()}
        self._lives = dict.fromkeys(self._processes, 0)
        self._store: Store = parts.enter_context(self._desk.store())
        self._faults = Faults(self._store, sink, relay, servers, self._desk.processes[-1])
        self._load = Load(self._desk.port, Mixture(self._store, seed), rate)
        self._began = time.monotonic()

    def watch(self, seconds: float, say: Callable[[Sample, str], None]) -> None:
        """Load, faults and samples until the time is over."""
        once = [KILLED] if len(self._processes) == 1 else []
        self._load.start()
        self._faults.start(plan(self._faults.kinds, seconds, once=once))
        every = min(_RARELY, max(_OFTEN, seconds / _SAMPLES))
        while (at := time.monotonic() - self._began) < seconds:
            sample = self._sample(at)
            self.found.samples.append(sample)
            say(sample, self._faults.now)
            time.sleep(every)

    def finish(self) -> None:
        """Stop what comes and what breaks; wait until all is done; account for it and judge."""
        self._faults.stop()
        self._load.stop()
        found = self.found
        found.seconds = time.monotonic() - self._began
        found.mails, found.faults = dict(self._load.kinds), dict(self._faults.done)
        found.wrong += self._faults.failed + self._load.refused[:_NAMED]
        for question in (self._undrained, self._lost, self._unhealthy):
            try:
                found.wrong += question()
            except Exception as error:  # noqa: BLE001 - what was sampled is judged all the same
                found.wrong.append(f"no answer to {question.__name__.strip('_')}: {type(error).__name__}")
        names = list(self._processes)
        steady, killed = (names, []) if len(names) == 1 else (names[:-1], names[-1:])
        found.findings = judge(found.stack, found.samples, steady, killed, rate=self._rate)

    def _sample(self, at: float) -> Sample:
        values = of_store(self._store)
        with self._faults.lock:
            for name in self._processes:
                self._look_after(name)
                # A process that is just being born has no figures yet.
                with suppress(OSError):
                    figures = of_process(self._pids[name])
                    values |= {series(name, what): value for what, value in figures.items()}
        return Sample(at, self._load.mails, values, dict(self._lives))

    def _look_after(self, name: str) -> None:
        """Note a new life; whoever ended by itself is wrong, and started again."""
        process = self._processes[name]
        if (code := process.ended()) is not None:
            self.found.wrong.append(f"{name} ended by itself with {code}")
            process.start()
        if process.pid != self._pids[name]:
            self._pids[name] = process.pid
            self._lives[name] += 1

    def _undrained(self) -> list[str]:
        until = time.monotonic() + DRAIN_SECONDS
        while left := undone(self._store, mail=True):
            if time.monotonic() > until:
                return [f"{left} events or mails are not done {DRAIN_SECONDS:.0f} s after the last mail"]
            time.sleep(0.5)
        return []

    def _lost(self) -> list[str]:
        with self._store.reading() as connection:
            kept = set(connection.execute(select(contacts.c.raw)).scalars())
        lost = self._load.taken - kept
        return [f"{len(lost)} mails were answered with 250 and are not there"] if lost else []

    def _unhealthy(self) -> list[str]:
        colours = self._desk.doctor()
        return [f"doctor: {check} is {colour}" for check, colour in colours.items() if colour == "red"]


def _desk(stack_name: str, folder: Path, servers: Stack, relay: Proxy) -> Desk:
    environment = {
        **servers.environment,
        "DESPACHO_POLICY": str(write_policy(folder / "policy")),
        "DESPACHO_RELAY_URL": f"smtp://127.0.0.1:{relay.port}",
    }
    return Desk(folder, environment, list(_ROLES[stack_name].values()))
