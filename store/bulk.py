"""Many rows with one statement that is compiled once: the hot paths' way past SQLAlchemy's work per row.

Times and texts are kept as everywhere else; other values go to the driver as they are.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from store import driver
from store.arrays import Array, Encode, array_of
from store.columns import Moment, Words, all_storable, sqlite_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Table

CHUNK = 16
"""Rows in one statement of SQLite's.

It would take 32,766 values; with few rows in one there are few different statements to be kept compiled.
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
        self._processors = _processors(types)
        self._arrays = _array_makers(types)
        self._by_column = f"{self._head}SELECT * FROM unnest({_marks(columns)}){self._tail}"  # noqa: S608 - names of ours
        self._texts: dict[int, str] = {}

    def run(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Insert the rows, in few statements; in `driver.together` they may not have run yet."""
        if rows:
            for text, values in self._statements(connection.dialect.name, rows):
                driver.run(connection, text, values)

    def run_returning(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Insert the rows in a few statements; gives back the chosen columns of those that were written."""
        written: list[tuple[Any, ...]] = []
        if rows:
            for text, values in self._statements(connection.dialect.name, rows):
                written += driver.rows(connection, text + self._returning, values)
        return written

    def _statements(self, name: str, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """As few statements as the rows need, each with its values.

        SQLite's driver gives the interpreter's lock away for each row of an ``executemany``, and getting it
        back in a busy process costs more than the row: so there it is a statement for many rows. PostgreSQL's
        takes longer over each value than the server: so rows go there by column, in one statement that stays
        prepared.
        """
        if name == "postgresql":
            yield self._by_column, _arrays(self._arrays, rows)
            return
        for count, values in _chunks(self._processors, rows):
            yield self._text(count), values

    def _text(self, rows: int) -> str:
        if rows not in self._texts:
            row = f"({', '.join('?' * len(self._columns))})"
            self._texts[rows] = f"{self._head}VALUES {', '.join([row] * rows)}{self._tail}"
        return self._texts[rows]


class BulkUpdate:
    """``UPDATE`` of rows by their ``id``; rows are tuples: the values of ``columns``, then the id."""

    def __init__(self, table: Table, columns: Sequence[str], *, clear: Sequence[str] = ()) -> None:
        """``clear`` names more columns, which become null."""
        self._table = table.name
        self._columns = tuple(columns)
        self._clear = "".join(f", {column} = NULL" for column in clear)
        types = [table.c[column].type for column in (*columns, "id")]
        self._processors = _processors(types)
        self._arrays = _array_makers(types)
        self._by_column = self._from(f"unnest({_marks(types)}) AS new({self._names()})")

    def run(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Update the rows in few statements, as `BulkInsert` does.

        PostgreSQL locks them in an order of its own: where others may write the same, lock them before.
        """
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            driver.run(connection, self._by_column, _arrays(self._arrays, rows), anew=True)
            return
        for count, values in _chunks(self._processors, rows):
            driver.run(connection, self._together(count), values)

    def _together(self, rows: int) -> str:
        row = f"({', '.join('?' * (len(self._columns) + 1))})"
        return self._from(f"(VALUES {', '.join([row] * rows)}) AS new")

    def _from(self, source: str) -> str:
        names = self._names().split(", ")
        changes = ", ".join(f"{one} = new.{name}" for one, name in zip(self._columns, names, strict=False))
        return (
            f"UPDATE {self._table} SET {changes}{self._clear} "  # noqa: S608 - names of ours
            f"FROM {source} WHERE {self._table}.id = new.{names[-1]}"
        )

    def _names(self) -> str:
        """What SQLite calls the columns of ``VALUES``."""
        return ", ".join(f"column{place}" for place in range(1, len(self._columns) + 2))


class BulkFind:
    """``SELECT`` of rows by the values of columns; what is found comes as the driver gives it."""

    def __init__(
        self, table: Table, columns: Sequence[str], *, by: Sequence[str], where: str = "", lock: bool = False
    ) -> None:
        """``where`` is one more condition, in SQL without values.

        With ``lock`` the rows come in the order of their ``id``, and locked where the database locks rows.
        """
        self._head = f"SELECT {', '.join(columns)} FROM {table.name} WHERE "  # noqa: S608 - names of ours
        self._head += f"{where} AND " if where else ""
        self._by = tuple(by)
        types = [table.c[column].type for column in by]
        self._processors = _processors(types)
        self._arrays = _array_makers(types)
        self._tail = {
            "sqlite": " ORDER BY id" if lock else "",
            "postgresql": " ORDER BY id FOR UPDATE" if lock else "",
        }

    def run(self, connection: Connection, *values: Collection[Any]) -> list[tuple[Any, ...]]:
        """The rows that have one of the ``values`` in each of the columns."""
        name = connection.dialect.name
        columns: list[Sequence[Any]] = [sorted(one) for one in values]
        given: list[Any] = []
        if name == "postgresql":
            where = " AND ".join(f"{column} = ANY(%s)" for column in self._by)
            given += [encode(column) for encode, column in zip(self._arrays, columns, strict=True)]
        else:
            for index, process in self._processors:
                columns[index] = process(columns[index])
            given += itertools.chain.from_iterable(columns)
            marks = [", ".join("?" * len(column)) for column in columns]
            where = " AND ".join(f"{one} IN ({mark})" for one, mark in zip(self._by, marks, strict=True))
        return driver.rows(connection, self._head + where + self._tail[name], tuple(given), anew=True)


def _chunks(
    processors: Sequence[tuple[int, Process]], rows: Sequence[Sequence[Any]]
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """For each statement of SQLite's how many rows it has, and their values as its driver takes them."""
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        width, values = len(chunk[0]), list(itertools.chain.from_iterable(chunk))
        for index, process in processors:
            values[index::width] = process(values[index::width])
        yield len(chunk), tuple(values)


def _arrays(make: Sequence[Encode], rows: Sequence[Sequence[Any]]) -> tuple[Array, ...]:
    """The rows as PostgreSQL takes them, by column."""
    return tuple(encode(column) for encode, column in zip(make, zip(*rows, strict=True), strict=True))


def _array_makers(types: Sequence[Any]) -> list[Encode]:
    return [array_of(kind) for kind in types]


def _marks(columns: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(columns))


Process = Callable[[Sequence[Any]], Sequence[Any]]


def _processors(types: Sequence[Any]) -> list[tuple[int, Process]]:
    """What has to be done to whole columns for SQLite; their own types would take three calls a value."""
    found: list[tuple[int, Process]] = []
    for index, kind in enumerate(types):
        if isinstance(kind, Words):
            found.append((index, all_storable))
        elif isinstance(kind, Moment):
            found.append((index, _sqlite_times))
    return found


def _sqlite_times(values: Sequence[datetime | None]) -> Sequence[str | None]:
    return list(map(sqlite_time, values))
