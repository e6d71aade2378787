"""Which mailboxes went live by a person's word."""

from __future__ import annotations

from sqlalchemy import Column, Table

from store.columns import Words, metadata, text_column, time_column

gone_live = Table(
    "gone_live",
    metadata,
    Column("mailbox", Words, primary_key=True),
    time_column("at"),
    text_column("who"),
)
