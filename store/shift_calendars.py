"""When people work by calendars that are kept elsewhere: the last version of each that could be read.

What is kept is plain times, so that whoever assigns never parses a calendar.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import shift_calendars

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection

_KEPT = 64


class Worked(msgspec.Struct, frozen=True, array_like=True):
    """A time, in seconds since 1970, in which ``who`` work: addresses, or everybody where nobody is named."""

    start: int
    end: int
    who: tuple[str, ...] = ()


class Listed(NamedTuple):
    """What one calendar says; ``digest`` tells two versions apart, and is empty before the first."""

    digest: str
    times: tuple[Worked, ...]


class Ask(NamedTuple):
    """A calendar to be read: its shift's name, and where and how (zone and place) it was asked for."""

    name: str
    asked: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How reading a calendar goes; ``asked`` is what was to be read by then. UTC."""

    name: str
    asked: str
    due_at: datetime
    read_at: datetime | None
    digest: str
    trouble: str
    trouble_since: datetime | None


_decoded: dict[str, tuple[Worked, ...]] = {}
_columns = [shift_calendars.c[name] for name in State.__struct_fields__]


def listed(connection: Connection, names: Collection[str]) -> dict[str, Listed]:
    """The last good versions of these calendars; one that was never read says nothing."""
    found = dict.fromkeys(names, Listed("", ()))
    if not names:
        return found
    table = shift_calendars.c
    asked = select(table.name, table.digest).where(table.name.in_(list(names)), table.digest != "")
    for name, digest in connection.execute(asked).all():
        if digest not in _decoded:
            row = connection.execute(select(table.digest, table.periods).where(table.name == name)).one()
            found[name] = Listed(row.digest, msgspec.json.decode(row.periods, type=tuple[Worked, ...]))
            _keep(found[name])
        else:
            found[name] = Listed(digest, _decoded[digest])
    return found


def states(connection: Connection) -> dict[str, State]:
    """How every calendar fares that was ever to be read, by name."""
    return {row["name"]: State(**row) for row in connection.execute(select(*_columns)).mappings()}


def claim(connection: Connection, ask: Ask, seen: State | None, until: datetime) -> bool:
    """Take it upon oneself to read a calendar before ``until``; no where somebody else just did."""
    if seen is None:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        made = dialect.insert(shift_calendars).values(name=ask.name, asked=ask.asked, due_at=until)
        new = made.on_conflict_do_nothing().returning(shift_calendars.c.name)
        return connection.execute(new).first() is not None
    mine = (shift_calendars.c.name == ask.name) & (shift_calendars.c.due_at == seen.due_at)
    taken = update(shift_calendars).where(mine & (shift_calendars.c.asked == seen.asked))
    return bool(connection.execute(taken.values(asked=ask.asked, due_at=until)).rowcount)


def keep(
    connection: Connection, ask: Ask, times: Sequence[Worked], *, now: datetime, due_at: datetime
) -> bool:
    """Put what was read in force; whether it differs from what was. Nothing where another was asked since."""
    periods = msgspec.json.encode(times).decode()
    digest = hashlib.sha256(periods.encode()).hexdigest()
    mine = _is(ask)
    good = {"read_at": now, "due_at": due_at, "trouble": "", "trouble_since": None}
    connection.execute(update(shift_calendars).where(mine).values(**good))
    changed = update(shift_calendars).where(mine & (shift_calendars.c.digest != digest))
    return bool(connection.execute(changed.values(digest=digest, periods=periods)).rowcount)


def fail(connection: Connection, ask: Ask, trouble: str, *, now: datetime, due_at: datetime) -> None:
    """Write down why it could not be read; the last good version stays in force."""
    mine = _is(ask)
    connection.execute(update(shift_calendars).where(mine).values(trouble=trouble, due_at=due_at))
    since = update(shift_calendars).where(mine & shift_calendars.c.trouble_since.is_(None))
    connection.execute(since.values(trouble_since=now))


def _is(ask: Ask) -> ColumnElement[bool]:
    return (shift_calendars.c.name == ask.name) & (shift_calendars.c.asked == ask.asked)


def _keep(version: Listed) -> None:
    while len(_decoded) >= _KEPT:
        _decoded.pop(next(iter(_decoded)), None)
    _decoded[version.digest] = version.times
