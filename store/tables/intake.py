"""What came in: the exact bytes, the contacts, how often each was seen."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, UniqueConstraint

from store.columns import Number, Words, index_where, key, metadata, text_column, time_column

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

index_where("ix_contacts_aside_at", contacts.c.aside_at, contacts.c.aside_at.is_not(None))

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
