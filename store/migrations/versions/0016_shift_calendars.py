"""Shifts from calendars that are kept elsewhere."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import name, texts, time

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "shift_calendars",
        name("name"),
        *texts("asked"),
        time("due_at"),
        time("read_at", nullable=True),
        *texts("digest", "periods", "trouble"),
        time("trouble_since", nullable=True),
    )
