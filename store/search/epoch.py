"""When the search's files have to be made anew everywhere, because words are to be gone from them.

A row that is taken out of an index stays in its file until the index tidies up by itself. So whoever takes
people's words out of the desk begins another epoch, and every host throws away the files of earlier ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from store.tables import counters

if TYPE_CHECKING:
    from sqlalchemy import Connection

_EPOCH = "search"
_GONE = "answers_gone"
"""How many answers were deleted since the epoch began."""


def current(connection: Connection) -> int:
    """The number of the epoch; 0 where none was begun yet."""
    return _value(connection, _EPOCH)


def begin(connection: Connection) -> None:
    """Begin another one."""
    _add(connection, _EPOCH, 1)


def note_gone(connection: Connection, answers: int) -> None:
    """Say that so many answers were deleted; `begin_if_gone` comes after the last of them."""
    if answers:
        _add(connection, _GONE, answers)


def begin_if_gone(connection: Connection) -> bool:
    """Begin another epoch where answers were deleted in this one; says whether."""
    gone = _value(connection, _GONE)
    if gone:
        _add(connection, _GONE, -gone)
        begin(connection)
    return bool(gone)


def _value(connection: Connection, name: str) -> int:
    return connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar() or 0


def _add(connection: Connection, name: str, number: int) -> None:
    grown = update(counters).where(counters.c.name == name).values(value=counters.c.value + number)
    if not connection.execute(grown).rowcount:
        connection.execute(insert(counters).values(name=name, value=number))
