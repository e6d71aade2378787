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
from store.prepared import Prepared
from store.tables import agents, throttles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

UNLIMITED = 2**31 - 1


class ContendedError(Exception):
    """Another worker used up what this batch counted on; redo it."""


class Addition(msgspec.Struct, frozen=True):
    """What a batch adds to one count, how far that may go, what is written beside it, and what it weighs."""

    amount: int
    limit: int
    extra: Any
    weight: int = 0


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
        self._beside: dict[str, tuple[Any, ...]] = {}
        self._added: dict[str, Addition] = {}

    def prefetch(self, keys: Iterable[str]) -> None:
        """Read many counts with one statement."""
        missing = sorted(set(keys) - self._stored.keys())
        if not missing:
            return
        self._stored.update(dict.fromkeys(missing, 0))
        for key, count, *beside in self._counts.find.rows(self._connection, {"keys": missing}):
            self._stored[key] = count
            self._beside[key] = tuple(beside)

    def read(self, key: str) -> int:
        """The count now, this batch's additions included."""
        self.prefetch([key])
        return self._stored[key] + self._added.get(key, NOTHING).amount

    def beside(self, key: str) -> tuple[Any, ...]:
        """The columns beside the count as they are stored; nothing for a row that there is not."""
        self.prefetch([key])
        return self._beside.get(key, ())

    def added(self, key: str) -> Addition:
        """What this batch adds."""
        return self._added.get(key, NOTHING)

    def add(
        self, key: str, amount: int = 1, *, limit: int = 0, extra: object = None, weight: int = 0
    ) -> None:
        """Count ``amount`` more; ``limit`` 0 means none, and the tightest one of a batch holds.

        ``extra`` is the table's second column, which keeps its value where none is given; ``weight`` is added
        to the column that sums up what counts for more than one.
        """
        before = self._added.get(key, NOTHING)
        self._added[key] = Addition(
            before.amount + amount,
            min(before.limit, limit or UNLIMITED),
            before.extra if extra is None else extra,
            before.weight + weight,
        )
        self._journal.append(lambda: self._added.__setitem__(key, before))

    def flush(self) -> None:
        """Write the additions in key order; raises `ContendedError` where a limit was passed."""
        rows = [
            (key, one.amount, one.extra, one.weight)
            for key, one in sorted(self._added.items())
            if one.amount or one.weight
        ]
        for key, count in self._counts.add(self._connection, rows):
            addition = self._added[key]
            if addition.amount > 0 and count > addition.limit:
                raise ContendedError


class Counts:
    """The statements of one table of counts."""

    def __init__(
        self, table: Table, *, key: str, count: str, extra: str, weight: str = "", beside: Sequence[str] = ()
    ) -> None:
        """Names of the key, the count, and one more column that is written along; of the sum of weights.

        ``beside`` are columns that are read along.
        """
        columns = table.c
        self.find = Prepared(
            select(columns[key], columns[count], *(columns[name] for name in beside)).where(
                columns[key].in_(bindparam("keys", expanding=True))
            )
        )
        sums = (count, weight) if weight else (count,)
        written = (key, count, extra, weight) if weight else (key, count, extra)
        self._width = len(written)
        self._insert = BulkInsert(table, written, skip=(key,), add=sums, keep=extra, returning=(key, count))

    def add(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Add to the counts, and lock them for the rest of the transaction; gives back keys and counts."""
        return self._insert.run_returning(connection, [row[: self._width] for row in rows])


THROTTLES = Counts(throttles, key="key", count="count", extra="until")
AGENTS = Counts(
    agents,
    key="id",
    count="open_tickets",
    extra="assigned_at",
    weight="weight",
    beside=("weight", "assigned_at", "absences"),
)
