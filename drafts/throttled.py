"""The counts that stand for an address: their keys hold a hash of it, which anyone can make again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select

from store.tables import throttles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection


PAUSED = "paused"
"""What the counts are called that pause a mailbox's automatic mail for an hour of UTC each."""


def hash_of(value: str) -> str:
    """What stands for a value in a count's key."""
    return hashlib.sha256(value.encode()).hexdigest()[:32]


def drop(connection: Connection, addresses: Iterable[str]) -> int:
    """Drop the counts of addresses; gives how many."""
    keys = [throttles.c.key.contains(f":{hash_of(address)}:", autoescape=True) for address in addresses]
    return connection.execute(delete(throttles).where(or_(*keys))).rowcount


def paused(connection: Connection, mailboxes: Iterable[str], now: datetime) -> dict[str, datetime]:
    """The mailboxes whose automatic mail is paused, and until when (UTC)."""
    found = {}
    for mailbox in mailboxes:
        mine = throttles.c.key.startswith(f"{PAUSED}:{hash_of(mailbox)}:", autoescape=True)
        until = connection.execute(
            select(func.max(throttles.c.until, type_=throttles.c.until.type)).where(mine)
        ).scalar()
        if until is not None and until > now:
            found[mailbox] = until
    return found


def resume(connection: Connection, mailbox: str) -> int:
    """Let a mailbox's automatic mail go on; gives how many counts were dropped, its repeated answers included."""
    names = (f"{what}:{hash_of(mailbox)}:" for what in (PAUSED, "repeats"))
    keys = [throttles.c.key.startswith(name, autoescape=True) for name in names]
    return connection.execute(delete(throttles).where(or_(*keys))).rowcount
