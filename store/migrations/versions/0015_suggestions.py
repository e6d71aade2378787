"""What was suggested on tickets, and what a desk's own questions said a suggestion is worth."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.kit import count, given, key, texts, time

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "suggestions",
        given("ticket"),
        given("number"),
        *texts("name", "language", "title"),
        count("score"),
        sa.Column("public", sa.Boolean, nullable=False),
        *texts("why", "passage", "rule", "why_not"),
        sa.Column("shown", sa.Boolean, nullable=False),
        *texts("answer"),
        time("at"),
        time("answered_at", nullable=True),
    )
    op.create_table(
        "calibrations",
        key(),
        time("at"),
        *texts("who"),
        *map(count, ("articles", "questions", "shown", "correct", "score")),
        sqlite_autoincrement=True,
    )
