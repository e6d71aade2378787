"""Which record lies in which table, by what it is found, and what a second insert of the same key means."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from sqlalchemy import (
    Select,
    Table,
    Update,
    bindparam,
    delete,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from store import records, tables
from store.answers import AnswerRecord
from store.bookings import BookingRecord
from store.bulk import BulkFind, BulkInsert, BulkUpdate
from store.legends import LegendRecord
from store.prepared import Prepared
from store.taglist import with_changes
from store.withheld import WithheldRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    Merge = Callable[[str, str, str], str]

R = TypeVar("R", bound=msgspec.Struct)


class Kind(Generic[R]):
    """The statements of one table, built once.

    ``identity`` gives the values that tell a record from the others of its table. ``delete`` removes the rows
    whose keys are the parameter ``identities``. With ``numbered`` rows are changed at once, by their ``id``.
    ``key`` names the columns that tell records apart, ``lookups`` the ones they are searched by. With
    ``skip`` a row that another worker has written first is left as it is; without it the flush fails and the
    batch is redone. ``merge`` names the columns that others may write meanwhile without either's change being
    lost; ``standing`` reads their values and takes the rows as ``lock`` does.
    """

    def __init__(
        self,
        table: Table,
        record: type[R],
        *,
        key: tuple[str, ...] = (),
        lookups: tuple[str, ...] = (),
        skip: tuple[str, ...] = (),
        only: tuple[tuple[str, str], ...] = (),
        merge: Mapping[str, Merge] | None = None,
    ) -> None:
        """``skip`` names the unique columns on which an insert gives way.

        ``merge`` has what gives a column's value from what was read, what became of it and what stands now.

        ``only`` are lookups with the one value, a word of ours, that they find: those with a partial index,
        which SQLite uses only where its condition stands in the statement itself.
        """
        self.table = table
        self.record = record
        self.key = key
        self.lookups = lookups
        self.merge = merge or {}
        self.fields = record.__struct_fields__
        self.identity = _identity_of(key)
        self._columns = [table.c[name] for name in self.fields]
        self._key_columns = [table.c[name] for name in key]
        self._finds = {name: Prepared(self._find(name)) for name in lookups}
        self._finds |= {
            name: Prepared(self._find(name).where(table.c[name] == literal_column(f"'{value}'")))
            for name, value in only
        }
        missing = {
            column.name: column.default.arg
            for column in table.columns
            if column.name not in self.fields and isinstance(column.default, ScalarElementColumnDefault)
        }
        self._defaults = tuple(missing.values())
        self._insert = BulkInsert(table, (*self.fields, *missing), skip=skip)
        self.numbered = key == ("id",)
        self._changes: dict[tuple[str, ...], BulkUpdate] = {}
        self._updates: dict[tuple[str, ...], Update] = {}
        keyed = tuple_(*self._key_columns).in_(bindparam("identities", expanding=True))
        self.delete = delete(table).where(keyed)
        self._lock = select(*self._key_columns).where(keyed).order_by(*self._key_columns).with_for_update()
        self._lock_numbered = BulkFind(table, key, by=key, lock=True) if self.numbered else None
        self.standing = self._lock.add_columns(*(table.c[name] for name in self.merge))

    @property
    def searched(self) -> tuple[str, ...]:
        """The columns that records are searched by."""
        return tuple(self._finds)

    def find(self, column: str) -> Prepared:
        """Rows whose ``column`` is one of the parameter ``values``, in key order."""
        return self._finds[column]

    def insert(self, connection: Connection, rows: Sequence[R]) -> None:
        """Write new records with one statement; columns that a record does not have get their default."""
        self._insert.run(connection, [(*msgspec.structs.astuple(row), *self._defaults) for row in rows])

    def lock(self, connection: Connection, identities: Sequence[tuple[Any, ...]]) -> None:
        """Lock rows in key order, where the database locks rows."""
        if self._lock_numbered is not None:
            self._lock_numbered.run(connection, [number for (number,) in identities])
        else:
            connection.execute(self._lock, {"identities": identities})

    def change(
        self, connection: Connection, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Give ``columns`` new values; a row is those, then the key."""
        if self.numbered:
            if columns not in self._changes:
                self._changes[columns] = BulkUpdate(self.table, columns)
            self._changes[columns].run(connection, rows)
            return
        names = (*columns, *(f"key_{name}" for name in self.key))
        connection.execute(self._update(columns), [dict(zip(names, row, strict=True)) for row in rows])

    def _update(self, columns: tuple[str, ...]) -> Update:
        if columns not in self._updates:
            where = [self.table.c[name] == bindparam(f"key_{name}") for name in self.key]
            values: dict[str, Any] = {name: bindparam(name) for name in columns}
            self._updates[columns] = update(self.table).where(*where).values(values)
        return self._updates[columns]

    def _find(self, column: str) -> Select[tuple[object, ...]]:
        where = self.table.c[column].in_(bindparam("values", expanding=True))
        return select(*self._columns).where(where).order_by(*self._key_columns)


def _identity_of(key: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads a key's columns from a record: asked for each record that is read, written or changed."""
    if len(key) > 1:
        return operator.attrgetter(*key)
    if not key:
        return lambda _: ()
    value = operator.attrgetter(*key)
    return lambda record: (value(record),)


CONTACTS = Kind(tables.contacts, records.ContactRecord, key=("id",), lookups=("id",))
MESSAGES = Kind(
    tables.messages, records.MessageRecord, key=("contact",), lookups=("contact",), skip=("contact",)
)
PEOPLE = Kind(
    tables.people,
    records.PersonRecord,
    key=("address",),
    lookups=("address",),
    skip=("address",),
    merge={"tags": with_changes},
)
TICKETS = Kind(tables.tickets, records.TicketRecord, key=("id",), lookups=("id",))
ENTRIES = Kind(tables.entries, records.EntryRecord, key=("id",), lookups=("id", "ticket"))
PARTICIPANTS = Kind(
    tables.participants,
    records.ParticipantRecord,
    key=("ticket", "address"),
    lookups=("ticket",),
    skip=("ticket", "address"),
)
MESSAGE_IDS = Kind(
    tables.message_ids,
    records.MessageIdRecord,
    key=("message_id", "ticket"),
    lookups=("message_id",),
    skip=("message_id", "ticket"),
)
THREADS = Kind(tables.threads, records.ThreadRecord, key=("key",), lookups=("key", "ticket"), skip=("key",))
TIMERS = Kind(
    tables.timers,
    records.TimerRecord,
    key=("ticket", "which", "level"),
    lookups=("ticket",),
    skip=("ticket", "which", "level"),
)
DEADLINES = Kind(tables.deadlines, records.DeadlineRecord, key=("ticket", "which"), lookups=("ticket",))
OUTGOING = Kind(
    tables.outgoing,
    records.OutgoingRecord,
    key=("id",),
    lookups=("id",),
    skip=("effect_key",),
    only=(("state", "digest"),),
)
TICKET_FIELDS = Kind(
    tables.ticket_fields,
    records.TicketFieldRecord,
    key=("ticket", "name"),
    lookups=("ticket",),
    skip=("ticket", "name"),
)
TIME = Kind(tables.time_entries, records.TimeRecord, key=("ticket", "number"), lookups=("ticket",))
RESOLUTIONS = Kind(tables.resolutions, records.ResolutionRecord, key=("ticket",), lookups=("ticket",))
BOOKINGS = Kind(tables.bookings, BookingRecord, key=("id",), lookups=("ticket",))
ANSWERS = Kind(tables.answers, AnswerRecord, key=("ticket",), lookups=("ticket",))
LINKS = Kind(
    tables.ticket_links,
    records.LinkRecord,
    key=("ticket", "other", "kind"),
    lookups=("ticket",),
    skip=("ticket", "other", "kind"),
)
SATISFACTION = Kind(
    tables.satisfaction,
    records.SatisfactionRecord,
    key=("ticket",),
    lookups=("ticket",),
    skip=("ticket",),
)
SUGGESTIONS = Kind(
    tables.suggestions,
    records.SuggestionRecord,
    key=("ticket", "number"),
    lookups=("ticket",),
    skip=("ticket", "number"),
)
WITHHELD = Kind(
    tables.withheld,
    WithheldRecord,
    key=("effect_key",),
    lookups=("effect_key", "ticket"),
    skip=("effect_key",),
)
CALLS = Kind(tables.calls, records.CallRecord, skip=("effect_key",))
LEGENDS = Kind(tables.legends, LegendRecord, key=("key",), lookups=("key",), skip=("key",))
TRACES = Kind(tables.traces, records.TraceRecord)
LEDGER = Kind(tables.ledger, records.LedgerRecord)

# The order in which a flush writes tables: the same for every worker, so that row locks never cross.
FLUSHED = (
    CONTACTS,
    MESSAGES,
    PEOPLE,
    TICKETS,
    ENTRIES,
    PARTICIPANTS,
    MESSAGE_IDS,
    THREADS,
    TIMERS,
    DEADLINES,
    TICKET_FIELDS,
    TIME,
    RESOLUTIONS,
    ANSWERS,
    BOOKINGS,
    LINKS,
    SATISFACTION,
    SUGGESTIONS,
    OUTGOING,
    WITHHELD,
    CALLS,
    LEGENDS,
    TRACES,
    LEDGER,
)

OF_TICKETS = (
    ENTRIES,
    PARTICIPANTS,
    THREADS,
    TIMERS,
    DEADLINES,
    TICKET_FIELDS,
    TIME,
    RESOLUTIONS,
    ANSWERS,
    BOOKINGS,
    LINKS,
    SATISFACTION,
    SUGGESTIONS,
    WITHHELD,
)
"""The tables that are searched by ticket."""
