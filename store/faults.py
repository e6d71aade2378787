"""The database's own errors under a name that handlers may know."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
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
