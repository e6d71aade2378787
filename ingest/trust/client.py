"""The host that handed a mail over: what its address is, and whether it is on the internet or one of ours."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address_of(client: str) -> Address | None:
    """The address of an envelope's client, without its zone, and IPv4 where it is; ``None`` without one."""
    try:
        found = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def is_outside(client: Address) -> bool:
    """Whether a host is on the internet; one inside is a relay of our own."""
    return client.is_global


def is_our_mx(client: str, networks: Iterable[str]) -> bool:
    """Whether a client's word about senders counts: it is in one of the networks, or, without any, inside.

    Anyone who can connect could write our MX's name into a mail.
    """
    host = address_of(client)
    if host is None:
        return False
    named = [ipaddress.ip_network(network) for network in networks]
    return any(host in network for network in named) if named else not is_outside(host)
