"""By what a source's own conversations are found again."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import name, number

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table("threads", name("key"), number("ticket", nullable=False))
    op.create_index("ix_threads_ticket", "threads", ["ticket"])
