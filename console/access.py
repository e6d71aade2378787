"""Who may look: this machine itself, or whoever has the password. Everybody else gets one line.

Without a password a page is given only on a loopback address, to a request that names one: a page elsewhere
whose name was made to point here (DNS rebinding) names itself. A request that a proxy passed on is nobody's
of this machine. With a password every request needs it (RFC 7617 or RFC 6750), wherever it comes from.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WRONG_MOST: Final = 10
"""Wrong passwords of one address within `PERIOD`; then it is not listened to until that is over."""
PERIOD: Final = 300.0
"""Seconds."""
ADDRESSES_MOST: Final = 10_000
"""Addresses of which wrong passwords are counted; the one that was quiet longest gives way."""
_NETWORK: Final = 64
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_LONGEST: Final = 1024
CHALLENGE: Final = 'Basic realm="Despacho", charset="UTF-8"'


class Refusal(msgspec.Struct, frozen=True):
    """Why a request gets nothing: an HTTP status, words, and headers."""

    status: int
    says: str
    headers: dict[str, str] = {}


class Gate:
    """Asked before every answer; safe to ask from any thread."""

    def __init__(self, *, host: str, password: str, clock: Callable[[], float]) -> None:
        """``host`` is where the desk listens; no ``password`` asks for none; ``clock`` gives seconds."""
        self._loopback = is_loopback(host)
        self._digest = _digest(password.encode()) if password else b""
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def open(self) -> bool:
        """Whether there is anyone who may look."""
        return bool(self._digest) or self._loopback

    def refusal(self, headers: Mapping[str, str], client: str) -> Refusal | None:
        """Why this request is refused, or ``None``; ``client`` is the address that it came from."""
        if self._digest:
            return self._without_password(headers.get("authorization", ""), _network(client))
        if not self._loopback or not is_loopback(client) or any(name in headers for name in _FORWARDED):
            return Refusal(404, "not found")
        if not is_loopback(_name(headers.get("host", ""))):
            return Refusal(421, "this desk does not answer to that name")
        return None

    def _without_password(self, given: str, client: str) -> Refusal | None:
        wait = self._blocked(client)
        if wait:
            return Refusal(429, "too many wrong passwords; come again later", {"Retry-After": str(wait)})
        if hmac.compare_digest(_digest(_credential(given)), self._digest):
            return None
        if given:
            self._count(client)
        return Refusal(401, "a password is needed", {"WWW-Authenticate": CHALLENGE})

    def _blocked(self, client: str) -> int:
        """Seconds for which an address is not listened to, 0 where it is."""
        with self._lock:
            count, since = self._wrong.get(client, (0, 0.0))
        left = since + PERIOD - self._clock()
        return int(left) + 1 if count >= WRONG_MOST and left > 0 else 0

    def _count(self, client: str) -> None:
        now = self._clock()
        with self._lock:
            count, since = self._wrong.pop(client, (0, now))
            if now - since >= PERIOD:
                count, since = 0, now
            self._wrong[client] = (count + 1, since)
            while len(self._wrong) > ADDRESSES_MOST:
                self._wrong.popitem(last=False)


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own, and of no use to anyone elsewhere."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _network(client: str) -> str:
    """The address itself, or of IPv6 the network that one customer has."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _NETWORK), strict=False))
    return client


def _credential(given: str) -> bytes:
    """The password in an Authorization header, whatever user it names; empty for none."""
    scheme, _, rest = given[:_LONGEST].partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip().encode("utf-8", "replace")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(rest.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


def _digest(password: bytes) -> bytes:
    """Of one length for all: a comparison tells nothing, not even how long the password is."""
    return hashlib.sha256(password).digest()
