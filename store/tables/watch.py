"""Who is at work on this desk just now."""

from __future__ import annotations

from sqlalchemy import Column, Table

from store.columns import Words, metadata, text_column, time_column

presences = Table(
    "presences",
    metadata,
    Column("id", Words, primary_key=True),
    text_column("role"),
    text_column("host"),
    time_column("since"),
    time_column("seen_at"),
)
