"""What was promised on tickets by SLA policies: since when, with which pauses, and what came of it."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import count, given, name, texts, time

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "deadlines",
        given("ticket"),
        name("which"),
        *texts("sla", "pauses", "taken"),
        count("round"),
        time("started_at"),
        time("paused_at", nullable=True),
        time("due_at", nullable=True),
        time("met_at", nullable=True),
    )
