"""aiosmtpd with a null handler, in a process of its own."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.peers.interpreter import interpreter
from tests.servers.folder import server_folder
from tests.servers.loopback import answers, free_port
from tests.servers.process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER = Path(__file__).with_name("null_server.py").absolute()


@contextmanager
def null_server() -> Iterator[int]:
    """The port of a running server; raises `bench.peers.absent.AbsentError`."""
    python = interpreter()
    port = free_port()
    with server_folder("null") as folder:
        server = ServerProcess(
            [python, "-I", _SERVER, str(port)], ready=lambda: answers(port, b"", b"220"), log=folder / "log"
        )
        server.start()
        try:
            yield port
        finally:
            server.stop()
