"""Mailboxes at servers of others: accounts, where the desk stands in their folders, and mails of note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.kit import count, name, number, texts, time

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imap_accounts",
        name("place"),
        *texts("name", "holder"),
        time("until", nullable=True),
        time("looked_at", nullable=True),
        *texts("trouble"),
        time("trouble_since", nullable=True),
    )
    op.create_table(
        "imap_folders",
        name("place"),
        _generation(),
        number("validity", nullable=False),
        time("began_at"),
        time("since", nullable=True),
        *(number(column, nullable=False) for column in ("floor", "uid", "settled", "copied")),
        time("proved_at", nullable=True),
        count("tries"),
        *(
            number(column, nullable=False)
            for column in ("trying", "listed", "accepted", "known", "cut", "stuck", "gone", "old")
        ),
    )
    op.create_table(
        "imap_mails",
        name("place"),
        _generation(),
        sa.Column(
            "uid", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
        ),
        time("at"),
        count("tries"),
        *texts("what"),
    )


def downgrade() -> None:
    for table in ("imap_mails", "imap_folders", "imap_accounts"):
        op.drop_table(table)


def _generation() -> sa.Column[int]:
    return sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False)
