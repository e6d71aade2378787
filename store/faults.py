"""The database's own errors under a name that handlers may know."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DatabaseError = SQLAlchemyError
"""Raised by any read or write; the transaction it came from is of no further use."""


_SQLITE_OUTAGES = (
    "SQLITE_BUSY",
    "SQLITE_CANTOPEN",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_LOCKED",
    "SQLITE_READONLY",
)
# Connection lost, resources used up, operator intervention, system error; no state: there was no connection.
_POSTGRESQL_OUTAGES = ("08", "53", "57", "58")


def is_passing(error: BaseException) -> bool:
    """Whether the same may go well when it is tried again: a lock, a deadlock, a time limit."""
    return isinstance(error, OperationalError | InternalError)


def is_outage(error: BaseException) -> bool:
    """Whether an error speaks of the database (away, full, locked) and not of what was to be written."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(_SQLITE_OUTAGES)
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(_POSTGRESQL_OUTAGES)


_NO_ANSWER = ("did not answer", "is it running?")
_FULL = ("has a full disk", "free some space there; nothing that was accepted is lost, and senders try again")
_SQLITE_WORDS = {
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": ("could not read or write its disk", "is the disk full, or failing?"),
    "SQLITE_CANTOPEN": ("could not be opened", "look at the permissions of its file and folder"),
    "SQLITE_READONLY": ("may not be written", "look at the permissions of its file and folder"),
    "SQLITE_BUSY": ("is locked by another process", "end what has it open, and try again"),
    "SQLITE_CORRUPT": ("is damaged", "restore it from a backup"),
    "SQLITE_NOTADB": ("is no SQLite file", "look at the path, or restore it from a backup"),
}
_POSTGRESQL_WORDS = {
    "53100": _FULL,
    "53300": ("has no connection left", "raise max_connections, or run fewer processes"),
    "57P03": ("is still starting", "try again in a moment"),
}


def explain(error: BaseException) -> tuple[str, str]:
    """What a database's error says of it, and what to do; never its own text, which may quote a statement."""
    origin = getattr(error, "orig", None)
    name = str(getattr(origin, "sqlite_errorname", ""))
    for beginning, words in _SQLITE_WORDS.items():
        if name.startswith(beginning):
            return words
    return _POSTGRESQL_WORDS.get(str(getattr(origin, "sqlstate", "")), _NO_ANSWER)
