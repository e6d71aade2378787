"""What a sender writes about the mails that it holds: their bytes, the moment before the dot, and the result.

Every step is fenced by the lease: whoever was too slow changes nothing. A row with ``dot_at`` and no final
state is in doubt: the receiver may have the mail already.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, bindparam, update

from events.types import MailFailed
from store.bulk import BulkFind, BulkUpdate
from store.outbox import LEASE, Leased
from store.tables import outgoing
from store.work import enqueue

if TYPE_CHECKING:
    from collections.abc import Sequence


class Dot(msgspec.Struct, frozen=True):
    """The final dot of a mail is about to be sent at ``at``: from now on the receiver may have it."""

    id: int
    lease: str
    at: datetime


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one attempt at ``at``; ``answer`` is the receiver's, for operators.

    ``state`` is sent, captured, failed or waiting. For ``waiting``, ``due_at`` says when to try again,
    ``counted`` whether this was an attempt at all, and ``in_doubt`` whether the receiver may have the mail.
    ``failure`` is told to the desk in the same transaction.
    """

    id: int
    lease: str
    state: str
    at: datetime
    answer: str = ""
    due_at: datetime | None = None
    counted: bool = True
    in_doubt: bool = False
    failure: MailFailed | None = None


_holders = BulkFind(outgoing, ("id", "lease"), by=("id",), where="state = 'sending'", lock=True)
_save_bytes = BulkUpdate(outgoing, ("bytes",))
_dot = BulkUpdate(outgoing, ("dot_at", "until"))
_end = BulkUpdate(outgoing, ("state", "done_at", "answer"), clear=("lease", "until"))
_again = (
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"))
    .values(
        state="waiting",
        due_at=bindparam("new_due"),
        answer=bindparam("new_answer"),
        attempts=outgoing.c.attempts - bindparam("uncounted"),
        lease=None,
        until=None,
    )
)
_clear_dot = update(outgoing).where(outgoing.c.id.in_(bindparam("ids", expanding=True))).values(dot_at=None)


def save_bytes(connection: Connection, rendered: Sequence[tuple[Leased, bytes]]) -> set[int]:
    """Fix the bytes of mails for good, before anyone is dialled; gives the ids that were still held."""
    held = _still_held(connection, [row for row, _ in rendered])
    _save_bytes.run(connection, [(wire, row.id) for row, wire in rendered if (row.id, row.lease) in held])
    return {row for row, _ in held}


def record(connection: Connection, steps: Sequence[Dot | Result]) -> list[bool]:
    """Write dots and results together; False for one whose lease was lost, of which nothing was written."""
    held = _still_held(connection, steps)
    kept = [step for step in steps if (step.id, step.lease) in held]
    dots = [step for step in kept if isinstance(step, Dot)]
    results = [step for step in kept if isinstance(step, Result)]
    ends = [one for one in results if one.state != "waiting"]
    _dot.run(connection, [(dot.at, dot.at + LEASE, dot.id) for dot in dots])
    _end.run(connection, [(one.state, one.at, one.answer, one.id) for one in ends])
    _write_retries(connection, [one for one in results if one.state == "waiting"])
    enqueue(connection, [one.failure for one in results if one.failure])
    return [(step.id, step.lease) in held for step in steps]


def _still_held(connection: Connection, claims: Sequence[Leased | Dot | Result]) -> set[tuple[int, str]]:
    """Lock these rows in key order; of the claims, those (id, lease) that still hold."""
    if not claims:
        return set()
    found = _holders.run(connection, {claim.id for claim in claims})
    return {(row, lease) for row, lease in found} & {(claim.id, claim.lease) for claim in claims}


def _write_retries(connection: Connection, retries: Sequence[Result]) -> None:
    values = [
        {
            "row": one.id,
            "new_due": one.due_at or one.at,
            "new_answer": one.answer,
            "uncounted": int(not one.counted),
        }
        for one in retries
    ]
    refused = [one.id for one in retries if one.counted and not one.in_doubt]
    if values:
        connection.execute(_again, values)
    if refused:
        # A clear "no" after the dot: the receiver does not have this mail.
        connection.execute(_clear_dot, {"ids": refused})
