"""Processor microseconds a mail by process, the servers included: what a mail costs in all."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cpu import children, cpu_seconds
from bench.desk import Desk, load_policy
from bench.mails import smtp_source
from bench.stacks import Sink
from bench.standing import wait_until_done

if TYPE_CHECKING:
    from bench.stacks import Stack

_APART = [["smtp"], ["worker"], ["sender"], ["timekeeper"]]
_TOGETHER = [["smtp", "worker", "sender", "timekeeper"]]
"""SQLite: one process, because two desks on one file are refused."""
_SERVERS = {"PostgreSQL": "postgres", "RabbitMQ": "rabbitmq"}
_BEFORE = 60


def by_process(servers: Stack, *, mails: int) -> dict[str, dict[str, float]]:
    """Microseconds a mail by stack and process, from the first byte to the relay's answer."""
    return {
        "sqlite": _run({}, _TOGETHER, {}, mails),
        "postgresql": _run(servers.fresh("processes"), _APART, _SERVERS, mails),
    }


def _run(
    environment: dict[str, str], roles: list[list[str]], servers: dict[str, str], mails: int
) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="despacho-cpu-") as name, ExitStack() as running:
        folder = Path(name)
        sink = Sink(folder / "sink")
        running.callback(sink.stop)
        environment = environment | {
            "DESPACHO_POLICY": str(load_policy(folder / "policy")),
            "DESPACHO_RELAY_URL": f"smtp://127.0.0.1:{sink.port}",
        }
        desk = running.enter_context(Desk(folder, environment, roles))
        store = running.enter_context(desk.store())

        def run(count: int) -> None:
            smtp_source(desk.port, count, persistent=True)
            wait_until_done(store, mail=True, look=0.1)

        run(_BEFORE)
        before = _used(desk, roles, servers)
        run(mails)
        after = _used(desk, roles, servers)
    return {process: (after[process] - before[process]) / mails * 1e6 for process in after}


def _used(desk: Desk, roles: list[list[str]], servers: dict[str, str]) -> dict[str, float]:
    ours = {" ".join(names): process.cpu() for names, process in zip(roles, desk.processes, strict=True)}
    theirs = {name: cpu_seconds(*children(os.getpid(), word)) for name, word in servers.items()}
    return ours | theirs
