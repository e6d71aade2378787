"""Who is at work, and the dead letters that wait for a person."""

from __future__ import annotations

from alembic import op

from store.migrations.kit import index_where, name, texts, time

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("presences", name("id"), *texts("role", "host"), time("since"), time("seen_at"))
    index_where("ix_dead_letters_event", "dead_letters", "event", "replayed_at IS NULL")


def downgrade() -> None:
    op.drop_index("ix_dead_letters_event", "dead_letters")
    op.drop_table("presences")
