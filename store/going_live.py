"""Which mailboxes went live by a person's word, and what there is to know before one does.

A row, and not a line in the operator's file: it is durable, and every process of the desk sees it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select

from store.bulk import BulkInsert
from store.tables import contacts, gone_live, outgoing, tickets

if TYPE_CHECKING:
    from collections.abc import Collection

SHADOWED = "shadowed"
"""The state of a mail that was written in shadow: it is kept, and never sent."""

_names = select(gone_live.c.mailbox)
_insert = BulkInsert(gone_live, ("mailbox", "at", "who"), skip=("mailbox",))


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one mailbox's mail so far: contacts by state, and mails in shadow by reason.

    ``first`` and ``last`` are when its contacts came in (UTC), ``people`` how many would have had mail.
    """

    mailbox: str
    contacts: int
    states: dict[str, int]
    tickets: int
    shadowed: dict[str, int]
    people: int
    first: datetime | None
    last: datetime | None


def names(connection: Connection) -> frozenset[str]:
    """The mailboxes that went live, by address; an empty name is the desk itself."""
    return frozenset(connection.execute(_names).scalars())


def go(connection: Connection, mailboxes: Collection[str], *, who: str, now: datetime) -> None:
    """Let mailboxes go live; one that is live already stays so since then."""
    _insert.run(connection, [(mailbox, now, who) for mailbox in sorted(mailboxes)])


def go_back(connection: Connection, mailboxes: Collection[str]) -> int:
    """Let the policy's word count again for mailboxes; gives back for how many it did not."""
    chosen = gone_live.c.mailbox.in_(bindparam("names", expanding=True))
    return connection.execute(delete(gone_live).where(chosen), {"names": sorted(mailboxes)}).rowcount


def numbers(connection: Connection, mailbox: str) -> Numbers:
    """Count what came of a mailbox's mail."""
    mine = contacts.c.mailbox == mailbox
    grouped = connection.execute(
        select(contacts.c.state, func.count()).where(mine).group_by(contacts.c.state)
    )
    states: dict[str, int] = dict(grouped.all())
    at = contacts.c.received_at
    first, last = connection.execute(
        select(func.min(at, type_=at.type), func.max(at, type_=at.type)).where(mine)
    ).one()
    opened = select(func.count()).select_from(tickets).where(tickets.c.mailbox == mailbox)
    kept = outgoing.join(tickets, tickets.c.id == outgoing.c.ticket)
    of_it = (outgoing.c.state == SHADOWED, tickets.c.mailbox == mailbox)
    reasons = connection.execute(
        select(outgoing.c.reason, func.count())
        .select_from(kept)
        .where(*of_it)
        .group_by(outgoing.c.reason)
        .order_by(outgoing.c.reason)
    )
    people = select(func.count(outgoing.c.recipient.distinct())).select_from(kept).where(*of_it)
    return Numbers(
        mailbox=mailbox,
        contacts=sum(states.values()),
        states=states,
        tickets=connection.execute(opened).scalar_one(),
        shadowed=dict(reasons.all()),
        people=connection.execute(people).scalar_one(),
        first=first,
        last=last,
    )


def shadowed(connection: Connection) -> int:
    """How many mails are kept that were written in shadow."""
    return connection.execute(
        select(func.count()).select_from(outgoing).where(outgoing.c.state == SHADOWED)
    ).scalar_one()
