"""What a desk of the drill stands on: a database, a broker, and which processes it is made of."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.folder import server_folder
from tests.servers.postgres_server import Postgres, running_postgres
from tests.servers.rabbitmq_server import RabbitMQ, running_rabbitmq
from tests.servers.redis_server import Redis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SQLITE, SMALL_DISK = "sqlite+memory", "sqlite, small disk, wrong clock"
RABBITMQ, REDIS = "postgresql+rabbitmq", "postgresql+redis"
STACKS = (SQLITE, SMALL_DISK, RABBITMQ, REDIS)
_DISK = "256m"

_ONE = {"desk": ("timekeeper", "sender", "worker", "smtp")}
_MANY = {
    "smtp": ("smtp",),
    "worker-1": ("worker",),
    "worker-2": ("worker",),
    "sender-1": ("sender",),
    "sender-2": ("sender",),
    "timekeeper": ("timekeeper",),
}


@dataclass(frozen=True)
class Stack:
    """A stack that runs: the desk's settings, its processes with their roles, and what can be broken."""

    name: str
    environment: dict[str, str]
    database_url: str
    processes: Mapping[str, Sequence[str]]
    database: Postgres | None = None
    broker: RabbitMQ | Redis | None = None
    disk: Path | None = None


@contextmanager
def running(name: str, folder: Path) -> Iterator[Stack]:
    """Start what the stack needs, with the desk's data below ``folder``, and stop it at the end."""
    with ExitStack() as servers:
        if name in {SQLITE, SMALL_DISK}:
            yield _sqlite(name, folder, servers)
            return
        postgres = servers.enter_context(running_postgres())
        postgres.execute("CREATE DATABASE desk")
        broker: RabbitMQ | Redis
        if name == RABBITMQ:
            broker = servers.enter_context(running_rabbitmq())
        else:
            broker = servers.enter_context(_running_redis())
        url = postgres.url("desk")
        environment = {"DESPACHO_DATABASE_URL": url, "DESPACHO_BROKER_URL": broker.url}
        yield Stack(name, environment, url, _MANY, database=postgres, broker=broker)


def why_not(name: str) -> str:
    """Why a stack cannot run here, or nothing."""
    if name != SMALL_DISK:
        return ""
    if os.geteuid() != 0:
        return "only root can mount a small disk"
    try:
        with tempfile.TemporaryDirectory() as folder, _mounted(Path(folder)):
            return ""
    except subprocess.CalledProcessError:
        return "nothing can be mounted here"


def _sqlite(name: str, folder: Path, servers: ExitStack) -> Stack:
    data = folder / "data"
    data.mkdir()
    if name == SMALL_DISK:
        servers.enter_context(_mounted(data))
    url = f"sqlite:///{data}/despacho.db"
    if name == SQLITE:
        return Stack(name, {}, url, _ONE)
    return Stack(name, {"DESPACHO_DISK_FLOOR": "0"}, url, _ONE, disk=data)


@contextmanager
def _mounted(folder: Path) -> Iterator[None]:
    """A file system in memory, so small that it can be filled."""
    options = ["-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)]
    subprocess.run(["mount", *options], check=True, capture_output=True)  # noqa: S607 - from PATH
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)  # noqa: S607 - from PATH


@contextmanager
def _running_redis() -> Iterator[Redis]:
    with server_folder("redis") as folder:
        server = Redis(folder)
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(RuntimeError):
                server.stop()
