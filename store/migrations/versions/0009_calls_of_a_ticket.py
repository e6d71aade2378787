"""The calls of a ticket are found by the ticket: retention and forgetting take them with it."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_calls_ticket", "calls", ["ticket"])
