"""Statements of the worker's and the sender's path that are put into SQL once, and not for each batch.

For one with a list SQLAlchemy writes the SQL anew each time, with a mark for each value, which takes longer
than the statement; and PostgreSQL then has as many values to parse. Here a list goes along as one value, so
that the SQL stays the same: as JSON on SQLite, as an array on PostgreSQL.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from sqlalchemy import Boolean, Select
from sqlalchemy.dialects import registry, sqlite

from store import driver
from store.arrays import Encode, array_of
from store.columns import Moment, aware, sqlite_time, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Executable

    from store.driver import Values

    Readings = Mapping[type[Any], Callable[[Any], Any]]

_LIST = re.compile(r"(?P<without>NOT )?IN \(__\[POSTCOMPILE_(?P<name>\w+)\]\)")


class Prepared:
    """A statement; its values are given by the names of its parameters."""

    def __init__(self, statement: Executable) -> None:
        """Lists are its expanding parameters."""
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run it."""
        form = self._form(connection)
        driver.run(connection, form.text, form.given(values), anew=True)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows that it finds."""
        form = self._form(connection)
        found = driver.rows(connection, form.text, form.given(values), anew=True)
        if not found or not form.readers:
            return found
        columns: list[Sequence[Any]] = list(zip(*found, strict=True))
        for place, reader in form.readers:
            columns[place] = [value if value is None else reader(value) for value in columns[place]]
        return list(zip(*columns, strict=True))

    def _form(self, connection: Connection) -> _Form:
        name = connection.dialect.name
        form = self._forms.get(name)
        if form is None:
            made = _OnSqlite if name == "sqlite" else _OnPostgresql
            form = self._forms[name] = made(self._statement)
        return form


class _Form(ABC):
    """A statement in the words of one database."""

    readings: ClassVar[Readings]
    """What makes a column's value of the driver's, by the column's type; no type's where it is the same."""

    def __init__(self, statement: Executable, dialect: Any) -> None:
        self._compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.text: str = _LIST.sub(self._list, self._compiled.string)
        self._fixed: Mapping[str, Any] = self._compiled.params
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self.readers = [
            (place, reader)
            for place, column in enumerate(columns)
            for known, reader in self.readings.items()
            if isinstance(column.type, known)
        ]

    @abstractmethod
    def _list(self, found: re.Match[str]) -> str:
        """What stands for a list in the SQL."""

    @abstractmethod
    def given(self, values: Mapping[str, Any]) -> Values:
        """The values as the driver takes them."""


class _OnSqlite(_Form):
    readings: ClassVar[Readings] = {
        Moment: lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
        Boolean: bool,
    }

    def __init__(self, statement: Executable) -> None:
        super().__init__(statement, sqlite.dialect(paramstyle="qmark"))
        self._names: Sequence[str] = self._compiled.positiontup

    def _list(self, found: re.Match[str]) -> str:
        return f"{found['without'] or ''}IN (SELECT value FROM json_each(?))"  # noqa: S608 - words of ours

    def given(self, values: Mapping[str, Any]) -> Values:
        fixed = self._fixed
        return tuple(self._of(values[name] if name in values else fixed[name]) for name in self._names)

    def _of(self, value: Any) -> Any:
        if isinstance(value, list):
            return msgspec.json.encode([self._of(one) for one in value]).decode()
        if isinstance(value, str):
            return storable(value)
        return sqlite_time(value) if isinstance(value, datetime) else value


class _OnPostgresql(_Form):
    readings: ClassVar[Readings] = {Moment: lambda time: time.astimezone(UTC)}

    def __init__(self, statement: Executable) -> None:
        self._lists: dict[str, Encode] = {}
        super().__init__(statement, registry.load("postgresql.psycopg")())

    def _list(self, found: re.Match[str]) -> str:
        name = found["name"]
        self._lists[name] = array_of(self._compiled.binds[name].type)
        return f"{'<> ALL' if found['without'] else '= ANY'} (%({name})s)"

    def given(self, values: Mapping[str, Any]) -> Values:
        return {
            name: encode(value) if (encode := self._lists.get(name)) else self._of(value)
            for name, value in {**self._fixed, **values}.items()
        }

    def _of(self, value: Any) -> Any:
        if isinstance(value, str):
            return storable(value)
        return aware(value) if isinstance(value, datetime) else value
