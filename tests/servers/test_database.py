"""A test that asks for a database gets an empty one of its own, on each kind that Despacho runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy

if TYPE_CHECKING:
    from tests.servers.postgres_server import Postgres

pytestmark = pytest.mark.servers


@pytest.mark.parametrize("round_", [1, 2])
def test_every_test_has_an_empty_database(database_url: str, round_: int) -> None:
    """What one test writes no other test sees."""
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE note (words TEXT)"))
        connection.execute(sqlalchemy.text("INSERT INTO note VALUES ('ñandú')"))
        assert connection.execute(sqlalchemy.text("SELECT words FROM note")).scalars().all() == ["ñandú"]
    engine.dispose()


def test_postgres_keeps_what_was_committed_before_a_kill(postgres: Postgres, postgres_url: str) -> None:
    """The cluster is durable: kill -9 right after a commit loses nothing."""
    dsn = postgres_url.replace("+psycopg", "")
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn, connect_timeout=2).close()
    postgres.start()
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]
