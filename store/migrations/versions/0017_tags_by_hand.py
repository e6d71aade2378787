"""Who set a person's tags by hand is kept beside them."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("people", text("tags_by_hand"))
