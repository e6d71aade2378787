"""Large values are compressed with LZ4 where PostgreSQL has it: its own way takes twenty times as long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LARGE = (
    ("raw", "data"),
    ("contacts", "envelope"),
    ("messages", "body"),
    ("entries", "text"),
    ("events", "body"),
    ("traces", "body"),
    ("outgoing", "letter"),
    ("outgoing", "bytes"),
)
_HAS_LZ4 = "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"


def upgrade() -> None:
    """Say so for the columns that hold much; what is there stays as it is, and is read as before."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql" or not connection.execute(sa.text(_HAS_LZ4)).scalar():
        return
    for table, column in LARGE:
        op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET COMPRESSION lz4')
