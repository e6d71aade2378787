"""The desk's signing keys, shared by every process that uses this database."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from events.token import Keyring
from store.engine import StoreError
from store.tables import signing_keys

if TYPE_CHECKING:
    from datetime import datetime

LENGTH = 32


def keyring(connection: Connection) -> Keyring:
    """All keys, the newest signing; raises `StoreError` in a store that was never made ready."""
    found = connection.execute(select(signing_keys.c.secret).order_by(signing_keys.c.id.desc())).scalars()
    secrets_found = [bytes(secret) for secret in found]
    if not secrets_found:
        message = "the store has no signing key; run `despacho run` once to make it ready"
        raise StoreError(message)
    return Keyring(secrets_found)


def ensure(connection: Connection, now: datetime) -> None:
    """Make the first key where there is none; of processes that start at once, one makes it."""
    if connection.dialect.name == "postgresql":
        # Of two keys one process would know only the older, and not what the other signs.
        connection.exec_driver_sql("LOCK TABLE signing_keys IN EXCLUSIVE MODE")
    if connection.execute(select(signing_keys.c.id).limit(1)).first() is None:
        connection.execute(insert(signing_keys).values(at=now, secret=secrets.token_bytes(LENGTH)))
