"""By its time an index of past tickets finds what was written down since it looked."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_resolutions_at", "resolutions", ["at"])
