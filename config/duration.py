"""Durations as people write them: ``30m``, ``8h``, ``2d``, ``1h30m``."""

from __future__ import annotations

import re

SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
"""How long each unit is; a day is 24 hours of elapsed time, whatever the clocks do."""
LONGEST = 366 * SECONDS["d"]
"""A year: what is longer is a slip."""

_SHAPE = re.compile(r"(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?")


def seconds_of(text: str) -> int | None:
    """The duration in seconds, or ``None`` for what is no duration, zero, or longer than a year."""
    found = _SHAPE.fullmatch("".join(text.split()).lower())
    if not found:
        return None
    total = sum(int(count or 0) * unit for count, unit in zip(found.groups(), SECONDS.values(), strict=True))
    return total if 0 < total <= LONGEST else None
