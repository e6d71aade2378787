"""The child process in which calendars are read: ``python -m runtime.shift_calendars.child``.

One JSON line in (zone, start, end, and seconds of processor time), then the calendar's bytes to the end of
the input; one JSON document out, ``times`` or ``wrong``. Memory and processor time are limited for good.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

MEMORY = 512 * 1024 * 1024
"""Octets of address space."""


def main() -> None:
    """Read one calendar."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.loads(sys.stdin.buffer.readline())
    # The system ends the process that takes more.
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
    from runtime.shift_calendars.occurrences import UnreadableError, times_of  # noqa: PLC0415 - within limits

    span = datetime.fromisoformat(asked["start"]), datetime.fromisoformat(asked["end"])
    try:
        answer: dict[str, object] = {
            "times": times_of(sys.stdin.buffer.read(), ZoneInfo(asked["zone"]), *span)
        }
    except UnreadableError as error:
        answer = {"wrong": str(error)}
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
