"""Who is away, and until when, beside each agent's count: whoever assigns reads both with one question."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import agents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection


class Absence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A time in which an agent is not there (UTC); without ``until`` it lasts until they are back.

    With ``keep`` what they have stays theirs meanwhile.
    """

    since: datetime
    until: datetime | None = None
    why: str = ""
    keep: bool = False

    def covers(self, at: datetime) -> bool:
        """Whether they are away at ``at``; the begin is in it, the end is not."""
        return self.since <= at and (self.until is None or at < self.until)


class AgentState(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows of one agent."""

    id: str
    open_tickets: int = 0
    weight: int = 0
    assigned_at: datetime | None = None
    absences: tuple[Absence, ...] = ()


def decode(text: str) -> tuple[Absence, ...]:
    """Absences as a row keeps them; most agents have none."""
    return () if text == "[]" else msgspec.json.decode(text, type=tuple[Absence, ...])


def states(connection: Connection) -> dict[str, AgentState]:
    """Every agent that anything is known of, by id."""
    return {
        row.id: AgentState(
            id=row.id,
            open_tickets=row.open_tickets,
            weight=row.weight,
            assigned_at=row.assigned_at,
            absences=decode(row.absences),
        )
        for row in connection.execute(select(agents))
    }


def away(connection: Connection, agent: str, absence: Absence, now: datetime) -> tuple[Absence, ...]:
    """Write down an absence, in place of one that begins at the same time; gives all that are not past."""
    kept = [one for one in hold(connection, agent) if one.since != absence.since]
    kept = [one for one in kept if one.until is None or one.until > now]
    return _keep(connection, agent, [*kept, absence])


def back(connection: Connection, agent: str, now: datetime, *, later: bool = False) -> int:
    """End whatever covers ``now``, and with ``later`` what is to come; gives how many absences that were."""
    standing = hold(connection, agent)
    left = [one for one in standing if not (one.covers(now) or (later and one.since > now))]
    if len(left) < len(standing):
        _keep(connection, agent, left)
    return len(standing) - len(left)


def hold(connection: Connection, agent: str) -> tuple[Absence, ...]:
    """Lock an agent's row until the transaction ends, made where there is none yet; gives their absences."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    made = dialect.insert(agents).values(id=agent, open_tickets=0).on_conflict_do_nothing()
    connection.execute(made)
    row = connection.execute(select(agents.c.absences).where(agents.c.id == agent).with_for_update())
    return decode(row.scalar_one())


def _keep(connection: Connection, agent: str, absences: Iterable[Absence]) -> tuple[Absence, ...]:
    kept: Sequence[Absence] = sorted(absences, key=lambda one: one.since)
    text = msgspec.json.encode(kept).decode()
    connection.execute(update(agents).where(agents.c.id == agent).values(absences=text))
    return tuple(kept)
