"""What the operator may decide about the SMTP channel: addresses, bounds and encryption."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

KIB = 1024
MIB = 1024 * KIB


class SmtpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the channel listens and what it bounds; sizes in bytes, times in seconds.

    ``max_size`` counts the message as RFC 1870 does: CRLF included, transparency dots not. ``in_flight`` is
    how many bytes of unfinished or uncommitted mail may exist at once over all sessions. A mail larger than
    ``spool_above`` goes to a file while it arrives. ``rate_grace`` is how long a sender in DATA may take
    before ``min_bytes_per_second`` is asked of it; ``idle_seconds`` of silence end a session anywhere.

    ``tls`` is ``opportunistic`` (STARTTLS is offered), ``required`` (nothing but STARTTLS is taken in the
    clear) or ``off``. Without ``certificate`` a self-made one is kept in ``certificate_folder``; without
    either, ``opportunistic`` offers nothing and ``required`` does not start. Port 0 takes any free port.
    """

    host: str = "127.0.0.1"
    port: int = 2525
    hostname: str = "localhost"
    reuse_port: bool = False
    max_size: int = 25 * MIB
    max_recipients: int = 100
    max_connections: int = 1000
    max_per_client: int = 20
    session_seconds: float = 1800
    idle_seconds: float = 60
    data_seconds: float = 600
    commit_seconds: float = 120
    min_bytes_per_second: float = 500
    rate_grace: float = 30
    line_limit: int = 1 * MIB
    spool_above: int = 256 * KIB
    in_flight: int = 256 * MIB
    certificate: Path | None = None
    key: Path | None = None
    certificate_folder: Path | None = None
    tls: Literal["opportunistic", "off", "required"] = "opportunistic"
