"""How satisfied requesters are: whether they have answered, and what comes out by agent and by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, select

from store.tables import satisfaction

if TYPE_CHECKING:
    from datetime import datetime

SATISFIED = 4
"""From which score on a requester is satisfied."""


class Satisfied(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom, how many were asked, answered, and were satisfied (4 or 5 of 5); the mean of the scores."""

    name: str
    asked: int
    answered: int
    satisfied: int
    mean: float | None

    @property
    def share(self) -> float | None:
        """The share of the satisfied among those who answered, or ``None`` where nobody did."""
        return self.satisfied / self.answered if self.answered else None


def answered(connection: Connection, ticket: int) -> bool | None:
    """Whether a ticket's requester has answered; ``None`` where they were not asked."""
    found = select(satisfaction.c.voted_at).where(satisfaction.c.ticket == ticket)
    row = connection.execute(found).first()
    return None if row is None else row.voted_at is not None


def by(connection: Connection, column: str, since: datetime) -> list[Satisfied]:
    """What requesters answered who were asked since a time (UTC), by ``agent`` or by ``group_name``."""
    rows: dict[str, list[Any]] = {}
    asked = select(satisfaction.c[column].label("name"), satisfaction.c.score, satisfaction.c.voted_at)
    for row in connection.execute(asked.where(satisfaction.c.asked_at >= since)):
        rows.setdefault(row.name, []).append(row)
    return [summed(name, found) for name, found in sorted(rows.items())]


def summed(name: str, rows: list[Any]) -> Satisfied:
    """The sum of some answers."""
    scores = [row.score for row in rows if row.score is not None]
    return Satisfied(
        name=name,
        asked=len(rows),
        answered=len(scores),
        satisfied=sum(score >= SATISFIED for score in scores),
        mean=round(sum(scores) / len(scores), 2) if scores else None,
    )


def comments(connection: Connection, since: datetime, most: int) -> list[Any]:
    """The newest answers that have a comment, the newest last."""
    wanted = select(satisfaction).where(satisfaction.c.asked_at >= since, satisfaction.c.comment != "")
    newest = wanted.order_by(satisfaction.c.voted_at.desc()).limit(most)
    return list(connection.execute(newest))[::-1]
