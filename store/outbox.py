"""The outbox: which mails are due, and who sends them now.

A row goes ``waiting`` → ``sending`` (leased) → ``sent``, ``captured`` or ``failed``, or back to ``waiting``
for another try; ``held`` is never taken. What a sender writes about a mail is in `store.sending`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select, text, update

from store.tables import outgoing
from store.work import WRONG_CLOCK

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

LEASE = timedelta(seconds=60)
"""How long a mail stays with a silent sender. A living one renews, so a dead one's mail waits no longer."""
WINDOW = 2000
"""How many due rows are looked at for a fair choice; bounds the cost of a lease when a million mails wait."""


class Leased(msgspec.Struct, frozen=True, kw_only=True):
    """One mail that this sender may send until ``until``; ``attempts`` counts this one.

    ``wire`` is the mail's bytes, once they are fixed. With ``dot_at`` the receiver may have it already.
    """

    id: int
    ticket: int | None
    entry: int | None
    reason: str
    recipient: str
    domain: str
    mail_from: str
    message_id: str
    letter: str
    wire: bytes | None
    attempts: int
    created_at: datetime
    dot_at: datetime | None
    lease: str
    until: datetime


class Backlog(msgspec.Struct, frozen=True):
    """How many mails are not sent yet, the oldest's time (UTC), and how many may be with the receiver."""

    count: int
    oldest: datetime | None
    in_doubt: int


# Spelled out, because a partial index is used only where its condition stands in the statement itself.
_OPEN = text("outgoing.state IN ('waiting', 'sending')")
_DUE = (
    outgoing.c.due_at <= bindparam("now"),
    _OPEN,
    (outgoing.c.state == "waiting")
    | (outgoing.c.until <= bindparam("now"))
    | (outgoing.c.until > bindparam("wrong")),
)
_window = (
    select(outgoing.c.id, outgoing.c.domain, outgoing.c.due_at)
    .where(*_DUE, outgoing.c.domain.not_in(bindparam("busy", expanding=True)))
    .order_by(outgoing.c.due_at)
    .limit(bindparam("window"))
    .subquery()
)
_turn = func.row_number().over(partition_by=_window.c.domain, order_by=(_window.c.due_at, _window.c.id))
_ranked = select(_window.c.id, _window.c.due_at, _turn.label("turn")).subquery()
_fair = (
    select(_ranked.c.id)
    .where(_ranked.c.turn <= bindparam("per_domain"))
    .order_by(_ranked.c.turn, _ranked.c.due_at, _ranked.c.id)
    .limit(bindparam("most"))
)
# PostgreSQL locks no rows under a window function: what was chosen is locked, and looked at again, after.
_lock_due = (
    select(outgoing)
    .where(outgoing.c.id.in_(bindparam("ids", expanding=True)), *_DUE)
    .order_by(outgoing.c.id)
    .with_for_update(skip_locked=True)
)
_take = (
    update(outgoing)
    .where(outgoing.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="sending",
        lease=bindparam("new_lease"),
        until=bindparam("new_until"),
        attempts=outgoing.c.attempts + 1,
    )
)
_mine = (
    outgoing.c.id.in_(bindparam("ids", expanding=True)),
    outgoing.c.lease.in_(bindparam("leases", expanding=True)),
    outgoing.c.state == "sending",
)
_renew = update(outgoing).where(*_mine).values(until=bindparam("new_until"))
_release = (
    update(outgoing)
    .where(*_mine)
    .values(state="waiting", lease=None, until=None, attempts=outgoing.c.attempts - 1)
)
_backlog = select(
    func.count(),
    func.min(outgoing.c.created_at, type_=outgoing.c.created_at.type),
    func.count(outgoing.c.dot_at),
).where(_OPEN)


def lease(
    connection: Connection,
    *,
    holder: str,
    now: datetime,
    most: int,
    per_domain: int,
    busy: Collection[str] = (),
) -> list[Leased]:
    """Take up to ``most`` due mails in turns: ``per_domain`` of a domain at the most, and none of ``busy``.

    Rows whose lease ran out, or was written by a clock that was wrong, are due again. ``holder`` names this
    lease and must be new each time.
    """
    when = {"now": now, "wrong": now + LEASE + WRONG_CLOCK}
    question = {**when, "busy": list(busy), "window": WINDOW, "per_domain": per_domain, "most": most}
    chosen = list(connection.execute(_fair, question).scalars())
    if not chosen:
        return []
    place = {row: index for index, row in enumerate(chosen)}
    rows = connection.execute(_lock_due, {"ids": chosen, **when}).all()
    if not rows:
        return []
    until = now + LEASE
    connection.execute(_take, {"ids": [row.id for row in rows], "new_lease": holder, "new_until": until})
    return sorted((_leased(row, holder, until) for row in rows), key=lambda row: place[row.id])


def renew(connection: Connection, rows: Sequence[Leased], *, now: datetime) -> int:
    """Keep mails for another `LEASE` from ``now``; gives how many were still held."""
    if not rows:
        return 0
    return connection.execute(_renew, {**_names(rows), "new_until": now + LEASE}).rowcount


def release(connection: Connection, rows: Sequence[Leased]) -> int:
    """Give back mails whose sending did not begin, and do not count the try; gives how many."""
    if not rows:
        return 0
    return connection.execute(_release, _names(rows)).rowcount


def backlog(connection: Connection) -> Backlog:
    """What is still to be sent, for the operator."""
    count, oldest, in_doubt = connection.execute(_backlog).one()
    return Backlog(count, oldest, in_doubt)


def _names(rows: Sequence[Leased]) -> dict[str, list[Any]]:
    return {"ids": sorted(row.id for row in rows), "leases": sorted({row.lease for row in rows})}


def _leased(row: Any, holder: str, until: datetime) -> Leased:
    return Leased(
        id=row.id,
        ticket=row.ticket,
        entry=row.entry,
        reason=row.reason,
        recipient=row.recipient,
        domain=row.domain,
        mail_from=row.mail_from,
        message_id=row.message_id,
        letter=row.letter,
        wire=row.bytes,
        attempts=row.attempts + 1,
        created_at=row.created_at,
        dot_at=row.dot_at,
        lease=holder,
        until=until,
    )


def take_back(connection: Connection, *, now: datetime) -> int:
    """End every lease at once: only for a process that knows that no other sender lives."""
    return connection.execute(
        update(outgoing).where(_OPEN, outgoing.c.lease.is_not(None)).values(until=now)
    ).rowcount
