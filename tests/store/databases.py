"""`desk_url`: an empty desk's database of each kind; on PostgreSQL one that is emptied for each test.

Making and dropping a database costs a checkpoint, which is seconds on a busy disk; emptying one costs
milliseconds. A test that wants a database with nothing in it, or that alters it, asks for `database_url` or
`postgres_url`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
import structlog
from psycopg.sql import SQL, Identifier

from store.columns import metadata
from store.engine import Store
from store.schema import migrate
from tests.store.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.postgres_server import Postgres

_SHARED = "shared_desk"


@pytest.fixture(scope="session")
def shared_desk(postgres: Postgres) -> str:
    """The URL of a database with every table, on this run's server; see `desk_url`."""
    postgres.execute(f"CREATE DATABASE {_SHARED}")
    store = Store(postgres.url(_SHARED))
    migrate(store)
    store.close()
    return postgres.url(_SHARED)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty desk's database: first a SQLite file, then a real PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    url: str = request.getfixturevalue("shared_desk")
    _empty(url)
    return url


@pytest.fixture
def plain_logs() -> Iterator[None]:
    """Errors are logged with plain tracebacks: the coloured ones with every variable take seconds each."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    before = structlog.get_config()
    structlog.configure(processors=[structlog.stdlib.add_log_level, renderer])
    yield
    structlog.configure(**before)


@pytest.fixture
def house(desk_url: str, tmp_path: Path, plain_logs: None) -> Iterator[House]:
    """A desk with a door and the example's policy, on each database."""
    house = House(desk_url, tmp_path)
    yield house
    house.close()


def _empty(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), connect_timeout=5) as connection:
        # A test that left a transaction open would be waited for here for ever: rather fail.
        connection.execute("SET lock_timeout = '5s'")
        for table in metadata.sorted_tables:
            connection.execute(SQL("DELETE FROM {}").format(Identifier(table.name)))
        connection.execute("SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences")
