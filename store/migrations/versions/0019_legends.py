"""Traces say by number which lines of which rules did not hold; what the numbers stand for is kept once."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import name, texts

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; traces that are there have their words in themselves, and stay."""
    op.create_table("legends", name("key"), *texts("body"))
