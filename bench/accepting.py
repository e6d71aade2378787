"""Durable accept: how many mails a second get a 250 from the desk, and from its peers."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bench.desk import Desk
from bench.mails import smtp_source
from bench.peers.absent import AbsentError
from bench.peers.postfix import postfix_server
from bench.peers.python_server import least_server, null_server
from bench.rounds import Series, alternate

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.stacks import Stack

_PEERS = {"null": null_server, "least": least_server, "postfix": postfix_server}


def accepting(servers: Stack, *, mails: int, rounds: int, skipped: dict[str, str]) -> dict[str, Series]:
    """Mails a second of every side, with a connection each and over ten that stay open.

    Of the desk also the processor microseconds that its process takes for a mail. Only the role ``smtp``
    runs, so that nothing but accepting is measured. A peer that is not here is left out, and ``skipped`` told
    why.
    """
    with ExitStack() as running:
        ports: dict[str, int] = {}
        desks: dict[str, Desk] = {}
        for name, environment in (("sqlite", {}), ("postgresql", servers.fresh("accepting"))):
            folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="despacho-accept-")))
            desk = running.enter_context(Desk(folder, environment, [["smtp"]]))
            ports[f"accept {name}"], desks[f"accept {name}"] = desk.port, desk
        for name, peer in _PEERS.items():
            try:
                ports[name] = running.enter_context(peer())
            except AbsentError as reason:
                skipped[name] = str(reason)
        costs: dict[str, list[float]] = {}
        sides: dict[str, Callable[[], float]] = {}
        for how in ("each", "persistent"):
            for name, port in ports.items():
                side = _side(port, mails, persistent=how == "persistent")
                if name in desks:
                    side = _watched(side, desks[name], costs.setdefault(f"{name} {how}, microseconds", []))
                sides[f"{name} {how}"] = side
        for port in ports.values():
            smtp_source(port, 100)
        figures = alternate(sides, rounds)
        return figures | {
            name: Series(tuple(seconds / mails * 1e6 for seconds in found)) for name, found in costs.items()
        }


def _side(port: int, mails: int, *, persistent: bool) -> Callable[[], float]:
    return lambda: mails / smtp_source(port, mails, persistent=persistent)


def _watched(side: Callable[[], float], desk: Desk, used: list[float]) -> Callable[[], float]:
    """The side, which adds to ``used`` the processor seconds that the desk's process took."""

    def run() -> float:
        before = desk.processes[0].cpu()
        figure = side()
        used.append(desk.processes[0].cpu() - before)
        return figure

    return run
