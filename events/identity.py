"""Names for things that must be unique everywhere: UUIDs that sort by time (RFC 9562, version 7)."""

from __future__ import annotations

import os
import random
import time

# These names are no secrets, so asking the system for every one of them would buy nothing; it is asked for a
# seed, in each process.
_generator = random.Random()  # noqa: S311
os.register_at_fork(after_in_child=_generator.seed)


def new_id() -> str:
    """A UUIDv7 in 32 hexadecimal digits: 48 bits of UTC milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    bits = _generator.getrandbits(74)
    high = (milliseconds << 16) | 0x7000 | (bits >> 62)
    low = 0x8000_0000_0000_0000 | (bits & 0x3FFF_FFFF_FFFF_FFFF)
    return f"{high:016x}{low:016x}"
