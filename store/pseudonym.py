"""Names for people who are to be forgotten: a keyed hash, the same each time, from which nobody is read back.

The key is the desk's own and lies in its database: whoever has the database can test a guess, as with any
pseudonym, and nobody else can.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from store.engine import StoreError
from store.tables import desk_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

DOMAIN = "forgotten.invalid"
"""Where a pseudonym's mail would go: nowhere, for ever (RFC 2606 section 2)."""
NAME = "forgetting"
_SHAPE = re.compile(rf"[a-z2-7]{{16}}@{re.escape(DOMAIN)}")


def ensure(connection: Connection) -> None:
    """Make the desk's key where there is none; the caller sees to it that nobody else does so now."""
    if connection.execute(select(desk_secrets.c.name).where(desk_secrets.c.name == NAME)).first() is None:
        connection.execute(insert(desk_secrets).values(name=NAME, secret=secrets.token_bytes(32)))


def key_of(connection: Connection) -> bytes:
    """The desk's key; raises `StoreError` in a store that was never made ready."""
    found = connection.execute(select(desk_secrets.c.secret).where(desk_secrets.c.name == NAME)).scalar()
    if found is None:
        message = "the store has no key for pseudonyms; run `despacho run` once to make it ready"
        raise StoreError(message)
    return bytes(found)


def person_of(key: bytes, address: str) -> str:
    """What stands for a person in the books of forgetting: 32 hexadecimal digits."""
    return hmac.new(key, f"person|{address.lower()}".encode(), hashlib.sha256).hexdigest()[:32]


def pseudonym(key: bytes, address: str) -> str:
    """The address that stands in the place of a forgotten one."""
    digest = hmac.new(key, f"address|{address.lower()}".encode(), hashlib.sha256).digest()
    return f"{base64.b32encode(digest[:10]).decode().lower()}@{DOMAIN}"


def is_pseudonym(address: str) -> bool:
    """Whether an address stands for somebody who was forgotten."""
    return _SHAPE.fullmatch(address) is not None


def spelled(addresses: Iterable[str]) -> re.Pattern[str]:
    """What finds any of the addresses in a text, in any case and not inside a longer address."""
    some = "|".join(re.escape(address) for address in sorted(addresses, key=len, reverse=True))
    return re.compile(rf"(?<![\w.+-])(?:{some})(?![\w-]|\.\w)", re.IGNORECASE)
