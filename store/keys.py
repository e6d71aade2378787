"""The desk's signing keys, shared by every process that uses this database.

The newest signs; all that are valid verify. A new key signs a few seconds after it was made, when every
process knows it: what one signs all others can read.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from events.token import Keyring
from store import pseudonym
from store.engine import StoreError
from store.tables import signing_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

LENGTH = 32
SIGNS_AFTER = timedelta(seconds=5)
"""How long after it was made a key begins to sign; running processes look for new keys once a second."""


class KeyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What may be told of a key: never the secret. ``state`` is signs, verifies, soon or retired."""

    id: int
    signs_from: datetime
    valid_until: datetime | None
    state: str


def keyring(connection: Connection, now: datetime | None = None) -> Keyring:
    """All valid keys, the one that signs first; raises `StoreError` in a store that was never made ready."""
    return Keyring(secrets_of(connection, now))


def secrets_of(connection: Connection, now: datetime | None = None) -> list[bytes]:
    """The secrets of all valid keys, the one that signs first; raises `StoreError` where there is none."""
    now = now or datetime.now(UTC)
    rows = connection.execute(select(signing_keys).order_by(signing_keys.c.id.desc())).all()
    valid = [row for row in rows if row.valid_until is None or row.valid_until > now]
    if not valid:
        message = "the store has no signing key; run `despacho run` once to make it ready"
        raise StoreError(message)
    signer = _signer(valid, now)
    return [bytes(row.secret) for row in (signer, *(row for row in valid if row is not signer))]


def facts(connection: Connection, now: datetime) -> list[KeyFacts]:
    """What may be told of every key there ever was, the newest first."""
    rows = connection.execute(select(signing_keys).order_by(signing_keys.c.id.desc())).all()
    valid = [row for row in rows if row.valid_until is None or row.valid_until > now]
    signer = _signer(valid, now) if valid else None

    def state(row: Any) -> str:
        if row not in valid:
            return "retired"
        if row is signer:
            return "signs"
        return "soon" if row.at > now else "verifies"

    return [
        KeyFacts(id=row.id, signs_from=row.at, valid_until=row.valid_until, state=state(row)) for row in rows
    ]


def ensure(connection: Connection, now: datetime) -> None:
    """Make the first keys where there are none; of processes that start at once, one makes them."""
    _alone(connection)
    if connection.execute(select(signing_keys.c.id).limit(1)).first() is None:
        connection.execute(insert(signing_keys).values(at=now, secret=secrets.token_bytes(LENGTH)))
    pseudonym.ensure(connection)


def rotate(connection: Connection, now: datetime, *, keep: timedelta | None = None) -> int:
    """Make a key that signs from soon on; gives its number. The others stay valid, or only for ``keep``."""
    _alone(connection)
    if keep is not None:
        until = now + keep
        longer = signing_keys.c.valid_until.is_(None) | (signing_keys.c.valid_until > until)
        connection.execute(update(signing_keys).where(longer).values(valid_until=until))
    made = insert(signing_keys).values(at=now + SIGNS_AFTER, secret=secrets.token_bytes(LENGTH))
    number: int = connection.execute(made.returning(signing_keys.c.id)).scalar_one()
    return number


def retire(connection: Connection, number: int, now: datetime) -> str:
    """End a key's validity now; gives an empty string, or why not: one that signs is rotated away first."""
    _alone(connection)
    known = {one.id: one for one in facts(connection, now)}
    if number not in known:
        return f"There is no key {number}."
    if known[number].state == "signs":
        return f"Key {number} signs: `despacho keys rotate` first, then retire it."
    if known[number].state == "soon":
        return f"Key {number} will sign in a few seconds: `despacho keys rotate` first, then retire it."
    if known[number].state != "retired":
        connection.execute(update(signing_keys).where(signing_keys.c.id == number).values(valid_until=now))
    return ""


def _signer(valid: Sequence[Any], now: datetime) -> Any:
    """The newest key whose time has come; where a clock is behind all of them, the oldest."""
    return next((row for row in valid if row.at <= now), valid[-1])


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Of two keys one process would know only the older, and not what the other signs.
        connection.exec_driver_sql("LOCK TABLE signing_keys IN EXCLUSIVE MODE")
