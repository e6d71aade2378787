"""The knowledge base: articles, and every version that there was of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.kit import count, name, number, texts, time

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "articles",
        name("name"),
        name("language"),
        *texts("title", "body", "audience", "tags", "products", "owner", "review", "state", "digest"),
        count("version"),
        number("changed", nullable=False),
        time("at"),
    )
    op.create_index("ix_articles_changed", "articles", ["changed"])
    op.create_table(
        "article_versions",
        name("name"),
        name("language"),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        *texts("title", "body", "audience", "tags", "products", "owner", "review", "state"),
        time("at"),
    )
