"""The database's own errors under a name that handlers may know."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

DatabaseError = SQLAlchemyError
"""Raised by any read or write; the transaction it came from is of no further use."""
