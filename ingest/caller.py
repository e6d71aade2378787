"""Who calls, and what counts as one client."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar import Request

_LONGEST = 100


def caller(request: Request[Any, Any, Any], header: str) -> str:
    """What our own proxy says in ``header``, where the policy names one, else the line's other end.

    Of several that are named there the last counts: the proxy added it.
    """
    if header:
        return request.headers.get(header, "").rpartition(",")[2].strip()[:_LONGEST]
    return request.client.host if request.client else ""


def client_key(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 from which an IPv6 host takes its address."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def is_near(client: str) -> bool:
    """Whether an address is of this machine or of a private network, as a proxy's is."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    return address.is_loopback or address.is_private
