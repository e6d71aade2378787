"""Count what retention and forgetting delete, by the day of what was deleted and by its channel.

The counts are written in the transaction that deletes, so the books balance at any moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from store.bulk import BulkInsert
from store.tables import deletions

if TYPE_CHECKING:
    from collections import Counter
    from datetime import datetime

RETENTION, FORGET = "retention", "forget"
"""Why something was deleted."""
KINDS = ("raw", "message", "entry", "outgoing", "trace", "event", "ledger", "ticket", "aside", "person")
"""What was deleted or had its words taken out: rows of a table, or a whole ticket or contact set aside."""

_add = BulkInsert(
    deletions,
    ("deleted_on", "day", "channel", "cause", "kind", "count"),
    skip=("deleted_on", "day", "channel", "cause", "kind"),
    add="count",
)


def day_of(moment: datetime) -> str:
    """The day of a UTC time, as the table has it."""
    return f"{moment:%Y-%m-%d}"


def count(
    connection: Connection, counted: Counter[tuple[str, str, str]], *, cause: str, now: datetime
) -> None:
    """Add what was deleted: numbers by (kind, channel, day of what was deleted)."""
    rows = sorted(
        (day_of(now), day, channel, cause, kind, number)
        for (kind, channel, day), number in counted.items()
        if number
    )
    _add.run(connection, rows)


def sums(connection: Connection, cause: str) -> dict[str, int]:
    """How many of each kind were deleted for a cause, ever."""
    total = func.sum(deletions.c["count"])
    statement = select(deletions.c.kind, total).where(deletions.c.cause == cause).group_by(deletions.c.kind)
    return {kind: int(number) for kind, number in connection.execute(statement.order_by(deletions.c.kind))}
