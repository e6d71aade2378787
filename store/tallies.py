"""Counts with a limit that hold however many workers count: a change over the limit fails the whole flush.

A batch reads counts without locks and adds to them in memory. The flush then takes the rows' locks in one
short, ordered statement that refuses to go over the limit; a batch that lost such a race is redone with fresh
counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BindParameter, Connection, Insert, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import agents, throttles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

UNLIMITED = 2**31 - 1


class ContendedError(Exception):
    """Another worker used up what this batch counted on; redo it."""


class Addition(msgspec.Struct, frozen=True):
    """What a batch adds to one count, how far the count may go, and what is written beside it."""

    amount: int
    limit: int
    extra: Any


NOTHING = Addition(0, UNLIMITED, None)


class Tally:
    """One table of counts inside a batch."""

    def __init__(
        self,
        counts: Counts,
        connection: Connection,
        journal: list[Callable[[], object]],
    ) -> None:
        """``journal`` gets one undo step for each change."""
        self._counts = counts
        self._connection = connection
        self._journal = journal
        self._stored: dict[str, int] = {}
        self._added: dict[str, Addition] = {}

    def prefetch(self, keys: Iterable[str]) -> None:
        """Read many counts with one statement."""
        missing = sorted(set(keys) - self._stored.keys())
        if not missing:
            return
        self._stored.update(dict.fromkeys(missing, 0))
        for key, count in self._connection.execute(self._counts.find, {"keys": missing}):
            self._stored[key] = count

    def read(self, key: str) -> int:
        """The count now, this batch's additions included."""
        self.prefetch([key])
        return self._stored[key] + self._added.get(key, NOTHING).amount

    def add(self, key: str, amount: int = 1, *, limit: int = 0, extra: object = None) -> None:
        """Count ``amount`` more; ``limit`` 0 means none, and the tightest one of a batch holds.

        ``extra`` is the table's second column, which keeps its value where none is given.
        """
        before = self._added.get(key, NOTHING)
        self._added[key] = Addition(
            before.amount + amount,
            min(before.limit, limit or UNLIMITED),
            before.extra if extra is None else extra,
        )
        self._journal.append(lambda: self._added.__setitem__(key, before))

    def flush(self) -> None:
        """Write the additions in key order; raises `ContendedError` where a limit would be passed."""
        for key in sorted(self._added):
            addition = self._added[key]
            if not addition.amount:
                continue
            row = {"key": key, "amount": addition.amount, "limit": addition.limit, "extra": addition.extra}
            written = self._connection.execute(self._counts.write(self._connection.dialect.name), row)
            if written.first() is None:
                raise ContendedError


class Counts:
    """The statements of one table of counts."""

    def __init__(self, table: Table, *, key: str, count: str, extra: str) -> None:
        """Names of the key, the count, and one more column that is written along."""
        columns = table.c
        self.find = select(columns[key], columns[count]).where(
            columns[key].in_(bindparam("keys", expanding=True))
        )
        self._writes = {
            name: self._upsert(maker(table), key=key, count=count, extra=extra)
            for name, maker in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
        }

    def write(self, dialect: str) -> Insert:
        """Add ``amount`` to the count of ``key``, and give the key back unless that would pass ``limit``."""
        return self._writes[dialect]

    @staticmethod
    def _upsert(statement: Any, *, key: str, count: str, extra: str) -> Insert:
        column = statement.table.c[count]
        amount: BindParameter[int] = bindparam("amount")
        written: Insert = statement.values({key: bindparam("key"), count: amount, extra: bindparam("extra")})
        beside = func.coalesce(statement.excluded[extra], statement.table.c[extra])
        counted: Insert = written.on_conflict_do_update(  # type: ignore[attr-defined]
            index_elements=[key],
            set_={count: column + amount, extra: beside},
            where=(column + amount <= bindparam("limit")) | (amount < 0),
        ).returning(statement.table.c[key])
        return counted


THROTTLES = Counts(throttles, key="key", count="count", extra="until")
AGENTS = Counts(agents, key="id", count="open_tickets", extra="assigned_at")
