"""What was deleted and whose words, and how long a signing key is valid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.kit import blob, key, name, number, texts, time

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of forgetting and retention."""
    op.create_table(
        "deletions",
        *[name(column) for column in ("deleted_on", "day", "channel", "cause", "kind")],
        number("count", nullable=False),
    )
    op.create_table(
        "forgettings",
        key(),
        *texts("person"),
        time("at"),
        time("done_at", nullable=True),
        time("cleaned_at", nullable=True),
        *texts("counts"),
        sa.UniqueConstraint("person"),
        sqlite_autoincrement=True,
    )
    op.create_table("purged_raw", name("key"), time("at"), *texts("cause"))
    op.create_table("desk_secrets", name("name"), blob("secret", nullable=False))
    op.add_column("signing_keys", time("valid_until", nullable=True))
