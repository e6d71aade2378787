"""Automatic mail that was held back, until a person says what becomes of it."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import index_where, name, number, texts, time

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "withheld",
        name("effect_key"),
        number("ticket", nullable=False),
        number("contact"),
        *texts("template", "body", "rule", "because", "why"),
        time("at"),
        *texts("became"),
        time("done_at", nullable=True),
    )
    op.create_index("ix_withheld_ticket", "withheld", ["ticket"])
    index_where("ix_withheld_at", "withheld", "at", "became = ''")
