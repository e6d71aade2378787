"""Statements past SQLAlchemy, whose own work for one takes as long as the database's for five rows.

Where somebody listens to statements they go SQLAlchemy's way. What fails raises what SQLAlchemy would.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    Values = tuple[Any, ...] | dict[str, Any]


def run(connection: Connection, text: str, values: Values, *, anew: bool = False) -> Any:
    """Run one statement; gives back a cursor. On PostgreSQL, in `together`, it may not have run yet.

    With ``anew`` PostgreSQL plans it each time: a plan that is kept does for a large table what was right
    when it was small, until autovacuum has counted it.
    """
    if _is_listened_to(connection):
        return connection.exec_driver_sql(text, values)
    cursor: Any = connection.connection.cursor()
    try:
        if anew and connection.dialect.name == "postgresql":
            cursor.execute(text, values, prepare=False)
        else:
            cursor.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, text, error)
    return cursor


def rows(connection: Connection, text: str, values: Values, *, anew: bool = False) -> list[tuple[Any, ...]]:
    """Run one statement, as `run` does; gives back its rows, with values as the driver gives them."""
    cursor = run(connection, text, values, anew=anew)
    try:
        return [tuple(row) for row in cursor.fetchall()]
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, text, error)


@contextlib.contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Statements of `run` that need not be waited for one by one, each for a round trip; not SQLAlchemy's.

    What fails of them raises at the end of the block at the latest. On SQLite they run as they come.
    """
    if connection.dialect.name == "sqlite" or _is_listened_to(connection):
        yield
        return
    line: Any = connection.connection.driver_connection
    try:
        with line.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, "", error)


def _is_listened_to(connection: Connection) -> bool:
    return bool(connection._has_events or connection.engine._has_events)  # noqa: SLF001 - it has no public name


def _fail(connection: Connection, text: str, error: Exception) -> NoReturn:
    # Values are not shown: they are people's mail. A connection that is gone is taken out of the pool.
    connection._handle_dbapi_exception(error, text, None, None, None)  # noqa: SLF001 - it has no public name
