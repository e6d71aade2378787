"""The books by channel and day: what became of every message that a channel handed in. Only reads.

Each message that was handed in is one of `FATES`; what is none of them is a difference, and named. Days are
those of the first time that a message was seen. The window begins at the first contact that was taken in
since, so that a desk with a long past answers as fast as a young one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, func, literal, or_, select

from store.tables import contacts, dead_letters, events, receipts, tickets, work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from sqlalchemy import Select

FATES = ("ticket", "reply", "duplicate", "aside", "dead", "deleted", "waiting")
"""What a message that was handed in can be; ``waiting`` is under way, ``deleted`` was by retention."""
_PURGED = "purged"
"""The state of a contact of which retention left nothing but its keys."""
MISSING = "its contact is gone"
"""A receipt speaks of a contact that is not there."""
UNSOUND = "it is not what it says: no ticket, no entry or no reason"
"""A contact says that it became something that is not there."""
FORGOTTEN = "nobody will ever look at it: neither work nor a dead letter"
"""A contact that is still to be handled, and is in no list of anybody's."""
UNANNOUNCED = "nobody handed it in: it has no receipt"
"""A contact without the receipt that is written with it."""
EXAMPLES = 5
"""How many contacts of one difference are named."""
_COMMIT = 1000
"""More contacts than one commit takes in."""
_NEW, _MISSING, _UNSOUND = "new", "missing", "unsound"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One channel on one day (``None``: before the window); where all is well, the fates make up ``seen``."""

    channel: str
    day: date | None
    seen: int = 0
    fates: dict[str, int]

    @property
    def difference(self) -> int:
        """Messages that were seen and are nowhere; below 0 what is somewhere and was never seen."""
        return self.seen - sum(self.fates.values())


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of one channel and day that do not balance for one cause; the first contacts are named."""

    channel: str
    day: date | None
    what: str
    count: int
    contacts: tuple[int, ...]


class Daybook(msgspec.Struct, frozen=True, kw_only=True):
    """The lines in the order of days and channels, and every difference."""

    lines: tuple[Line, ...]
    differences: tuple[Difference, ...]


Place = tuple[str, int]
"""A channel, and the place of a day among the days that are asked for; -1 is before them."""


def read_daybook(connection: Connection, days: Sequence[tuple[date, datetime]]) -> Daybook:
    """The books of some days in a row, the earliest first, each with the moment (UTC) at which it begins.

    ``connection`` must be a fresh transaction: everything is counted as of one moment.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    first = first_since(connection, days[0][1])
    if first is None:
        return Daybook(lines=(), differences=())
    begins = [moment for _, moment in days]
    page = _Page()
    from_receipt = _receipt_of(connection, first)
    for row in connection.execute(_handed_in(from_receipt, begins)):
        page.note(row)
    if page.new:
        for row in connection.execute(_still_new(first, begins)):
            fate = "waiting" if row.waits else "dead" if row.dead else FORGOTTEN
            page.settle((row.channel, row.bucket), fate, row.id)
    page.bad += connection.execute(_unsound(from_receipt, begins)).all()
    page.bad += connection.execute(_unannounced(first, begins)).all()
    return page.closed([day for day, _ in days])


class _Page:
    """The counts while they are read."""

    def __init__(self) -> None:
        self.seen: dict[Place, int] = {}
        self.fates: dict[Place, dict[str, int]] = {}
        self.bad: list[Any] = []
        self.new = False
        self._wrong: dict[tuple[Place, str], list[int]] = {}

    def note(self, row: Any) -> None:
        """One kind of receipts of one channel and day: ``rows`` of them, handed in ``seen`` times."""
        place = (row.channel, row.bucket)
        self.seen[place] = self.seen.get(place, 0) + int(row.seen)
        if row.fate == _MISSING:
            return
        first = 0 if row.fate == "duplicate" else row.rows
        self._add(place, "duplicate", int(row.seen) - first)
        self.new = self.new or row.fate == _NEW
        if row.fate in FATES:
            self._add(place, row.fate, first)

    def settle(self, place: Place, fate: str, contact: int) -> None:
        """Say of a contact that was new what it is."""
        if fate in FATES:
            self._add(place, fate, 1)
        else:
            self._wrong.setdefault((place, fate), []).append(contact)

    def closed(self, days: Sequence[date]) -> Daybook:
        """The lines and the differences."""
        for row in self.bad:
            place = (row.channel, row.bucket)
            self._wrong.setdefault((place, row.what), []).append(row.contact)
            if row.what == UNANNOUNCED:
                self._add(place, "unannounced", 1)

        def day_of(place: Place) -> date | None:
            return days[place[1]] if place[1] >= 0 else None

        places = sorted({*self.seen, *self.fates}, key=lambda place: (place[1], place[0]))
        return Daybook(
            lines=tuple(
                Line(
                    channel=place[0],
                    day=day_of(place),
                    seen=self.seen.get(place, 0),
                    fates=dict.fromkeys(FATES, 0) | self.fates.get(place, {}),
                )
                for place in places
            ),
            differences=tuple(
                Difference(
                    channel=place[0],
                    day=day_of(place),
                    what=what,
                    count=len(found),
                    contacts=tuple(sorted(found)[:EXAMPLES]),
                )
                for (place, what), found in sorted(
                    self._wrong.items(), key=lambda one: (one[0][0][1], one[0][0][0], one[0][1])
                )
            ),
        )

    def _add(self, place: Place, fate: str, number: int) -> None:
        counts = self.fates.setdefault(place, {})
        counts[fate] = counts.get(fate, 0) + number


def first_since(connection: Connection, since: datetime) -> int | None:
    """The first contact that was taken in since a moment, by the first event that it has: ids are times.

    Those of one commit are in no order among themselves, so the lowest of more than a commit holds is taken.
    """
    floor = f"{max(0, int(since.timestamp() * 1000)):012x}"
    told = (
        select(events.c.effect_key)
        .where(events.c.id >= floor, events.c.name.in_(["ContactChecked", "ContactReceived"]))
        .order_by(events.c.id)
        .limit(_COMMIT)
    )
    keys = connection.execute(told).scalars().all()
    return min((int(key.partition(":")[2]) for key in keys), default=None)


def _receipt_of(connection: Connection, contact: int) -> int:
    """The first receipt behind those of the contacts before this one: its own may be what is missing."""
    # By rows and not by numbers: PostgreSQL burns a number for each message that is handed in again.
    rows = select(contacts).where(contacts.c.id < contact).order_by(contacts.c.id.desc()).limit(_COMMIT)
    before = rows.subquery()
    own = and_(receipts.c.channel == before.c.channel, receipts.c.source_key == before.c.source_key)
    # Asked for each row, by the index: joined, all receipts of a small desk would be read.
    number = select(receipts.c.id).where(own).correlate(before).scalar_subquery().label("id")
    numbers = select(number).select_from(before).subquery()
    found = select(func.max(numbers.c.id))
    return int(connection.execute(found).scalar_one_or_none() or 0) + 1


_OWN = and_(receipts.c.channel == contacts.c.channel, receipts.c.source_key == contacts.c.source_key)
"""The receipt under whose key a contact was written: the first time that its message was handed in."""
_IS_NEW = contacts.c.state == "new"
_IS_SOUND = or_(
    and_(contacts.c.state.in_(["ticket", "reply"]), tickets.c.id.is_not(None), contacts.c.entry.is_not(None)),
    and_(contacts.c.state == "aside", contacts.c.reason != ""),
    contacts.c.state == "dead",
)
_FATE = case(
    (contacts.c.id.is_(None), _MISSING),
    (~_OWN, "duplicate"),
    (contacts.c.state == _PURGED, "deleted"),
    (_IS_NEW, _NEW),
    (_IS_SOUND, contacts.c.state),
    else_=_UNSOUND,
)
_SIDES = receipts.outerjoin(contacts, contacts.c.id == receipts.c.contact).outerjoin(
    tickets, tickets.c.id == contacts.c.ticket
)


def _bucket(moment: ColumnElement[Any], begins: Sequence[datetime]) -> ColumnElement[int]:
    """The place of a moment's day."""
    later = [(moment >= begin, at) for at, begin in reversed(list(enumerate(begins)))]
    return case(*later, else_=-1)


def _handed_in(first: int, begins: Sequence[datetime]) -> Select[Any]:
    bucket = _bucket(receipts.c.at, begins).label("bucket")
    counted = func.count().label("rows"), func.sum(receipts.c.seen).label("seen")
    return (
        select(receipts.c.channel, bucket, _FATE.label("fate"), *counted)
        .select_from(_SIDES)
        .where(receipts.c.id >= first)
        .group_by(receipts.c.channel, "bucket", "fate")
    )


def _unsound(first: int, begins: Sequence[datetime]) -> Select[Any]:
    what = case((contacts.c.id.is_(None), MISSING), else_=UNSOUND)
    bad = or_(contacts.c.id.is_(None), and_(_OWN, contacts.c.state.not_in(["new", _PURGED]), ~_IS_SOUND))
    bucket = _bucket(receipts.c.at, begins).label("bucket")
    return (
        select(receipts.c.channel, bucket, what.label("what"), receipts.c.contact)
        .select_from(_SIDES)
        .where(receipts.c.id >= first, bad)
    )


def _still_new(first: int, begins: Sequence[datetime]) -> Select[Any]:
    """Contacts that are still to be handled, each with whether there is work for it, or a dead letter."""
    steps = [literal(prefix) + cast(contacts.c.id, Text) for prefix in ("checked:", "received:", "released:")]
    told = events.c.effect_key.in_(steps)
    # By the stream, of which there is an index.
    waits = select(1).where(told, work.c.stream == contacts.c.stream, work.c.event == events.c.id).exists()
    given_up = dead_letters.c.event == events.c.id, dead_letters.c.replayed_at.is_(None)
    dead = select(1).where(told, *given_up).exists()
    bucket = _bucket(contacts.c.received_at, begins).label("bucket")
    return select(contacts.c.id, contacts.c.channel, bucket, waits.label("waits"), dead.label("dead")).where(
        contacts.c.id >= first, _IS_NEW
    )


def _unannounced(first: int, begins: Sequence[datetime]) -> Select[Any]:
    bucket = _bucket(contacts.c.received_at, begins).label("bucket")
    return (
        select(contacts.c.channel, bucket, literal(UNANNOUNCED).label("what"), contacts.c.id.label("contact"))
        .select_from(contacts.outerjoin(receipts, _OWN))
        .where(contacts.c.id >= first, receipts.c.id.is_(None))
    )


def window(now: datetime, span: timedelta, zone: tzinfo) -> list[tuple[date, datetime]]:
    """The days in a zone from ``span`` ago until today, each with the moment (UTC) at which it begins."""
    first, last = (moment.astimezone(zone).date() for moment in (now - span, now))
    days = [first + timedelta(days=later) for later in range((last - first).days + 1)]
    return [(day, datetime.combine(day, time(), zone).astimezone(UTC)) for day in days]
