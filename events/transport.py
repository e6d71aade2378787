"""The way a message goes out: by mail, or by the service that somebody wrote by.

Whoever wrote by a service has an address below ``.invalid`` (RFC 2606), which no mail can ever reach: the
local part is the service's own name for them, the domain the channel. So the address says which way to go.
"""

from __future__ import annotations

BELOW = ".invalid"


def address_of(who: str, channel: str) -> str:
    """The address of somebody whom a channel calls ``who``."""
    return f"{who}@{channel}{BELOW}"


def transport_of(address: str) -> str:
    """The channel that a message to this address goes out by; empty: by mail."""
    domain = address.rpartition("@")[2]
    return domain.removesuffix(BELOW) if domain.endswith(BELOW) else ""
