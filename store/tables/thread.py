"""By what a source's own conversations are found again."""

from __future__ import annotations

from sqlalchemy import Column, Table

from store.columns import Number, Words, metadata

threads = Table(
    "threads",
    metadata,
    Column("key", Words, primary_key=True),
    Column("ticket", Number, nullable=False, index=True),
)
