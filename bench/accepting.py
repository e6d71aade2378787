"""Durable accept: how many mails a second get a 250 from the desk, from aiosmtpd alone, and from Postfix."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bench.desk import Desk
from bench.mails import smtp_source
from bench.peers.absent import AbsentError
from bench.peers.null import null_server
from bench.peers.postfix import postfix_server
from bench.rounds import Series, alternate

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.stacks import Stack

_PEERS = {"null": null_server, "postfix": postfix_server}


def accepting(servers: Stack, *, mails: int, rounds: int, skipped: dict[str, str]) -> dict[str, Series]:
    """Mails a second of every side, with a connection each and over ten that stay open.

    Only the role ``smtp`` runs, so that nothing but accepting is measured. A peer that is not here is left
    out, and ``skipped`` told why.
    """
    with ExitStack() as running:
        ports: dict[str, int] = {}
        for name, environment in (("sqlite", {}), ("postgresql", servers.fresh("accepting"))):
            folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="despacho-accept-")))
            ports[f"accept {name}"] = running.enter_context(Desk(folder, environment, [["smtp"]])).port
        for name, peer in _PEERS.items():
            try:
                ports[name] = running.enter_context(peer())
            except AbsentError as reason:
                skipped[name] = str(reason)
        sides = {
            f"{name} {how}": _side(port, mails, persistent=how == "persistent")
            for how in ("each", "persistent")
            for name, port in ports.items()
        }
        for port in ports.values():
            smtp_source(port, 100)
        return alternate(sides, rounds)


def _side(port: int, mails: int, *, persistent: bool) -> Callable[[], float]:
    return lambda: mails / smtp_source(port, mails, persistent=persistent)
