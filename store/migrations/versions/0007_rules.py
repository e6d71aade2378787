"""What rules keep: fields of the desk's own, people's tags, an SLA policy's name, calls to other systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.kit import count, given, index_where, key, name, number, text, texts, time

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty on what is there, and make the tables."""
    for column in ("sla", "acknowledge_with"):
        op.add_column("tickets", sa.Column(column, sa.Text, nullable=False, server_default=""))
    op.create_index("ix_tickets_requester", "tickets", ["requester"])
    op.add_column("people", sa.Column("tags", sa.Text, nullable=False, server_default="[]"))
    op.create_table("ticket_fields", given("ticket"), name("name"), *texts("value"))
    op.create_table(
        "calls",
        key(),
        *texts("effect_key", "webhook", "body", "state", "answer"),
        number("ticket"),
        number("policy_version"),
        count("attempts"),
        time("created_at"),
        time("due_at"),
        text("lease"),
        time("until", nullable=True),
        time("done_at", nullable=True),
        sa.UniqueConstraint("effect_key"),
        sqlite_autoincrement=True,
    )
    index_where("ix_calls_due", "calls", "due_at", "state = 'waiting'")
