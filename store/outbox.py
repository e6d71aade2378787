"""The outbox: which mails are due, and who sends them now.

A row goes ``waiting`` → ``sending`` (leased) → ``sent``, ``captured`` or ``failed``, or back to ``waiting``
for another try; ``held`` and ``shadowed`` are never taken. What a sender writes about a mail is in
`store.sending`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select, text, update

from store.prepared import Prepared
from store.tables import outgoing
from store.work import WRONG_CLOCK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

LEASE = timedelta(seconds=60)
"""How long a mail stays with a silent sender. A living one renews, so a dead one's mail waits no longer."""
WINDOW = 1000
"""How many due rows are looked at for a fair choice; bounds the cost of a lease when a million mails wait."""
_FIRST_LOOK = 4
"""How many rows are looked at first for each that is wanted: nearly always that is enough."""


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


_STORED = tuple(name for name in Leased.__struct_fields__ if name not in {"lease", "until"})
"""What of a leased mail stands in its row; its bytes under the name ``bytes``."""
# Spelled out, because a partial index is used only where its condition stands in the statement itself.
_OPEN = text("outgoing.state IN ('waiting', 'sending')")
_DUE = (
    outgoing.c.due_at <= bindparam("now"),
    _OPEN,
    (outgoing.c.state == "waiting")
    | (outgoing.c.until <= bindparam("now"))
    | (outgoing.c.until > bindparam("wrong")),
)
_oldest = (
    select(outgoing.c.id, outgoing.c.domain, outgoing.c.due_at)
    .where(*_DUE, outgoing.c.domain.not_in(bindparam("busy", expanding=True)))
    .order_by(outgoing.c.due_at, outgoing.c.id)
    .limit(bindparam("window"))
    .subquery()
)
_window = Prepared(
    select(_oldest.c.id, _oldest.c.domain)
    .where(_oldest.c.domain.not_in(bindparam("full", expanding=True)))
    .order_by(_oldest.c.due_at, _oldest.c.id)
)
# What was chosen is locked, and looked at again, because another sender may have been faster.
_lock_due = Prepared(
    select(*(outgoing.c["bytes" if name == "wire" else name] for name in _STORED))
    .where(outgoing.c.id.in_(bindparam("ids", expanding=True)), *_DUE)
    .order_by(outgoing.c.id)
    .with_for_update(skip_locked=True)
)
_take = Prepared(
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
    full: Collection[str] = (),
    here: Collection[int] = (),
) -> list[Leased]:
    """Take up to ``most`` due mails in turns: ``per_domain`` of a domain at the most, and none of some.

    Mails of domains in ``busy`` are passed over however many there are, those of domains in ``full`` as long
    as they are among the oldest `WINDOW`. Rows whose lease ran out, or was written by a clock that was wrong,
    are due again, but for those ``here``: a sender has not lost a mail that it still works on, whatever the
    clock says. ``holder`` names this lease and must be new each time.
    """
    when = {"now": now, "wrong": now + LEASE + WRONG_CLOCK}
    question = {**when, "busy": list(busy)}
    choice = _Choice(most, per_domain)
    choice.add(_window.rows(connection, {**question, "full": list(full), "window": most * _FIRST_LOOK}))
    passed = [*full, *choice.full()]
    if passed and not choice.is_complete():
        # It is worth while to look further only where a few domains have much.
        choice.add(_window.rows(connection, {**question, "full": passed, "window": WINDOW}))
    chosen = [row for row in choice.in_turns() if row not in here]
    if not chosen:
        return []
    place = {row: index for index, row in enumerate(chosen)}
    until = now + LEASE
    leased = [_leased(row, holder, until) for row in _lock_due.rows(connection, {"ids": chosen, **when})]
    if leased:
        ids = [mail.id for mail in leased]
        _take.run(connection, {"ids": ids, "new_lease": holder, "new_until": until})
    return sorted(leased, key=lambda mail: place[mail.id])


class _Choice:
    """Which mails to take, of those that are found due."""

    def __init__(self, most: int, per_domain: int) -> None:
        self._most = most
        self._per_domain = per_domain
        self._found: dict[str, dict[int, None]] = defaultdict(dict)

    def add(self, due: Iterable[tuple[int, str]]) -> None:
        """Look at ids and domains, the oldest first; whatever is known already counts once."""
        for row, domain in due:
            if len(self._found[domain]) < self._per_domain:
                self._found[domain][row] = None

    def full(self) -> list[str]:
        """The domains of which no more is taken."""
        return [domain for domain, rows in self._found.items() if len(rows) == self._per_domain]

    def is_complete(self) -> bool:
        """Whether nothing more need be looked at."""
        return sum(len(rows) for rows in self._found.values()) >= self._most

    def in_turns(self) -> list[int]:
        """The first of each domain, then the second of each, and so on."""
        turns = zip_longest(*self._found.values())
        return [row for turn in turns for row in turn if row is not None][: self._most]


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


def _leased(row: tuple[Any, ...], holder: str, until: datetime) -> Leased:
    stored = dict(zip(_STORED, row, strict=True))
    stored["attempts"] += 1
    return Leased(**stored, lease=holder, until=until)


def take_back(connection: Connection, *, now: datetime) -> int:
    """End every lease at once: only for a process that knows that no other sender lives."""
    return connection.execute(
        update(outgoing).where(_OPEN, outgoing.c.lease.is_not(None)).values(until=now)
    ).rowcount
