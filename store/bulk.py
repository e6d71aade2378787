"""Many rows with one statement that is compiled once: the hot paths' way past SQLAlchemy's work per row.

Times and texts are kept as everywhere else; other values go to the driver as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from store.columns import Moment, Words, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Table

_MARK = {"sqlite": "?", "postgresql": "%s"}
CHUNK = 500
"""Rows in one statement: SQLite takes 32,766 values and PostgreSQL 65,535."""


class BulkInsert:
    """``INSERT`` of chosen columns; rows are tuples in the order of ``columns``."""

    def __init__(
        self,
        table: Table,
        columns: Sequence[str],
        *,
        skip: Sequence[str] = (),
        add: str = "",
        returning: Sequence[str] = (),
    ) -> None:
        """``skip`` names the unique columns on which a row gives way to one that is there.

        With ``add`` that row's column of this name grows by the new row's value instead.
        """
        self._head = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608 - names of ours
        grow = f"DO UPDATE SET {add} = {table.name}.{add} + excluded.{add}" if add else "DO NOTHING"
        self._tail = f" ON CONFLICT ({', '.join(skip)}) {grow}" if skip else ""
        self._returning = f" RETURNING {', '.join(returning)}" if returning else ""
        self._width = len(columns)
        self._processors = {
            name: _processors([table.c[column].type for column in columns], name) for name in _MARK
        }
        self._texts: dict[tuple[str, int], str] = {}

    def run(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Insert the rows, one ``executemany``."""
        if rows:
            name = connection.dialect.name
            connection.exec_driver_sql(self._text(name, 1), self._ready(name, rows))

    def run_returning(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Insert the rows in a few statements; gives back the chosen columns of those that were written."""
        name = connection.dialect.name
        ready = self._ready(name, rows)
        written: list[tuple[Any, ...]] = []
        for start in range(0, len(ready), CHUNK):
            chunk = ready[start : start + CHUNK]
            flat = tuple(value for row in chunk for value in row)
            result = connection.exec_driver_sql(self._text(name, len(chunk)) + self._returning, flat)
            written += [tuple(row) for row in result]
        return written

    def _text(self, name: str, rows: int) -> str:
        key = (name, rows)
        if key not in self._texts:
            row = f"({', '.join([_MARK[name]] * self._width)})"
            self._texts[key] = self._head + ", ".join([row] * rows) + self._tail
        return self._texts[key]

    def _ready(self, name: str, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        processors = self._processors[name]
        if not processors:
            return [tuple(row) for row in rows]
        ready = []
        for row in rows:
            values = list(row)
            for index, process in processors:
                values[index] = process(values[index])
            ready.append(tuple(values))
        return ready


def _processors(types: Sequence[Any], dialect: str) -> list[tuple[int, Callable[[Any], Any]]]:
    """What has to be done to the values of columns; their own types would take three calls a value."""
    times = _sqlite_time if dialect == "sqlite" else _aware
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for index, kind in enumerate(types):
        if isinstance(kind, Words):
            found.append((index, _storable))
        elif isinstance(kind, Moment):
            found.append((index, times))
    return found


def _storable(value: str | None) -> str | None:
    return value if value is None else storable(value)


def _aware(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        message = "a time without a zone reached the store"
        raise ValueError(message)
    return value


def _sqlite_time(value: datetime | None) -> str | None:
    """As SQLAlchemy writes a time for SQLite, in UTC and without a zone."""
    aware = _aware(value)
    if aware is None:
        return None
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
