"""Days, times of day, durations and sizes in rules: how they are written, and how two of them compare."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.duration import seconds_of
from config.hours import is_zone

if TYPE_CHECKING:
    from collections.abc import Callable

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_SIZE = re.compile(r"(\d{1,9})\s*([kmg]?)i?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}
_DAY = 5
"""Characters of ``12-24``."""
LEAP = "2024-"
"""A year in which every day is."""


def is_date(text: str) -> bool:
    """Whether ``text`` is a day, of one year or of every year."""
    try:
        date.fromisoformat(LEAP + text if len(text) == _DAY else text)
    except ValueError:
        return False
    return len(text) in {_DAY, 10}


def is_clock(text: str) -> bool:
    """Whether ``text`` is a time of day."""
    return bool(_CLOCK.fullmatch(text))


def seconds(text: str | int) -> int | None:
    """A duration in seconds; a number is one already."""
    return text if isinstance(text, int) else seconds_of(text)


def size(text: str | int) -> int | None:
    """A number of bytes, written ``2048``, ``20 kB`` or ``10 MB``; a kB is 1,000 bytes."""
    if isinstance(text, int):
        return text
    found = _SIZE.fullmatch(text.strip())
    return int(found[1]) * _UNITS[found[2].lower()] if found else None


def span(text: str, is_end: Callable[[str], bool], between: str) -> tuple[str, str] | None:
    """The two ends of ``text``, which ``between`` stands between; ``None`` for what is no such span."""
    first, found, last = (part.strip() for part in text.partition(between))
    good = found and is_end(first) and is_end(last) and len(first) == len(last)
    return (first, last) if good else None


def date_span(text: str) -> tuple[str, str] | None:
    """``2026-12-20..2027-01-06`` or, in every year, ``12-20..01-06``; both days are in it."""
    found = span(text, is_date, "..")
    # Of one year the first day comes first; what is in every year may go over New Year.
    return found if found and (len(found[0]) == _DAY or found[0] <= found[1]) else None


def clock_span(text: str) -> tuple[str, str] | None:
    """``22:00-06:00``, the first in it and the last not any more; it may go over midnight."""
    return span(text, is_clock, "-")


def as_written(day: str, like: str) -> str:
    """A day as the other is written: with its year, or without."""
    return day[-_DAY:] if len(like) == _DAY else day


def within(value: str, ends: tuple[str, str], *, last: bool) -> bool:
    """Whether a value lies between two ends; ``last`` says whether the last end belongs to it."""
    first, end = ends
    before_end = value <= end if last else value < end
    return (value >= first and before_end) if first <= end else (value >= first or before_end)


def local(at: datetime, zone: str) -> datetime:
    """A moment in a zone; in UTC where there is no such zone."""
    return at.astimezone(ZoneInfo(zone if is_zone(zone) else "UTC"))
