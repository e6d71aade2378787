"""One table's records inside a batch: what was read, and what was written and is not flushed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from store.kinds import Kind

R = TypeVar("R", bound=msgspec.Struct)
Identity = tuple[Any, ...]


class Shelf(Generic[R]):
    """Reads see writes; every write can be undone; nothing reaches the database before `flush`."""

    def __init__(self, kind: Kind[R], connection: Connection, journal: list[Callable[[], object]]) -> None:
        """``journal`` gets one undo step for each change."""
        self._kind = kind
        self._connection = connection
        self._journal = journal
        self._rows: dict[Identity, R | None] = {}
        self._found: dict[tuple[str, object], bool] = {}
        self._new: dict[Identity, bool] = {}
        self._changed: dict[Identity, set[str]] = {}
        self._read: dict[Identity, R | None] = {}
        self._gone: dict[Identity, bool] = {}
        self._serial = 0
        self._index: dict[str, dict[object, dict[Identity, bool]]] = {
            name: {} for name in kind.searched if (name,) != kind.key
        }

    def get(self, value: object) -> R | None:
        """The record with this key, for tables with a key of one column."""
        column = self._kind.key[0]
        if (column, value) not in self._found:
            self.prefetch(column, [value])
        return self._rows.get((value,))

    def added(self) -> list[R]:
        """What was added and is not flushed yet."""
        return [record for identity in self._new if (record := self._rows[identity]) is not None]

    def where(self, column: str, value: object) -> list[R]:
        """Every record whose lookup ``column`` has this value, those of the batch included, in key order.

        Not for a key of one column, which `get` finds.
        """
        if (column, value) not in self._found:
            self.prefetch(column, [value])
        held = self._index[column].get(value)
        if not held:
            return []
        return [
            row
            for identity in (sorted(held) if len(held) > 1 else held)
            if (row := self._rows.get(identity)) is not None and getattr(row, column) == value
        ]

    def know_none(self, column: str, value: object) -> None:
        """Say that the database has no record with this value, because it was made up just now."""
        self._found[column, value] = True

    def prefetch(self, column: str, values: Iterable[object]) -> None:
        """Read many values with one statement; what is known already is not read again."""
        missing = sorted({value for value in values if (column, value) not in self._found}, key=str)
        if not missing:
            return
        fields = self._kind.fields
        for row in self._kind.find(column).rows(self._connection, {"values": missing}):
            record = self._kind.record(**dict(zip(fields, row, strict=True)))
            if (identity := self._kind.identity(record)) not in self._rows:
                self._put(identity, record)
        self._found.update(dict.fromkeys(((column, value) for value in missing), True))

    def add(self, record: R) -> R:
        """Write a new record."""
        identity = self._kind.identity(record) if self._kind.key else self._next()
        was_removed = identity in self._gone
        self._put(identity, record)
        self._new[identity] = True
        self._journal.append(lambda: self._unadd(identity, was_removed=was_removed))
        return record

    def add_once(self, record: R) -> R:
        """Write a new record unless one with its key is known; gives back the one that stands."""
        standing = self._rows.get(self._kind.identity(record))
        return standing if standing is not None else self.add(record)

    def change(self, record: R, **fields: Any) -> R:
        """Give a record new values; gives back the record as it is now."""
        identity = self._kind.identity(record)
        before = self._rows[identity]
        after: R = msgspec.structs.replace(record, **fields)
        marked = identity in self._new
        columns = self._changed.get(identity, set())
        self._put(identity, after)
        if not marked:
            self._changed[identity] = columns | set(fields)
            self._read.setdefault(identity, before)
        elif merged := self._kind.merge.keys() & fields:
            # The insert may give way to a row of another's, which is to have them too.
            self._changed[identity] = columns | merged
        self._journal.append(lambda: self._unchange(identity, before, columns))
        return after

    def remove(self, record: R) -> None:
        """Delete a record that was read."""
        identity = self._kind.identity(record)
        before = self._rows[identity]
        was_new = self._new.pop(identity, False)
        self._rows[identity] = None
        if not was_new:
            self._gone[identity] = True
        self._journal.append(lambda: self._unremove(identity, before, was_new=was_new))

    def _put(self, identity: Identity, record: R) -> None:
        """Hold a record where its lookups find it; those look again, so nothing need be taken out."""
        self._rows[identity] = record
        for column, found in self._index.items():
            found.setdefault(getattr(record, column), {})[identity] = True

    def flush_gone(self) -> None:
        """Send deletions, before all else: a row that was written anew within the batch is to be there."""
        if self._gone:
            self._connection.execute(self._kind.delete, {"identities": sorted(self._gone)})

    def flush_new(self) -> None:
        """Send new records, in key order; in `driver.together` they may not have been written yet."""
        # In key order, so that two workers that write the same people wait for each other and never deadlock.
        rows = [record for identity in sorted(self._new) if (record := self._rows[identity]) is not None]
        if rows:
            self._kind.insert(self._connection, rows)

    def flush_changed(self) -> None:
        """Send changes in bulk, after what is new: that may give way to a row which is to be changed, too."""
        standing = self._standing()
        by_columns: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
        for identity in sorted(self._changed):
            record = self._rows[identity]
            columns = tuple(sorted(self._changed[identity]))
            if record is None or not columns:
                continue
            values = {name: getattr(record, name) for name in columns}
            values |= self._merged(identity, values, standing.get(identity, {}))
            by_columns.setdefault(columns, []).append((*values.values(), *identity))
        if by_columns and not standing:
            self._lock(len(by_columns))
        for columns, rows in by_columns.items():
            self._kind.change(self._connection, columns, rows)

    def _lock(self, statements: int) -> None:
        """Take all rows in one order first, where what follows takes them in no order, or each in its own."""
        ordered = statements == 1 and (len(self._changed) == 1 or not self._kind.numbered)
        if not ordered and self._connection.dialect.name != "sqlite":
            self._kind.lock(self._connection, sorted(self._changed))

    def _standing(self) -> dict[Identity, dict[str, str]]:
        """What stands now in columns that others may write, too; their rows are locked from here on."""
        merge = self._kind.merge
        if not any(merge.keys() & columns for columns in self._changed.values()):
            return {}
        rows = self._connection.execute(self._kind.standing, {"identities": sorted(self._changed)})
        width = len(self._kind.key)
        return {tuple(row[:width]): dict(zip(merge, row[width:], strict=True)) for row in rows}

    def _merged(self, identity: Identity, values: dict[str, Any], standing: dict[str, str]) -> dict[str, str]:
        """What to write into such columns of a record: both what was done here and what others did."""
        read = self._read.get(identity)
        return {
            name: self._kind.merge[name](getattr(read, name) if read else "", values[name], value)
            for name, value in standing.items()
            if name in values
        }

    def _unadd(self, identity: Identity, *, was_removed: bool) -> None:
        del self._new[identity]
        if was_removed:
            self._rows[identity] = None
        else:
            del self._rows[identity]

    def _unchange(self, identity: Identity, before: R | None, columns: set[str]) -> None:
        self._rows[identity] = before
        if columns:
            self._changed[identity] = columns
        else:
            self._changed.pop(identity, None)

    def _unremove(self, identity: Identity, before: R | None, *, was_new: bool) -> None:
        self._rows[identity] = before
        if was_new:
            self._new[identity] = True
        else:
            del self._gone[identity]

    def _next(self) -> Identity:
        self._serial += 1
        return (self._serial,)
