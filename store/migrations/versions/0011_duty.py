"""What assignment goes by: tickets that wait, what agents' tickets weigh, who is away, what is booked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.kit import index_where, key, number, texts, time

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WEIGHED = """
UPDATE agents SET weight = coalesce((
    SELECT sum(CASE priority WHEN 'urgent' THEN 8 WHEN 'high' THEN 4 WHEN 'low' THEN 1 ELSE 2 END)
    FROM tickets WHERE tickets.agent = agents.id AND tickets.status NOT IN ('solved', 'closed')
), 0)
"""
_WAITING = """
UPDATE tickets SET waits = group_name || '|' || language || '|'
WHERE agent = '' AND group_name <> '' AND status NOT IN ('solved', 'closed')
"""


def upgrade() -> None:
    """Add the columns, count what is open, and let what has no agent wait for one."""
    op.add_column("agents", sa.Column("weight", sa.Integer, nullable=False, server_default="0"))
    op.add_column("agents", sa.Column("absences", sa.Text, nullable=False, server_default="[]"))
    op.add_column("tickets", sa.Column("waits", sa.Text, nullable=False, server_default=""))
    op.execute(_WEIGHED)
    op.execute(_WAITING)
    index_where("ix_tickets_waits", "tickets", "waits", "waits <> ''")
    op.create_table(
        "bookings",
        key(),
        number("ticket", nullable=False),
        *texts("agent"),
        time("starts_at"),
        time("ends_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bookings_ticket", "bookings", ["ticket"])
    op.create_index("ix_bookings_agent_starts_at", "bookings", ["agent", "starts_at"])
