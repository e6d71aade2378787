"""Names for things that must be unique everywhere: UUIDs that sort by time (RFC 9562, version 7)."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """A UUIDv7 in 32 hexadecimal digits: 48 bits of UTC milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high = (milliseconds << 16) | 0x7000 | ((random >> 64) & 0x0FFF)
    low = 0x8000_0000_0000_0000 | (random & 0x3FFF_FFFF_FFFF_FFFF)
    return f"{(high << 64) | low:032x}"
