"""How each database is filled fast: nothing that is made here has to survive a power cut."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from store.engine import Store

_SQLITE = ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-1500000", "temp_store=MEMORY")
_POSTGRESQL = "-c synchronous_commit=off -c work_mem=256MB -c maintenance_work_mem=512MB"
_FUNCTIONS = (
    "sha(kind text, n bigint) RETURNS text AS $$ SELECT encode(sha256((kind || n)::bytea), 'hex') $$",
    "hex12(n bigint) RETURNS text AS $$ SELECT lpad(to_hex(n), 12, '0') $$",
)
_NUMBERS = {
    "sqlite": "CREATE TABLE stock_numbers AS WITH RECURSIVE c(n) AS"
    " (SELECT :first UNION ALL SELECT n + 1 FROM c WHERE n < :last) SELECT n FROM c",
    "postgresql": "CREATE TABLE stock_numbers AS"
    " SELECT n::bigint FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n",
}
_COUNTER = text("UPDATE counters SET value = :value WHERE name = :name")
_SEQUENCE = text("SELECT setval(CAST(:name AS regclass), :value)")
_SEQUENCES = text(
    "SELECT setval(format('%I', sequencename)::regclass, :highest) FROM pg_sequences"
    " WHERE sequencename LIKE '%\\_id\\_seq'"
)


@contextmanager
def filling(store: Store) -> Iterator[Connection]:
    """One connection that writes fast and commits at the end; nobody else may have the database open."""
    store.close()
    options: dict[str, Any] = {} if store.dialect == "sqlite" else {"connect_args": {"options": _POSTGRESQL}}
    engine = create_engine(store.url, **options)
    if store.dialect == "sqlite":
        event.listen(engine, "connect", _equip)
    try:
        with engine.begin() as connection:
            yield connection
        _tidy(store.dialect, engine.connect())
    finally:
        engine.dispose()


def make_numbers(connection: Connection, first: int, count: int) -> None:
    """The table ``stock_numbers`` with ``count`` numbers from ``first``, and the functions of the columns."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        for function in _FUNCTIONS:
            connection.execute(text(f"CREATE OR REPLACE FUNCTION {function} IMMUTABLE LANGUAGE sql"))
    connection.execute(text(_NUMBERS[dialect]), {"first": first, "last": first + count - 1})


def settle(connection: Connection, highest: Mapping[str, int]) -> None:
    """Let new ids begin above those that were made, and leave nothing behind but the rows."""
    for name, value in highest.items():
        if connection.dialect.name == "sqlite":
            connection.execute(_COUNTER, {"name": name, "value": value})
        else:
            connection.execute(_SEQUENCE, {"name": f"{name}_numbers", "value": value})
    if connection.dialect.name == "postgresql":
        connection.execute(_SEQUENCES, {"highest": 10 * max(highest.values())})
    connection.execute(text("DROP TABLE stock_numbers"))


def _equip(connection: Any, _record: Any) -> None:
    for pragma in _SQLITE:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("sha", 2, _sha, deterministic=True)
    connection.create_function("hex12", 1, "{:012x}".format, deterministic=True)


def _sha(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind}{number}".encode()).hexdigest()


def _tidy(dialect: str, connection: Connection) -> None:
    """What a desk that grew slowly has by itself: statistics and settled pages."""
    with connection:
        if dialect == "postgresql":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
