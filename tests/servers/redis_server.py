"""A real Redis for one test run, without persistence: whoever kills it has wiped it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.folder import server_folder
from tests.servers.loopback import HOST, answers, free_port
from tests.servers.missing import program
from tests.servers.process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Redis:
    """A running server; a test that breaks it must start it again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://{HOST}:{self.port}/0"
        self._process = ServerProcess(
            [
                program("redis-server", "redis-server"),
                *("--port", str(self.port), "--bind", HOST, "--dir", folder),
                *("--save", "", "--appendonly", "no"),
            ],
            ready=lambda: answers(self.port, b"PING\r\n", b"+PONG\r\n"),
            log=folder / "log",
        )
        self.start, self.stop, self.kill = self._process.start, self._process.stop, self._process.kill


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    """A Redis server of this test run's own."""
    with server_folder("redis") as folder:
        server = Redis(folder)
        server.start()
        yield server
        server.stop()
