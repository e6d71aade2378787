"""Where the desk stands in mailboxes that it reads at servers of others."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from store.columns import Number, Words, count_column, metadata, text_column, time_column

imap_accounts = Table(
    "imap_accounts",
    metadata,
    Column("place", Words, primary_key=True),
    text_column("name"),
    text_column("holder"),
    time_column("until", nullable=True),
    time_column("looked_at", nullable=True),
    text_column("trouble"),
    time_column("trouble_since", nullable=True),
)

imap_folders = Table(
    "imap_folders",
    metadata,
    Column("place", Words, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("validity", Number, nullable=False),
    time_column("began_at"),
    time_column("since", nullable=True),
    Column("floor", Number, nullable=False),
    Column("uid", Number, nullable=False),
    Column("settled", Number, nullable=False),
    Column("copied", Number, nullable=False),
    time_column("proved_at", nullable=True),
    count_column("tries"),
    Column("trying", Number, nullable=False, default=0),
    Column("listed", Number, nullable=False, default=0),
    Column("accepted", Number, nullable=False, default=0),
    Column("known", Number, nullable=False, default=0),
    Column("cut", Number, nullable=False, default=0),
    Column("stuck", Number, nullable=False, default=0),
    Column("gone", Number, nullable=False, default=0),
    Column("old", Number, nullable=False, default=0),
)

imap_mails = Table(
    "imap_mails",
    metadata,
    Column("place", Words, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("uid", Number, primary_key=True, autoincrement=False),
    time_column("at"),
    count_column("tries"),
    text_column("what"),
)
