"""The counts that stand for an address: their keys hold a hash of it, which anyone can make again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from store.tables import throttles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Connection


def hash_of(value: str) -> str:
    """What stands for a value in a count's key."""
    return hashlib.sha256(value.encode()).hexdigest()[:32]


def drop(connection: Connection, addresses: Iterable[str]) -> int:
    """Drop the counts of addresses; gives how many."""
    keys = [throttles.c.key.contains(f":{hash_of(address)}:", autoescape=True) for address in addresses]
    return connection.execute(delete(throttles).where(or_(*keys))).rowcount


def ends(connection: Connection, keys: Collection[str]) -> dict[str, datetime]:
    """Until when each of these counts is kept (UTC), for those that there are."""
    rows = connection.execute(select(throttles.c.key, throttles.c.until).where(throttles.c.key.in_(keys)))
    return {row.key: row.until for row in rows}


def remove(connection: Connection, keys: Collection[str]) -> int:
    """Drop these counts; gives how many there were."""
    return connection.execute(delete(throttles).where(throttles.c.key.in_(keys))).rowcount
