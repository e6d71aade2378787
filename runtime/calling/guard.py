"""Where a call may go: to the open internet, or to hosts that the machine's operator has named.

Whoever writes rules must not reach what only this machine reaches: its own ports, the inner network, the
cloud's metadata (OWASP, server-side request forgery). The address that was looked at is the one that is
dialled, so that a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForbiddenError(Exception):
    """A call may not go there; the text says why."""


class Target(msgspec.Struct, frozen=True):
    """What is dialled, and how it is asked."""

    host: str
    address: str
    port: int
    path: str
    tls: bool


def target_of(url: str, allowed: Collection[str]) -> Target:
    """Where a URL leads; raises `ForbiddenError`, and `OSError` where the name cannot be resolved.

    ``allowed`` are hosts, in lower case, that may have any address.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    port = parts.port or _PORTS.get(parts.scheme, 0)
    if not host or not port:
        raise ForbiddenError("it is no http or https URL")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
    if host not in allowed:
        closed = [one for one in addresses if not is_open(ipaddress.ip_address(one))]
        if closed or not addresses:
            raise ForbiddenError(f"{host} has the inner address {', '.join(closed)}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, addresses[0], port, path, parts.scheme == "https")


def is_open(address: Address) -> bool:
    """Whether an address belongs to the open internet, looked at through what may be wrapped around it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            # Python counts the whole prefix as reserved; what is behind it is as open as its IPv4 address.
            return is_open(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None and not is_open(inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
