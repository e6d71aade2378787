"""A peer that is an SMTP server in a process of its own, ready when it greets."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.servers.loopback import answers
from tests.servers.process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextmanager
def greeting(command: Sequence[str | Path], port: int, log: Path) -> Iterator[None]:
    """Start it, wait until it greets on this port of the loopback, and stop it at the end."""
    server = ServerProcess(command, ready=lambda: answers(port, b"", b"220"), log=log)
    server.start()
    try:
        yield
    finally:
        server.stop()
