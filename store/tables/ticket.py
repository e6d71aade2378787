"""The tickets and all that stands on them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table

from store.columns import Number, Words, given_key, index_where, key, metadata, text_column, time_column

people = Table(
    "people",
    metadata,
    Column("address", Words, primary_key=True),
    text_column("name"),
    text_column("language"),
    time_column("first_seen"),
    time_column("bounced_at", nullable=True),
    text_column("bounce_status"),
    text_column("tags", "[]"),
    time_column("asked_at", nullable=True),
    Column("tags_by_hand", Words),
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
    Column("requester", Words, nullable=False, default="", index=True),
    text_column("trust", "unverified"),
    text_column("tags", "[]"),
    time_column("created_at"),
    time_column("updated_at"),
    time_column("answered_at", nullable=True),
    time_column("solved_at", nullable=True),
    text_column("unacknowledged_by"),
    text_column("acknowledge_with"),
    text_column("sla"),
    text_column("waits"),
    Column("policy_version", Number),
    Column("merged_into", Number),
)

# Few tickets wait for an agent, and those that do are looked at every few seconds.
index_where("ix_tickets_waits", tickets.c.waits, tickets.c.waits != "")

bookings = Table(
    "bookings",
    metadata,
    key(),
    Column("ticket", Number, nullable=False, index=True),
    Column("agent", Words, nullable=False),
    time_column("starts_at"),
    time_column("ends_at"),
    Index("ix_bookings_agent_starts_at", "agent", "starts_at"),
    sqlite_autoincrement=True,
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
