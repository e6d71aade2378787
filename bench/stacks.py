"""What a desk runs on: SQLite alone, or PostgreSQL and RabbitMQ of its own; and a relay that counts."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from tests.servers.loopback import answers, free_port
from tests.servers.postgres_server import Postgres, running_postgres
from tests.servers.rabbitmq_server import RabbitMQ, running_rabbitmq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STACKS = ("sqlite", "postgresql")


class Stack(NamedTuple):
    """The environment for a desk, and the servers where there are any to break or to look at."""

    environment: dict[str, str]
    broker: RabbitMQ | None
    postgres: Postgres | None = None

    def fresh(self, name: str) -> dict[str, str]:
        """The environment for one more desk, with an empty database of its own called ``name``."""
        if self.postgres is None:
            return self.environment
        self.postgres.execute(f"CREATE DATABASE {name}")
        return self.environment | {"DESPACHO_DATABASE_URL": self.postgres.url(name)}


@contextmanager
def stack(name: str) -> Iterator[Stack]:
    """Start what a stack needs, and stop it at the end."""
    if name == "sqlite":
        yield Stack({}, None)
        return
    with running_postgres() as postgres, running_rabbitmq() as broker:
        postgres.execute("CREATE DATABASE desk")
        url = postgres.url("desk")
        environment = {"DESPACHO_DATABASE_URL": url, "DESPACHO_BROKER_URL": broker.url}
        yield Stack(environment, broker, postgres)


class Sink:
    """Postfix's smtp-sink as the relay: it takes everything and writes it down."""

    def __init__(self, folder: Path) -> None:
        """Start it; ``folder`` gets what it receives."""
        self.folder = folder
        self.port = free_port()
        folder.mkdir()
        self.start()

    def start(self) -> None:
        """Start it, or start it again, on the same port."""
        program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin") or "smtp-sink"
        where = f"127.0.0.1:{self.port}"
        command = [program, "-u", "root", "-D", f"{self.folder}/%Y%m%d%H%M.", where, "1000"]
        # A group of its own: Ctrl-C is for the bench, which then stops it.
        self._process = subprocess.Popen(command, process_group=0)
        while not answers(self.port, b"", b"220"):
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it; what it received stays in the folder."""
        self._process.terminate()
        self._process.wait(10)

    def received(self) -> Counter[str]:
        """How many copies of each Message-ID and recipient came."""
        found: Counter[str] = Counter()
        for path in self.folder.iterdir():
            for chunk in re.split(r"(?m)^X-Client-Addr: ", path.read_text(errors="replace"))[1:]:
                name = re.search(r"(?mi)^Message-ID:\s*(\S+)", chunk)
                people = re.findall(r"(?m)^X-Rcpt-Args: <([^>]*)>", chunk)
                found.update(f"{name[1] if name else '?'} {person}" for person in people)
        return found
