"""A real RabbitMQ node for one test run: own name, data and ports (the port mapper's too), no plugins."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.folder import server_folder
from tests.servers.loopback import HOST, answers, free_port
from tests.servers.missing import program
from tests.servers.process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

# The wrapper in /usr/sbin changes the account and the folder; the script that it calls does not.
_DEBIAN = Path("/usr/lib/rabbitmq/bin")

# Protocol 0-9-1 begins with this header; the broker's first answer is a method frame (type 1) on channel 0.
_HELLO, _START = b"AMQP\x00\x00\x09\x01", b"\x01\x00\x00"

_CONFIG = """\
listeners.tcp.local = {host}:{port}
disk_free_limit.absolute = 1MB
log.file.level = warning
"""


class RabbitMQ:
    """A running node; durable queues survive `stop` and `kill`. A test that breaks it must start it again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"pyamqp://guest:guest@{HOST}:{self.port}//"
        mapper_port = free_port()
        # Erlang would leave a port mapper behind as a daemon, so we start one that is on our leash.
        self._mapper = ServerProcess(
            [program("epmd", "erlang-base"), "-port", str(mapper_port), "-address", HOST],
            ready=lambda: answers(mapper_port, b"\x00\x01n", mapper_port.to_bytes(4, "big")),
            log=folder / "epmd.log",
        )
        self._node = ServerProcess(
            [program("rabbitmq-server", "rabbitmq-server", _DEBIAN)],
            ready=lambda: answers(self.port, _HELLO, _START),
            log=folder / "rabbitmq.log",
            env=_environment(folder, port=self.port, mapper_port=mapper_port),
            patience=60,
        )

    def start(self) -> None:
        """Start the node, with the queues that it had, and wait until it speaks AMQP."""
        self._mapper.start()
        self._node.start()

    def stop(self) -> None:
        """Shut the node down in good order."""
        self._node.stop()
        self._mapper.stop()

    def kill(self) -> None:
        """End the node at once, as a power cut would."""
        self._node.kill()
        self._mapper.kill()


@contextmanager
def running_rabbitmq() -> Iterator[RabbitMQ]:
    """A RabbitMQ node of one's own, stopped at the end; it takes some seconds to start."""
    with server_folder("rabbitmq") as folder:
        server = RabbitMQ(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """A RabbitMQ node of this test run's own."""
    with running_rabbitmq() as server:
        yield server


def _environment(folder: Path, *, port: int, mapper_port: int) -> dict[str, str]:
    (folder / "rabbitmq.conf").write_text(_CONFIG.format(host=HOST, port=port))
    (folder / "enabled_plugins").write_text("[].\n")
    # Present and empty: nothing of the machine's own configuration is read.
    for name in ("rabbitmq-env.conf", "advanced.config"):
        (folder / name).write_text("[].\n" if name.endswith(".config") else "")
    return {
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(mapper_port),
        "ERL_EPMD_ADDRESS": HOST,
        "RABBITMQ_NODENAME": f"despacho{os.getpid()}p{port}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        # Small machines: few schedulers, and none of them spins while it waits.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
    }
