"""Which mailboxes went live."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import name, texts, time

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """A row for each mailbox that a person has let go live."""
    op.create_table("gone_live", name("mailbox"), time("at"), *texts("who"))
