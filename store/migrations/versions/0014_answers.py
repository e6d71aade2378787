"""Which article answered a ticket."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import given, number, texts, time

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "answers",
        given("ticket"),
        *texts("article", "agent"),
        time("at"),
        number("changed", nullable=False),
    )
    op.create_index("ix_answers_article", "answers", ["article"])
    op.create_index("ix_answers_changed", "answers", ["changed"])
