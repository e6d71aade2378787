"""Counts with a limit that hold however many workers count: a change over the limit fails the whole flush.

A batch reads counts without locks and adds to them in memory. The flush then takes the rows' locks in one
short, ordered statement and sees how far they came; a batch that lost such a race is redone with fresh
counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, select

from store.bulk import BulkInsert
from store.tables import agents, throttles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
        """Write the additions in key order; raises `ContendedError` where a limit was passed."""
        rows = [(key, one.amount, one.extra) for key, one in sorted(self._added.items()) if one.amount]
        for key, count in self._counts.add(self._connection, rows):
            addition = self._added[key]
            if addition.amount > 0 and count > addition.limit:
                raise ContendedError


class Counts:
    """The statements of one table of counts."""

    def __init__(self, table: Table, *, key: str, count: str, extra: str) -> None:
        """Names of the key, the count, and one more column that is written along."""
        columns = table.c
        self.find = select(columns[key], columns[count]).where(
            columns[key].in_(bindparam("keys", expanding=True))
        )
        self._insert = BulkInsert(
            table, (key, count, extra), skip=(key,), add=count, keep=extra, returning=(key, count)
        )

    def add(self, connection: Connection, rows: Sequence[tuple[str, int, Any]]) -> list[tuple[Any, ...]]:
        """Add to the counts, and lock them for the rest of the transaction; gives back keys and counts."""
        return self._insert.run_returning(connection, rows)


THROTTLES = Counts(throttles, key="key", count="count", extra="until")
AGENTS = Counts(agents, key="id", count="open_tickets", extra="assigned_at")
