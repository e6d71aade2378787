"""The tables, as Core objects; Alembic's migrations make them and a test compares the two.

No foreign keys: rows of several tables are flushed together from prebuilt statements, ids are never reused
(AUTOINCREMENT, sequences), and ``despacho doctor`` checks references instead. Indexes are for hot queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, UniqueConstraint

from store.columns import Number, Words, count_column, given_key, key, metadata, text_column, time_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def _index_where(name: str, column: Column[Any], condition: ColumnElement[bool]) -> None:
    """An index of only those rows of which the condition holds."""
    Index(name, column, sqlite_where=condition, postgresql_where=condition)


raw = Table(
    "raw",
    metadata,
    Column("key", Words, primary_key=True),
    Column("size", Number, nullable=False),
    Column("data", LargeBinary),
    Column("path", Words),
    time_column("at"),
)

contacts = Table(
    "contacts",
    metadata,
    key(),
    Column("content_key", Words, nullable=False, unique=True),
    text_column("channel"),
    text_column("mailbox"),
    text_column("source_key"),
    text_column("raw"),
    text_column("envelope"),
    text_column("stream"),
    time_column("received_at"),
    text_column("state", "new"),
    text_column("reason"),
    text_column("detail"),
    Column("ticket", Number),
    Column("entry", Number),
    time_column("aside_at", nullable=True),
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipts",
    metadata,
    key(),
    text_column("channel"),
    text_column("source_key"),
    Column("contact", Number, nullable=False),
    Column("seen", Integer, nullable=False, default=1),
    time_column("at"),
    UniqueConstraint("channel", "source_key"),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    Column("contact", Number, primary_key=True, autoincrement=False),
    text_column("body"),
)

events = Table(
    "events",
    metadata,
    Column("id", Words, primary_key=True),
    text_column("name"),
    time_column("at"),
    text_column("stream"),
    Column("effect_key", Words, nullable=False, unique=True),
    text_column("body"),
)

work = Table(
    "work",
    metadata,
    key(),
    text_column("event"),
    text_column("name"),
    Column("handler", Words),
    text_column("stream"),
    time_column("due_at"),
    count_column("attempts"),
    count_column("deaths"),
    Column("lease", Words),
    time_column("until", nullable=True),
    Index("ix_work_stream_id", "stream", "id"),
    sqlite_autoincrement=True,
)

# Errands are few among much work.
_index_where("ix_work_errands", work.c.id, work.c.name == "ContactReceived")

ledger = Table(
    "ledger",
    metadata,
    key(),
    time_column("at"),
    text_column("event"),
    Column("handler", Words),
    text_column("what"),
    text_column("reason"),
    text_column("detail"),
    sqlite_autoincrement=True,
)

dead_letters = Table(
    "dead_letters",
    metadata,
    key(),
    time_column("at"),
    text_column("event"),
    Column("handler", Words),
    text_column("reason"),
    text_column("detail"),
    count_column("attempts"),
    count_column("deaths"),
    time_column("replayed_at", nullable=True),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("address", Words, primary_key=True),
    text_column("name"),
    text_column("language"),
    time_column("first_seen"),
    time_column("bounced_at", nullable=True),
    text_column("bounce_status"),
)

tickets = Table(
    "tickets",
    metadata,
    given_key(),
    text_column("subject"),
    Column("status", Words, nullable=False, default="new", index=True),
    text_column("priority", "normal"),
    text_column("group_name"),
    text_column("agent"),
    text_column("mailbox"),
    text_column("channel"),
    text_column("language"),
    text_column("requester"),
    text_column("trust", "unverified"),
    text_column("tags", "[]"),
    time_column("created_at"),
    time_column("updated_at"),
    time_column("answered_at", nullable=True),
    time_column("solved_at", nullable=True),
    text_column("unacknowledged_by"),
    Column("policy_version", Number),
)

entries = Table(
    "entries",
    metadata,
    given_key(),
    Column("ticket", Number, nullable=False, index=True),
    Column("contact", Number),
    text_column("kind"),
    text_column("author"),
    text_column("text"),
    Column("public", Boolean, nullable=False, default=False),
    time_column("at"),
    text_column("message_id"),
    text_column("flag"),
)

participants = Table(
    "participants",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("address", Words, primary_key=True),
    text_column("name"),
    text_column("role"),
)

message_ids = Table(
    "message_ids",
    metadata,
    Column("message_id", Words, primary_key=True),
    Column("ticket", Number, primary_key=True, autoincrement=False),
)

traces = Table(
    "traces",
    metadata,
    key(),
    Column("ticket", Number, index=True),
    Column("contact", Number),
    text_column("event"),
    text_column("handler"),
    time_column("at"),
    Column("policy_version", Number),
    text_column("body"),
    sqlite_autoincrement=True,
)

timers = Table(
    "timers",
    metadata,
    key(),
    Column("ticket", Number, nullable=False),
    text_column("which"),
    Column("level", Integer, nullable=False, default=1),
    time_column("due_at"),
    Index("ix_timers_due_at", "due_at"),
    UniqueConstraint("ticket", "which", "level"),
    sqlite_autoincrement=True,
)

outgoing = Table(
    "outgoing",
    metadata,
    given_key(),
    Column("effect_key", Words, nullable=False, unique=True),
    Column("ticket", Number, index=True),
    Column("entry", Number),
    text_column("reason"),
    text_column("recipient"),
    text_column("domain"),
    text_column("mail_from"),
    text_column("message_id"),
    text_column("letter"),
    Column("bytes", LargeBinary),
    text_column("state", "waiting"),
    count_column("attempts"),
    time_column("created_at"),
    time_column("due_at"),
    Column("lease", Words),
    time_column("until", nullable=True),
    time_column("dot_at", nullable=True),
    time_column("done_at", nullable=True),
    text_column("answer"),
)

# Only what is still to be sent is looked for by time; sent mail must not make that slower.
_index_where("ix_outgoing_due", outgoing.c.due_at, outgoing.c.state.in_(["waiting", "sending"]))
_index_where("ix_contacts_aside_at", contacts.c.aside_at, contacts.c.aside_at.is_not(None))
_index_where("ix_outgoing_digest", outgoing.c.state, outgoing.c.state == "digest")
# Events are looked for by ticket. Those of mail that has no ticket yet are in no order at all, and finding a
# place for each took 15 % of writing a mail down; their streams sort before "ticket:".
_index_where("ix_events_stream", events.c.stream, events.c.stream >= "ticket:")

throttles = Table(
    "throttles",
    metadata,
    Column("key", Words, primary_key=True),
    time_column("until"),
    count_column("count"),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Words, primary_key=True),
    count_column("open_tickets"),
    time_column("assigned_at", nullable=True),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    key(),
    time_column("at"),
    text_column("digest"),
    text_column("author"),
    text_column("files"),
    sqlite_autoincrement=True,
)

signing_keys = Table(
    "signing_keys",
    metadata,
    key(),
    time_column("at"),
    Column("secret", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

counters = Table(
    "counters",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Number, nullable=False, default=0),
)
