"""What the desk itself is: agents, policies, keys, counters."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table

from store.columns import Number, Words, count_column, key, metadata, text_column, time_column

agents = Table(
    "agents",
    metadata,
    Column("id", Words, primary_key=True),
    count_column("open_tickets"),
    time_column("assigned_at", nullable=True),
    # What is only ever added to a row, or written by itself, has its default in the database.
    Column("weight", Integer, nullable=False, server_default="0"),
    Column("absences", Words, nullable=False, server_default="[]"),
)

shift_calendars = Table(
    "shift_calendars",
    metadata,
    Column("name", Words, primary_key=True),
    text_column("asked"),
    time_column("due_at"),
    time_column("read_at", nullable=True),
    text_column("digest"),
    text_column("periods", "[]"),
    text_column("trouble"),
    time_column("trouble_since", nullable=True),
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
    time_column("valid_until", nullable=True),
    sqlite_autoincrement=True,
)

counters = Table(
    "counters",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Number, nullable=False, default=0),
)
