"""A real PostgreSQL for one test run, with fsync on, and a fresh database for one test."""

from __future__ import annotations

import re
import secrets
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.servers.folder import account, server_folder
from tests.servers.loopback import HOST, free_port
from tests.servers.missing import program
from tests.servers.process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

_USER = "despacho"
_DEBIAN = Path("/usr/lib/postgresql")


class Postgres:
    """A running cluster; its one role may do anything. A test that breaks it must start it again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._process = ServerProcess(
            [
                _binary("postgres"),
                *("-D", folder / "data", "-k", folder, "-h", HOST, "-p", str(self.port)),
                *("-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "max_connections=100"),
            ],
            ready=self._ready,
            log=folder / "log",
            user=account(),
            # Fast shutdown: roll back what is open, write a checkpoint, end.
            stop_with=signal.SIGINT,
        )
        self.start, self.stop, self.kill = self._process.start, self._process.stop, self._process.kill

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of `database`."""
        return f"postgresql+psycopg://{_USER}@{HOST}:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction, as CREATE DATABASE wants it."""
        dsn = self.url().replace("+psycopg", "")
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())

    def _ready(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of one's own, stopped at the end."""
    _binary("postgres")
    with server_folder("postgres", account()) as folder:
        _initdb(folder)
        server = Postgres(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test run's own."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database of this test's own, dropped at the end, sessions and all."""
    name = f"test_{secrets.token_hex(6)}"
    postgres.execute(f"CREATE DATABASE {name}")
    yield postgres.url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _binary(name: str) -> Path:
    # Debian keeps a folder for each version, off PATH; the newest first.
    versions = sorted(_DEBIAN.glob("*/bin"), key=lambda path: _version(path.parent.name), reverse=True)
    return program(name, "postgresql", *versions)


def _version(name: str) -> int:
    number = re.match(r"\d+", name)
    return int(number.group()) if number else 0


def _initdb(folder: Path) -> None:
    subprocess.run(
        [
            _binary("initdb"),
            *("-D", folder / "data", "-U", _USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
            # The cluster itself is made anew each run; only what tests write has to be durable.
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        user=account(),
        extra_groups=None if account() is None else [],
        timeout=200,
    )
