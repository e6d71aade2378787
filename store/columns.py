"""The columns that tables are made of: aware times, numbers, texts with defaults."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Index, Integer, MetaData, Text, TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps it as text without a zone, PostgreSQL as ``timestamptz``."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times here rather than guess a zone later."""
        if value is None:
            return None
        aware(value)
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give every time back aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def aware(value: datetime) -> datetime:
    """The time itself; raises `ValueError` where it has no zone."""
    if value.tzinfo is None:
        message = "a time without a zone reached the store"
        raise ValueError(message)
    return value


@functools.lru_cache(maxsize=256)
def sqlite_time(value: datetime | None) -> str | None:
    """As SQLAlchemy writes times for SQLite, in UTC and without a zone; one goes into several tables."""
    if value is None:
        return None
    return aware(value).astimezone(UTC).isoformat(" ", "microseconds")[: -len("+00:00")]


class Words(TypeDecorator[str]):
    """Text as any database takes it: NUL and lone surrogates become U+FFFD, whoever wrote them.

    Parsers clean what they read; this is the last line, because one such character fails a whole batch.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text without what PostgreSQL (NUL) or UTF-8 (surrogates) refuse."""
        return value if value is None else storable(value)


def storable(text: str) -> str:
    """The text itself, or with U+FFFD in the place of each NUL and lone surrogate."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def all_storable(texts: Sequence[str | None]) -> Sequence[str | None]:
    """A whole column of texts as `storable` gives each."""
    # Nearly all texts are plain: to see that of all at once is cheaper than of each.
    together = "".join(filter(None, texts))
    if together.isascii() and "\0" not in together:
        return texts
    return [text if text is None else storable(text) for text in texts]


# SQLite gives out automatic keys only for a column that is literally INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


def key() -> Column[Any]:
    """A primary key that the database gives, and never gives twice."""
    return Column("id", Number, primary_key=True, autoincrement=True)


def given_key() -> Column[Any]:
    """A primary key that the batch gives (`store.numbers`)."""
    return Column("id", Number, primary_key=True, autoincrement=False)


def text_column(name: str, default: str = "") -> Column[Any]:
    """A text that is never null."""
    return Column(name, Words, nullable=False, default=default)


def time_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """A UTC time."""
    return Column(name, Moment, nullable=nullable)


def count_column(name: str) -> Column[Any]:
    """A number that starts at 0."""
    return Column(name, Integer, nullable=False, default=0)


def index_where(name: str, column: Column[Any], condition: ColumnElement[bool]) -> None:
    """An index of only those rows of which the condition holds."""
    Index(name, column, sqlite_where=condition, postgresql_where=condition)
