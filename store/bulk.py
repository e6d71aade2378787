"""Many rows with one statement that is compiled once: the hot paths' way past SQLAlchemy's work per row.

Times and texts are kept as everywhere else; other values go to the driver as they are.
"""

from __future__ import annotations

import functools
import itertools
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import LargeBinary
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from store.columns import Moment, Words, storable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, CursorResult, Table

_MARK = {"sqlite": "?", "postgresql": "%s"}
CHUNK = {"sqlite": 16, "postgresql": 500}
"""Rows in one statement.

PostgreSQL takes 65,535 values. SQLite would take 32,766; with few rows in one there are few different
statements to be kept compiled.
"""


class BulkInsert:
    """``INSERT`` of chosen columns; rows are tuples in the order of ``columns``."""

    def __init__(
        self,
        table: Table,
        columns: Sequence[str],
        *,
        skip: Sequence[str] = (),
        add: str | Sequence[str] = (),
        keep: str = "",
        renew: str = "",
        returning: Sequence[str] = (),
    ) -> None:
        """``skip`` names the unique columns on which a row gives way to one that is there.

        With ``add`` that row's columns of these names grow by the new row's values instead, and its column
        ``keep`` gets the new row's value where there is one. With ``renew`` the column of this name gets the
        new row's value, and the row that is there is locked until the transaction ends.
        """
        self._head = f"INSERT INTO {table.name} ({', '.join(columns)}) "
        sums = (add,) if isinstance(add, str) else add
        grown = ", ".join(f"{one} = {table.name}.{one} + excluded.{one}" for one in sums)
        grow = f"DO UPDATE SET {grown}" if grown else "DO NOTHING"
        grow = f"DO UPDATE SET {renew} = excluded.{renew}" if renew else grow
        grow += f", {keep} = coalesce(excluded.{keep}, {table.name}.{keep})" if keep else ""
        self._tail = f" ON CONFLICT ({', '.join(skip)}) {grow}" if skip else ""
        self._returning = f" RETURNING {', '.join(returning)}" if returning else ""
        self._columns = tuple(columns)
        types = [table.c[column].type for column in columns]
        self._processors = {name: _processors(types, name) for name in _MARK}
        self._texts: dict[tuple[str, int], str] = {}
        # JSON holds no bytes.
        self._from_json = (
            "" if any(isinstance(kind, LargeBinary) for kind in types) else _recordset(columns, types)
        )

    def run(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Insert the rows.

        SQLite's driver gives the interpreter's lock away for each row of an ``executemany``, and getting it
        back in a busy process costs more than the row: so there it is a statement for many rows. PostgreSQL's
        takes longer over each value than the server: so all rows go there as one value, and only bytes in an
        ``executemany``, which it sends in one go.
        """
        name = connection.dialect.name
        if name == "sqlite":
            for text, values in self._statements(name, rows):
                _on_sqlite(connection, text, values)
        elif rows and self._from_json:
            connection.exec_driver_sql(*self._whole(rows))
        elif rows:
            connection.exec_driver_sql(self._text(name, 1), self._ready(name, rows))

    def run_returning(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Insert the rows in a few statements; gives back the chosen columns of those that were written."""
        name = connection.dialect.name
        if not rows:
            return []
        if name != "sqlite" and self._from_json:
            text, values = self._whole(rows)
            return [tuple(row) for row in _on_any(connection, text + self._returning, values)]
        run = _on_sqlite if name == "sqlite" else _on_any
        written: list[tuple[Any, ...]] = []
        for text, values in self._statements(name, rows):
            written += [tuple(row) for row in run(connection, text + self._returning, values)]
        return written

    def _whole(self, rows: Sequence[Sequence[Any]]) -> tuple[str, tuple[str]]:
        """One statement for PostgreSQL, whose one value is all rows, in their order."""
        ready = [dict(zip(self._columns, row, strict=True)) for row in self._ready("postgresql", rows)]
        return self._head + self._from_json + self._tail, (msgspec.json.encode(ready).decode(),)

    def _statements(self, name: str, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """As few statements as the rows need, each with its values."""
        width = len(self._columns)
        for start in range(0, len(rows), CHUNK[name]):
            chunk = rows[start : start + CHUNK[name]]
            values = list(itertools.chain.from_iterable(chunk))
            for index, process in self._processors[name]:
                values[index::width] = process(values[index::width])
            yield self._text(name, len(chunk)), tuple(values)

    def _text(self, name: str, rows: int) -> str:
        key = (name, rows)
        if key not in self._texts:
            row = f"({', '.join([_MARK[name]] * len(self._columns))})"
            self._texts[key] = f"{self._head}VALUES {', '.join([row] * rows)}{self._tail}"
        return self._texts[key]

    def _ready(self, name: str, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        return _ready(self._processors[name], rows)


class BulkUpdate:
    """``UPDATE`` of rows by their ``id``; rows are tuples: the values of ``columns``, then the id."""

    def __init__(self, table: Table, columns: Sequence[str], *, clear: Sequence[str] = ()) -> None:
        """``clear`` names more columns, which become null."""
        self._table = table.name
        self._columns = tuple(columns)
        self._clear = "".join(f", {column} = NULL" for column in clear)
        types = [table.c[column].type for column in (*columns, "id")]
        self._processors = {name: _processors(types, name) for name in _MARK}

    def run(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Update the rows, as `BulkInsert` does: one ``executemany``, or on SQLite few statements."""
        name = connection.dialect.name
        ready = _ready(self._processors[name], rows) if rows else []
        if name == "sqlite":
            for start in range(0, len(ready), CHUNK[name]):
                chunk = ready[start : start + CHUNK[name]]
                _on_sqlite(
                    connection, self._together(len(chunk)), tuple(itertools.chain.from_iterable(chunk))
                )
        elif ready:
            connection.exec_driver_sql(self._alone(), ready)

    def _alone(self) -> str:
        changes = ", ".join(f"{column} = %s" for column in self._columns)
        return f"UPDATE {self._table} SET {changes}{self._clear} WHERE id = %s"  # noqa: S608 - names of ours

    def _together(self, rows: int) -> str:
        width = len(self._columns) + 1
        row = f"({', '.join(['?'] * width)})"
        changes = ", ".join(f"{column} = new.column{place}" for place, column in enumerate(self._columns, 1))
        return (
            f"UPDATE {self._table} SET {changes}{self._clear} "  # noqa: S608 - names of ours
            f"FROM (VALUES {', '.join([row] * rows)}) AS new WHERE {self._table}.id = new.column{width}"
        )


class BulkLock:
    """``SELECT`` of rows by their ``id`` and in its order, locked where the database locks rows."""

    def __init__(self, table: Table, columns: Sequence[str], *, where: str) -> None:
        """``where`` is a condition in SQL without values; columns come as the driver gives them."""
        self._head = f"SELECT {', '.join(columns)} FROM {table.name} WHERE {where} AND id IN "  # noqa: S608 - names of ours
        self._tail = {"sqlite": " ORDER BY id", "postgresql": " ORDER BY id FOR UPDATE"}

    def run(self, connection: Connection, ids: Sequence[int]) -> list[tuple[Any, ...]]:
        """Those of the rows that meet the condition."""
        name = connection.dialect.name
        run = _on_sqlite if name == "sqlite" else _on_any
        text = f"{self._head}({', '.join([_MARK[name]] * len(ids))}){self._tail[name]}"
        return [tuple(row) for row in run(connection, text, tuple(ids))]


def _ready(processors: Sequence[tuple[int, Process]], rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows as the driver takes them."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for index, process in processors:
        columns[index] = process(columns[index])
    return list(zip(*columns, strict=True))


def _recordset(columns: Sequence[str], types: Sequence[Any]) -> str:
    """What reads rows from JSON: ``json_to_recordset``, PostgreSQL 15 documentation, table 9.47."""
    kinds = [kind.compile(dialect=postgresql.dialect()) for kind in types]  # type: ignore[no-untyped-call]
    named = ", ".join(f"{column} {kind}" for column, kind in zip(columns, kinds, strict=True))
    return f"SELECT {', '.join(columns)} FROM json_to_recordset(%s::json) AS rows({named})"  # noqa: S608 - ours


def _on_any(connection: Connection, text: str, values: tuple[Any, ...]) -> CursorResult[Any]:
    return connection.exec_driver_sql(text, values)


def _on_sqlite(
    connection: Connection, text: str, values: tuple[Any, ...]
) -> sqlite3.Cursor | CursorResult[Any]:
    """Run one statement past SQLAlchemy, whose own work for it takes as long as SQLite's for five rows.

    Where somebody listens to statements it goes SQLAlchemy's way. Raises what SQLAlchemy would.
    """
    if connection._has_events or connection.engine._has_events:  # noqa: SLF001 - it has no public name
        return _on_any(connection, text, values)
    cursor: sqlite3.Cursor = connection.connection.cursor()  # type: ignore[assignment]
    try:
        return cursor.execute(text, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            text, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


Process = Callable[[Sequence[Any]], Sequence[Any]]


def _processors(types: Sequence[Any], dialect: str) -> list[tuple[int, Process]]:
    """What has to be done to whole columns; their own types would take three calls a value."""
    times = _sqlite_times if dialect == "sqlite" else _utc
    found: list[tuple[int, Process]] = []
    for index, kind in enumerate(types):
        if isinstance(kind, Words):
            found.append((index, _storable))
        elif isinstance(kind, Moment):
            found.append((index, times))
    return found


def _storable(values: Sequence[str | None]) -> Sequence[str | None]:
    # Nearly all texts are plain: to see that of all at once is cheaper than of each.
    together = "".join(filter(None, values))
    if together.isascii() and "\0" not in together:
        return values
    return [value if value is None else storable(value) for value in values]


def _utc(values: Sequence[datetime | None]) -> Sequence[datetime | None]:
    # JSON keeps no seconds of a zone.
    return [value and _aware(value).astimezone(UTC) for value in values]


def _sqlite_times(values: Sequence[datetime | None]) -> Sequence[str | None]:
    return list(map(_sqlite_time, values))


@functools.lru_cache(maxsize=256)
def _sqlite_time(value: datetime | None) -> str | None:
    """As SQLAlchemy writes times for SQLite, in UTC and without a zone; one goes into several tables."""
    if value is None:
        return None
    return _aware(value).astimezone(UTC).isoformat(" ", "microseconds")[: -len("+00:00")]


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        message = "a time without a zone reached the store"
        raise ValueError(message)
    return value
