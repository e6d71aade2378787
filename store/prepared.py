"""Statements of the worker's and the sender's path that are put into SQL once, and not for each batch.

For one with a list SQLAlchemy writes the SQL anew each time, with a mark for each value: on SQLite that takes
longer than the statement. There a list goes along as one JSON value, so that the SQL stays the same. On
PostgreSQL statements go SQLAlchemy's way.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Boolean, Select
from sqlalchemy.dialects import sqlite

from store import driver
from store.columns import Moment, sqlite_time, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Executable

_LIST = re.compile(r"\(__\[POSTCOMPILE_\w+\]\)")


class Prepared:
    """A statement; its values are given by the names of its parameters."""

    def __init__(self, statement: Executable) -> None:
        """Lists are its expanding parameters."""
        self._statement = statement

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run it."""
        if connection.dialect.name == "sqlite":
            driver.run(connection, *self._on_sqlite(values))
        else:
            connection.execute(self._statement, values)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows that it finds."""
        if connection.dialect.name != "sqlite":
            return [tuple(row) for row in connection.execute(self._statement, values)]
        found = driver.rows(connection, *self._on_sqlite(values))
        if not found or not self._readers:
            return found
        columns: list[Sequence[Any]] = list(zip(*found, strict=True))
        for place, reader in self._readers:
            columns[place] = [value if value is None else reader(value) for value in columns[place]]
        return list(zip(*columns, strict=True))

    def _on_sqlite(self, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """The SQL, and its values in order as the driver takes them."""
        text, names, fixed = self._compiled
        return text, tuple(_given(values[name] if name in values else fixed[name]) for name in names)

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[str], Mapping[str, Any]]:
        """The SQL, its parameters' names in order, and the values that stand in the statement."""
        compiled: Any = self._statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))  # type: ignore[attr-defined]
        return (
            _LIST.sub("(SELECT value FROM json_each(?))", compiled.string),
            compiled.positiontup,
            compiled.params,
        )

    @cached_property
    def _readers(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """The places of columns whose values are not the driver's, each with what makes them of those."""
        columns = self._statement.selected_columns if isinstance(self._statement, Select) else ()
        readers = [(place, _reader_of(column.type)) for place, column in enumerate(columns)]
        return [(place, reader) for place, reader in readers if reader is not None]


def _given(value: Any) -> Any:
    """A value as SQLite's driver takes it, and as the columns' types would give it."""
    if isinstance(value, list):
        return msgspec.json.encode([_given(one) for one in value]).decode()
    if isinstance(value, str):
        return storable(value)
    return sqlite_time(value) if isinstance(value, datetime) else value


def _reader_of(kind: Any) -> Callable[[Any], Any] | None:
    """What makes a column's value of the driver's; ``None`` where it is the same."""
    if isinstance(kind, Moment):
        return _moment
    return bool if isinstance(kind, Boolean) else None


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
