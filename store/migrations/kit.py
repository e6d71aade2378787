"""Short names for what migrations make. Frozen: a past step must mean the same for ever."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def key() -> sa.Column[Any]:
    """A primary key that the database gives."""
    return sa.Column("id", NUMBER, primary_key=True, autoincrement=True)


def given(name: str = "id") -> sa.Column[Any]:
    """A number that is (part of) the primary key and that we give."""
    return sa.Column(name, NUMBER, primary_key=True, autoincrement=False)


def name(column: str) -> sa.Column[Any]:
    """A text that is (part of) the primary key."""
    return sa.Column(column, sa.Text, primary_key=True)


def texts(*columns: str) -> list[sa.Column[Any]]:
    """Texts that are never null."""
    return [sa.Column(column, sa.Text, nullable=False) for column in columns]


def text(column: str) -> sa.Column[Any]:
    """A text that may be null."""
    return sa.Column(column, sa.Text)


def number(column: str, *, nullable: bool = True) -> sa.Column[Any]:
    """A large number."""
    return sa.Column(column, NUMBER, nullable=nullable)


def count(column: str) -> sa.Column[Any]:
    """A small number that is never null."""
    return sa.Column(column, sa.Integer, nullable=False)


def time(column: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A UTC time."""
    return sa.Column(column, sa.DateTime(timezone=True), nullable=nullable)


def blob(column: str, *, nullable: bool = True) -> sa.Column[Any]:
    """Bytes."""
    return sa.Column(column, sa.LargeBinary, nullable=nullable)


def index_where(index: str, table: str, column: str, condition: str) -> None:
    """An index of only those rows of which the condition holds."""
    where = sa.text(condition)
    op.create_index(index, table, [column], sqlite_where=where, postgresql_where=where)
