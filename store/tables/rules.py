"""What rules keep on tickets, the calls that they make to other systems, and what traces say of them."""

from __future__ import annotations

from sqlalchemy import Column, Table

from store.columns import Number, Words, count_column, index_where, key, metadata, text_column, time_column

ticket_fields = Table(
    "ticket_fields",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("name", Words, primary_key=True),
    text_column("value"),
)

legends = Table(
    "legends",
    metadata,
    Column("key", Words, primary_key=True),
    text_column("body"),
)

calls = Table(
    "calls",
    metadata,
    key(),
    Column("effect_key", Words, nullable=False, unique=True),
    Column("ticket", Number, index=True),
    text_column("webhook"),
    text_column("body"),
    Column("policy_version", Number),
    text_column("state", "waiting"),
    count_column("attempts"),
    time_column("created_at"),
    time_column("due_at"),
    Column("lease", Words),
    time_column("until", nullable=True),
    time_column("done_at", nullable=True),
    text_column("answer"),
    sqlite_autoincrement=True,
)

# Only what still waits is looked for by time; calls that were made must not make that slower.
index_where("ix_calls_due", calls.c.due_at, calls.c.state == "waiting")
