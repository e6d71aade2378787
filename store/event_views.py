"""The event log as an operator reads it: which events there were, and what became of each. Only reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, literal_column, or_, select

from store import legends
from store.tables import dead_letters, entries, events, ledger, traces, work

MOST_FOUND = 10
"""How many events an unclear id is told to match."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One event; ``state`` is done, waiting (with ``attempts`` so far), or dead. ``body`` is its JSON."""

    id: str
    name: str
    at: datetime
    stream: str
    effect_key: str
    body: str
    state: str
    attempts: int
    due_at: datetime | None


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """Something that did not go the usual way with an event, from the ledger."""

    at: datetime
    handler: str | None
    what: str
    reason: str
    detail: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a handler recorded while it worked on an event: JSON, and the legend that it names.

    The legend is empty where it names none.
    """

    handler: str
    at: datetime
    policy_version: int | None
    body: str
    legend: str = ""


def newest(
    connection: Connection, *, most: int, name: str = "", ticket: int | None = None, only: str = ""
) -> list[Told]:
    """The latest events, the newest last; of one type, about one ticket, or one by its whole id."""
    statement = select(events)
    if name:
        statement = statement.where(events.c.name == name)
    if only:
        statement = statement.where(events.c.id == only)
    if ticket is not None:
        wrote = select(entries.c.contact).where(entries.c.ticket == ticket, entries.c.contact.is_not(None))
        joined = connection.execute(wrote).scalars().all()
        keys = [f"{step}:{contact}" for contact in joined for step in ("checked", "released")]
        # The index holds the streams of tickets alone, and is used where the statement says so too.
        of_ticket = (events.c.stream >= literal_column("'ticket:'")) & (events.c.stream == f"ticket:{ticket}")
        about = or_(of_ticket, events.c.effect_key.in_(keys))
        statement = statement.where(about)
    # Ids begin with the time (UUIDv7), so this is the order of telling, from the primary key.
    rows = connection.execute(statement.order_by(events.c.id.desc()).limit(most)).all()
    return _with_state(connection, [row._asdict() for row in reversed(rows)])


def matching(connection: Connection, beginning: str) -> list[str]:
    """The ids that begin so, at the most `MOST_FOUND`."""
    statement = select(events.c.id).where(events.c.id.startswith(beginning, autoescape=True))
    return list(connection.execute(statement.order_by(events.c.id).limit(MOST_FOUND)).scalars())


def by_effect(connection: Connection, effect_key: str) -> str | None:
    """The JSON of the event that has this effect key."""
    statement = select(events.c.body).where(events.c.effect_key == effect_key)
    return connection.execute(statement).scalar_one_or_none()


def remarks(connection: Connection, event: str) -> list[Remark]:
    """What the ledger says about an event, oldest first."""
    columns = (ledger.c.at, ledger.c.handler, ledger.c.what, ledger.c.reason, ledger.c.detail)
    rows = connection.execute(select(*columns).where(ledger.c.event == event).order_by(ledger.c.id))
    return [Remark(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def decisions(connection: Connection, event: str) -> list[Decision]:
    """What handlers recorded on an event, in the order in which they ran."""
    columns = (traces.c.handler, traces.c.at, traces.c.policy_version, traces.c.body)
    rows = connection.execute(select(*columns).where(traces.c.event == event).order_by(traces.c.id)).all()
    texts = legends.of(connection, [row.body for row in rows])
    return [Decision(**row._mapping, legend=text) for row, text in zip(rows, texts, strict=True)]  # noqa: SLF001 - SQLAlchemy's public name


def _with_state(connection: Connection, rows: list[dict[str, object]]) -> list[Told]:
    ids = [row["id"] for row in rows]
    wanted: BindParameter[Any] = bindparam("ids", ids, expanding=True)
    waiting = {
        row.event: row
        for row in connection.execute(
            select(work.c.event, work.c.attempts, work.c.due_at).where(work.c.event.in_(wanted))
        )
    }
    dead = set(
        connection.execute(
            select(dead_letters.c.event).where(
                dead_letters.c.event.in_(wanted), dead_letters.c.replayed_at.is_(None)
            )
        ).scalars()
    )
    return [
        Told(
            **row,  # type: ignore[arg-type]
            state="waiting" if row["id"] in waiting else "dead" if row["id"] in dead else "done",
            attempts=waiting[row["id"]].attempts if row["id"] in waiting else 0,
            due_at=max(waiting[row["id"]].due_at, row["at"]) if row["id"] in waiting else None,
        )
        for row in rows
    ]
