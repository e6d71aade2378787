"""How tickets are worked on: time, what was wrong and what was done, tickets that belong together, votes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table

from store.columns import Number, Words, count_column, metadata, text_column, time_column

time_entries = Table(
    "time_entries",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("number", Number, primary_key=True, autoincrement=False),
    text_column("agent"),
    text_column("activity"),
    count_column("minutes"),
    Column("billable", Boolean, nullable=False, default=False),
    time_column("at"),
)

# Reports and lists read the time of a period.
Index("ix_time_entries_at", time_entries.c.at)

resolutions = Table(
    "resolutions",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    text_column("wrong"),
    text_column("done"),
    text_column("agent"),
    time_column("at"),
)
# By it an index of past tickets finds what it has not taken in yet.
Index("ix_resolutions_at", resolutions.c.at)

ticket_links = Table(
    "ticket_links",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("other", Number, primary_key=True, autoincrement=False),
    Column("kind", Words, primary_key=True),
    time_column("at"),
)

satisfaction = Table(
    "satisfaction",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    text_column("agent"),
    text_column("group_name"),
    Column("score", Number),
    text_column("comment"),
    time_column("asked_at"),
    time_column("voted_at", nullable=True),
)
