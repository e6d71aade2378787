"""How templates say dates, hours and other people's words in a language; pure, and known to every template.

Whatever cannot be read is shown as it is: a strange value must not keep a mail from going out.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime, time
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time

from runtime.marks import button, linked

if TYPE_CHECKING:
    from collections.abc import Callable

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_MOST_WORDS = 20_000


def phrasing(language: str) -> dict[str, Callable[..., Any]]:
    """The filters of one language."""
    locale = _locale(language)

    def moment(value: object, zone: object = "UTC") -> str:
        """An ISO 8601 time as people read it, in an IANA zone."""
        when = _when(value, zone)
        return str(format_datetime(when, "long", locale=locale)) if when else str(value)

    def day(value: object, zone: object = "UTC") -> str:
        """The weekday and date of an ISO 8601 time in an IANA zone; no year, for what is near."""
        when = _when(value, zone)
        return str(format_date(when.date(), _day_pattern(locale), locale)) if when else str(value)

    def clock(value: object, zone: object = "UTC") -> str:
        """The time of day of an ISO 8601 time in an IANA zone, to the minute."""
        when = _when(value, zone)
        return str(format_time(when, "short", tzinfo=when.tzinfo, locale=locale)) if when else ""

    def staffed(value: object) -> str:
        """Hours like ``["mon 09:00-17:00", …]`` in words, equal days together; text stays as it is."""
        if not isinstance(value, list | tuple):
            return str(value)
        return _week(tuple(str(line) for line in value), language)

    times = {"moment": moment, "day": day, "clock": clock, "staffed": staffed}
    return times | {"quoted": quoted, "button": button, "linked": linked}


def quoted(value: object) -> str:
    """Someone else's words, each line behind ``> ``, so that nobody takes them for ours."""
    words = str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    cut = words[:_MOST_WORDS] + ("\n[…]" if len(words) > _MOST_WORDS else "")
    return "\n".join(f"> {line}".rstrip() for line in cut.split("\n"))


def _when(value: object, zone: object) -> datetime | None:
    """The time in the zone, or ``None`` where one of them is none."""
    try:
        return datetime.fromisoformat(str(value)).astimezone(ZoneInfo(str(zone or "UTC")))
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError):
        return None


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def _day_pattern(locale: Locale) -> str:
    """How the language writes a weekday and a date without the year, both in full words."""
    short = locale.datetime_skeletons.get("MMMMEd") or locale.datetime_skeletons["MMMEd"]
    return re.sub("M+", "MMMM", re.sub("E+", "EEEE", str(short.pattern)))


@functools.lru_cache(maxsize=100)
def _week(lines: tuple[str, ...], language: str) -> str:
    # A desk has few opening hours and says them in every acknowledgement.
    locale = _locale(language)
    days = dict(line.strip().lower().split(" ", 1) for line in lines if " " in line.strip())
    if not days or set(days) - set(_DAYS):
        return ", ".join(lines)
    names = locale.days["format"]["wide"]
    known = [(index, _hours(days[day], locale)) for index, day in enumerate(_DAYS) if day in days]
    parts = []
    # Days in a row with equal hours share a difference between their place in the week and in the list.
    for (_, hours), run in groupby(enumerate(known), key=lambda one: (one[1][0] - one[0], one[1][1])):
        indexes = [index for _, (index, _) in run]
        first, last = names[indexes[0]], names[indexes[-1]]
        parts.append(f"{first}–{last} {hours}" if len(indexes) > 1 else f"{first} {hours}")  # noqa: RUF001
    return ", ".join(parts)


def _hours(spans: str, locale: Locale) -> str:
    def clock(text: str) -> str:
        return str(format_time(time.fromisoformat(text), "short", locale=locale))

    try:
        return _SPAN.sub(lambda span: f"{clock(span[1])}–{clock(span[2])}", spans)  # noqa: RUF001
    except ValueError:
        return spans
