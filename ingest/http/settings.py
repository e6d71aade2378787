"""What the operator may decide about the HTTP channel: its address, and its bounds."""

from __future__ import annotations

import msgspec

KIB = 1024


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the channel listens and what it bounds; sizes in bytes, times in seconds.

    ``max_head`` is for the request line and all headers together, ``max_body`` for what follows them. A
    request has to be in whole within ``request_seconds`` of its first byte, or of the connection's first
    moment; a connection may rest for ``rest_seconds`` between requests. ``ready_seconds`` is how long each
    check of readiness may take, ``stop_seconds`` how long answers that are under way have when the channel
    stops. Port 0 takes any free port.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    max_connections: int = 256
    max_head: int = 16 * KIB
    max_body: int = 64 * KIB
    request_seconds: float = 20
    rest_seconds: int = 5
    ready_seconds: float = 1
    stop_seconds: int = 5
