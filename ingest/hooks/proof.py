"""How services prove their requests, compared in constant time and over the exact bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING

from ingest.hooks.source import Forged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ingest.hooks.source import Call, Keys

TOLERANCE = 300
"""Seconds that a request may be old, or ahead of our clock."""
_LONGEST_STAMP = 13


def same(given: str | bytes, wanted: str | bytes) -> bool:
    """Whether two texts are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(_bytes(given), _bytes(wanted))


def any_same(given: str, wanted: Iterable[str]) -> bool:
    """Whether ``given`` is one of those; all are looked at."""
    found = [same(given, one) for one in wanted]
    return any(found)


def check_time(stamp: str, now: datetime) -> None:
    """Raises `Forged` unless ``stamp``, in seconds since 1970, is within `TOLERANCE` of now."""
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > _LONGEST_STAMP:
        raise Forged
    if abs(now.timestamp() - int(stamp)) > TOLERANCE:
        raise Forged


def hmac_hex(key: str, *parts: bytes) -> str:
    """HMAC-SHA256 over the parts, as hexadecimal digits."""
    return hmac.new(key.encode(), b"".join(parts), hashlib.sha256).hexdigest()


def check_authorisation(call: Call, keys: Keys) -> None:
    """Raises `Forged` unless the request brings one of the secrets.

    A secret like ``user:password`` is for Basic (RFC 7617), any other for Bearer (RFC 6750).
    """
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    given = given.strip()
    basic = [_basic(secret) for secret in keys.secrets if ":" in secret]
    bearer = [secret for secret in keys.secrets if secret and ":" not in secret]
    wanted = {"basic": basic, "bearer": bearer}.get(scheme.lower(), [])
    if not given or not any_same(given, wanted):
        raise Forged


def _basic(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode()


def unbase64(text: str) -> bytes | None:
    """The bytes in base64, or ``None`` where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def digest(body: bytes) -> str:
    """A name for a request whose service gives it none: a retry brings the same bytes."""
    return hashlib.sha256(body).hexdigest()


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
