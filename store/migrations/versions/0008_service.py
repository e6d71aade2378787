"""How tickets are worked on: time, what was wrong and what was done, tickets that belong together, votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.kit import NUMBER, count, given, name, number, texts, time

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the two columns, empty on what is there."""
    op.add_column("tickets", sa.Column("merged_into", NUMBER))
    op.add_column("people", sa.Column("asked_at", sa.DateTime(timezone=True)))
    op.create_table(
        "time_entries",
        given("ticket"),
        given("number"),
        *texts("agent", "activity"),
        count("minutes"),
        sa.Column("billable", sa.Boolean, nullable=False),
        time("at"),
    )
    op.create_table("resolutions", given("ticket"), *texts("wrong", "done", "agent"), time("at"))
    op.create_table("ticket_links", given("ticket"), given("other"), name("kind"), time("at"))
    op.create_table(
        "satisfaction",
        given("ticket"),
        *texts("agent", "group_name", "comment"),
        number("score"),
        time("asked_at"),
        time("voted_at", nullable=True),
    )
