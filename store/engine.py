"""Connections to the database, and the promise that a commit survives a power cut.

Two engines: the writer begins with ``BEGIN IMMEDIATE`` on SQLite (a deferred transaction that turns into a
writer fails at once under load), the reader with ``BEGIN``. On PostgreSQL they differ only in time limits.
"""

from __future__ import annotations

import contextlib
import math
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import QueuePool

from store import arrays
from store.gate import Gate, OpenGate

if TYPE_CHECKING:
    from collections.abc import Iterator

Connection = SqlConnection
"""An open transaction, under a name that the other packages may know."""

BUSY_SECONDS = 15
"""How long a SQLite writer waits for another process's transaction."""
_LOG_PAGES = 4000
"""When SQLite copies its log into the database: four times its default, which made accepting 8 % dearer."""
_LOG_BYTES = 32 * 1024 * 1024
"""What SQLite's write-ahead log shrinks to after a long reader: twice what it is without one."""

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "temp_store=MEMORY",
    "cache_size=-8000",
    f"wal_autocheckpoint={_LOG_PAGES}",
    f"journal_size_limit={_LOG_BYTES}",
)
_BUSY_PAUSE = 0.01
_STATEMENTS = 512
"""How many compiled statements a SQLite connection keeps; `store.bulk` has one a table and number of rows."""


class StoreError(Exception):
    """The database cannot be used as it is; the text says what to change."""


class Store:
    """The database of one desk: transactions, and which dialect they speak."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        """Connect lazily to ``sqlite:///…`` or ``postgresql+psycopg://…``, else raise `StoreError`."""
        self.url = _checked_url(url)
        self.dialect = self.url.get_backend_name()
        self._gate: Gate | OpenGate
        self._kept_connection: Connection | None = None
        if self.dialect == "sqlite":
            self._gate = Gate()
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", pool_size=pool_size)
            self._reader = _sqlite_engine(self.url, "BEGIN", pool_size=pool_size)
        else:
            self._gate = OpenGate()
            self._writer = _postgresql_engine(self.url, pool_size=pool_size)
            self._reader = self._writer

    @contextlib.contextmanager
    def writing(self, *, urgent: bool = False) -> Iterator[Connection]:
        """One write transaction, committed and fsynced when the block ends, rolled back when it raises."""
        with self._gate.hold(urgent=urgent):
            if self.dialect == "sqlite":
                with self._kept() as connection, connection.begin():
                    yield connection
            else:
                with self._writer.begin() as connection:
                    yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One read transaction; on SQLite it sees one snapshot and blocks nobody."""
        with self._reader.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def outside_transaction(self) -> Iterator[Connection]:
        """A connection to PostgreSQL where each statement is a transaction, as vacuuming asks for."""
        with self._writer.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def check_durable(self) -> None:
        """Raise `StoreError` unless a commit is on the disk when it returns."""
        if self.dialect == "sqlite":
            return self._check_sqlite()
        return self._check_postgresql()

    def close(self) -> None:
        """Give every connection back; nobody may write any more."""
        with self._gate.hold():
            kept, self._kept_connection = self._kept_connection, None
        if kept is not None:
            kept.close()
        self._writer.dispose()
        self._reader.dispose()

    @contextlib.contextmanager
    def _kept(self) -> Iterator[Connection]:
        """The one writing connection, for whoever holds the gate; after any error it is closed.

        A file never goes away, and taking a connection from the pool costs as much as a small transaction.
        One for all threads, because each has a page cache of its own, which another one's commit empties.
        """
        connection, self._kept_connection = self._kept_connection, None
        if connection is None:
            connection = self._writer.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._kept_connection = connection

    def _check_sqlite(self) -> None:
        with self._writer.connect() as connection:
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        if journal != "wal" or synchronous not in {2, 3}:
            message = (
                f"SQLite runs with journal_mode={journal}, synchronous={synchronous}; it must be wal and FULL"
            )
            raise StoreError(message)

    def _check_postgresql(self) -> None:
        with self._writer.connect() as connection:
            for name in ("fsync", "synchronous_commit"):
                value = connection.execute(text(f"SHOW {name}")).scalar()
                if value == "off":
                    message = (
                        f"PostgreSQL runs with {name} = off, so an accepted mail could be lost; set it to on"
                    )
                    raise StoreError(message)


def _checked_url(url: str) -> URL:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            message = "an SQLite database needs a file, such as sqlite:///var/despacho.db"
            raise StoreError(message)
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return parsed
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    message = f"{parsed.get_backend_name()} is no database we know; use sqlite:///… or postgresql+psycopg://…"
    raise StoreError(message)


def _sqlite_engine(url: URL, begin: str, *, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        # The last one used is the next one used: its page cache is warm, and the others' do not fill.
        pool_use_lifo=True,
        connect_args={
            "timeout": BUSY_SECONDS,
            "check_same_thread": False,
            "cached_statements": _STATEMENTS,
        },
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: with its default a savepoint outlives the outer
        # rollback.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            _set(connection, pragma)

    def _begin(dbapi_connection: Any) -> None:
        dbapi_connection.cursor().execute(begin)

    # The dialect begins nothing by itself. An event listener could do it as well, at three times the cost.
    engine.dialect.do_begin = _begin  # type: ignore[method-assign]
    return engine


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """Set it, and wait for another process that does: for ``journal_mode`` SQLite itself does not."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BUSY_PAUSE)
        else:
            return


LOCK_TIMEOUT = "5s"
"""How long a statement waits on PostgreSQL for a row or a table that somebody else has."""


RESTED_SECONDS = 0.5
"""A connection that has rested for so long is asked whether it still stands before it is used."""
_RESTS_SINCE = "rests_since"


def _postgresql_engine(url: URL, *, pool_size: int) -> Engine:
    # By figures that are older than a burst PostgreSQL compiles the search for work, at ten times its cost.
    options = f"-c lock_timeout={LOCK_TIMEOUT} -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
    options += " -c jit=off"
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"options": options, "connect_timeout": 5},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        arrays.teach(connection)

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _look(connection: Any, record: Any, _proxy: Any) -> None:
        # As SQLAlchemy's pre-ping does each time, a round trip for each transaction.
        if time.monotonic() - record.info.get(_RESTS_SINCE, math.inf) < RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    return engine
