"""The tables, as Core objects; Alembic's migrations make them and a test compares the two.

There are no foreign keys: rows of several tables are flushed together from prebuilt statements, ids are never
reused (AUTOINCREMENT, sequences), and ``despacho doctor`` checks the references instead. Only indexes that a hot
query needs are here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

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
        if value.tzinfo is None:
            message = "a time without a zone reached the store"
            raise ValueError(message)
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give every time back aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite gives out automatic keys only for a column that is literally INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[Any]:
    return Column("id", Number, primary_key=True, autoincrement=True)


def _given_key() -> Column[Any]:
    return Column("id", Number, primary_key=True, autoincrement=False)


def _text(name: str, default: str = "") -> Column[Any]:
    return Column(name, Text, nullable=False, default=default)


def _time(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Moment, nullable=nullable)


def _count(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False, default=0)


raw = Table(
    "raw",
    metadata,
    Column("key", Text, primary_key=True),
    Column("size", Number, nullable=False),
    Column("data", LargeBinary),
    Column("path", Text),
    _time("at"),
)

contacts = Table(
    "contacts",
    metadata,
    _key(),
    Column("content_key", Text, nullable=False, unique=True),
    _text("channel"),
    _text("mailbox"),
    _text("source_key"),
    _text("raw"),
    _text("envelope"),
    _text("stream"),
    _time("received_at"),
    _text("state", "new"),
    _text("reason"),
    _text("detail"),
    Column("ticket", Number),
    Column("entry", Number),
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipts",
    metadata,
    _key(),
    _text("channel"),
    _text("source_key"),
    Column("contact", Number, nullable=False),
    Column("seen", Integer, nullable=False, default=1),
    _time("at"),
    UniqueConstraint("channel", "source_key"),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    Column("contact", Number, primary_key=True, autoincrement=False),
    _text("body"),
)

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    _text("name"),
    _time("at"),
    Column("stream", Text, nullable=False, index=True),
    Column("effect_key", Text, nullable=False, unique=True),
    _text("body"),
)

work = Table(
    "work",
    metadata,
    _key(),
    _text("event"),
    _text("name"),
    Column("handler", Text),
    _text("stream"),
    _time("due_at"),
    _count("attempts"),
    _count("deaths"),
    Column("lease", Text),
    _time("until", nullable=True),
    Index("ix_work_stream_id", "stream", "id"),
    sqlite_autoincrement=True,
)

ledger = Table(
    "ledger",
    metadata,
    _key(),
    _time("at"),
    _text("event"),
    Column("handler", Text),
    _text("what"),
    _text("reason"),
    _text("detail"),
    sqlite_autoincrement=True,
)

dead_letters = Table(
    "dead_letters",
    metadata,
    _key(),
    _time("at"),
    _text("event"),
    Column("handler", Text),
    _text("reason"),
    _text("detail"),
    _count("attempts"),
    _count("deaths"),
    _time("replayed_at", nullable=True),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("address", Text, primary_key=True),
    _text("name"),
    _text("language"),
    _time("first_seen"),
    _time("bounced_at", nullable=True),
    _text("bounce_status"),
)

tickets = Table(
    "tickets",
    metadata,
    _given_key(),
    _text("subject"),
    Column("status", Text, nullable=False, default="new", index=True),
    _text("priority", "normal"),
    _text("group_name"),
    _text("agent"),
    _text("mailbox"),
    _text("channel"),
    _text("language"),
    _text("requester"),
    _text("trust", "unverified"),
    _text("tags", "[]"),
    _time("created_at"),
    _time("updated_at"),
    _time("answered_at", nullable=True),
    _time("solved_at", nullable=True),
    _text("unacknowledged_by"),
    Column("policy_version", Number),
)

entries = Table(
    "entries",
    metadata,
    _given_key(),
    Column("ticket", Number, nullable=False, index=True),
    Column("contact", Number),
    _text("kind"),
    _text("author"),
    _text("text"),
    Column("public", Boolean, nullable=False, default=False),
    _time("at"),
    _text("message_id"),
    _text("flag"),
)

participants = Table(
    "participants",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("address", Text, primary_key=True),
    _text("name"),
    _text("role"),
)

message_ids = Table(
    "message_ids",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("ticket", Number, primary_key=True, autoincrement=False),
)

traces = Table(
    "traces",
    metadata,
    _key(),
    Column("ticket", Number, index=True),
    Column("contact", Number),
    _text("event"),
    _text("handler"),
    _time("at"),
    Column("policy_version", Number),
    _text("body"),
    sqlite_autoincrement=True,
)

timers = Table(
    "timers",
    metadata,
    _key(),
    Column("ticket", Number, nullable=False),
    _text("which"),
    Column("level", Integer, nullable=False, default=1),
    _time("due_at"),
    Index("ix_timers_due_at", "due_at"),
    UniqueConstraint("ticket", "which", "level"),
    sqlite_autoincrement=True,
)

outgoing = Table(
    "outgoing",
    metadata,
    _given_key(),
    Column("effect_key", Text, nullable=False, unique=True),
    Column("ticket", Number, index=True),
    Column("entry", Number),
    _text("reason"),
    _text("recipient"),
    _text("domain"),
    _text("mail_from"),
    _text("message_id"),
    _text("letter"),
    Column("bytes", LargeBinary),
    _text("state", "waiting"),
    _count("attempts"),
    _time("created_at"),
    _time("due_at"),
    Column("lease", Text),
    _time("until", nullable=True),
    _time("dot_at", nullable=True),
    _time("done_at", nullable=True),
    _text("answer"),
)

# Only what is still to be sent is looked for by time; sent mail must not make that slower.
Index(
    "ix_outgoing_due",
    outgoing.c.due_at,
    sqlite_where=outgoing.c.state.in_(["waiting", "sending"]),
    postgresql_where=outgoing.c.state.in_(["waiting", "sending"]),
)

Index(
    "ix_outgoing_digest",
    outgoing.c.state,
    sqlite_where=outgoing.c.state == "digest",
    postgresql_where=outgoing.c.state == "digest",
)

throttles = Table(
    "throttles",
    metadata,
    Column("key", Text, primary_key=True),
    _time("until"),
    _count("count"),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Text, primary_key=True),
    _count("open_tickets"),
    _time("assigned_at", nullable=True),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    _key(),
    _time("at"),
    _text("digest"),
    _text("author"),
    _text("files"),
    sqlite_autoincrement=True,
)

signing_keys = Table(
    "signing_keys",
    metadata,
    _key(),
    _time("at"),
    Column("secret", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Number, nullable=False, default=0),
)
