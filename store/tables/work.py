"""What happened and what is to be done about it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from store.columns import Number, Words, count_column, index_where, key, metadata, text_column, time_column

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

# Events are looked for by ticket. Those of mail that has no ticket yet are in no order at all, and finding a
# place for each took 15 % of writing a mail down; their streams sort before "ticket:".
index_where("ix_events_stream", events.c.stream, events.c.stream >= "ticket:")

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
index_where("ix_work_errands", work.c.id, work.c.name == "ContactReceived")

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

# Those that wait for a person are few among all there ever were.
index_where("ix_dead_letters_event", dead_letters.c.event, dead_letters.c.replayed_at.is_(None))

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

deadlines = Table(
    "deadlines",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("which", Words, primary_key=True),
    text_column("sla"),
    count_column("round"),
    time_column("started_at"),
    time_column("paused_at", nullable=True),
    text_column("pauses", "[]"),
    time_column("due_at", nullable=True),
    time_column("met_at", nullable=True),
    text_column("taken", "[]"),
)
