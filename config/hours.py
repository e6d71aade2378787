"""Opening hours as people write them: ``mon-fri = "09:00-17:00"`` in a named zone."""

from __future__ import annotations

import re
import zoneinfo
from typing import TYPE_CHECKING

from config.mistakes import near
from config.types import Hours, Mistake

if TYPE_CHECKING:
    from config.table import Table

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week in order, as `Hours.week` names them."""

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)")
_MIDNIGHT = 24 * 60
_SPAN_EXPECTED = 'hours like "09:00-17:00"'
_TWO = '["09:00-13:00", "14:00-17:00"]'


def read_hours(table: Table | None) -> Hours:
    """The hours in ``[hours]``; without the table the desk is always staffed, in UTC."""
    if table is None:
        return Hours(zone="UTC", week=dict.fromkeys(DAYS, ("00:00-24:00",)))
    zone = table.text("zone") or "UTC"
    if not is_zone(zone):
        meant = near(zone, zoneinfo.available_timezones())
        table.wrong("zone", f"unknown time zone {zone!r}", 'a zone like "Europe/Madrid"', meant)
        zone = "UTC"
    week: dict[str, tuple[str, ...]] = {}
    for key in table.values:
        days = days_of(key)
        if days:
            spans = _spans(table, key)
            _add(table, key, week, dict.fromkeys(days, spans))
    if not week and not set(table.values) - {"zone"}:
        table.mistakes.append(
            Mistake(table.key_place(), "no day has hours", 'days like mon-fri = "09:00-17:00"')
        )
    # Asked for last: these are what a misspelt day is compared with.
    table.know([*DAYS, "mon-fri", "sat-sun"])
    table.close()
    return Hours(zone=zone, week={day: week[day] for day in DAYS if day in week})


def days_of(text: str) -> tuple[str, ...]:
    """The days that ``text`` names, ``mon`` or ``mon-fri`` or ``sat-mon``; none where it names no days."""
    first, dash, last = text.strip().lower().partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        return ()
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple(DAYS[day % 7] for day in range(start, end + (8 if end < start else 1)))


def is_zone(name: str) -> bool:
    """Whether ``name`` is a zone of the IANA database."""
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def span_of(text: str) -> tuple[int, int] | None:
    """Begin and end in minutes after midnight; ``None`` for what is no span or ends before it begins."""
    found = _SPAN.fullmatch(text.strip())
    if not found:
        return None
    start, end = (int(found[group]) * 60 + int(found[group + 1]) for group in (1, 3))
    return (start, end) if start < end <= _MIDNIGHT else None


def _spans(table: Table, key: str) -> tuple[str, ...]:
    written = [(0, table.text(key))] if isinstance(table.values[key], str) else table.texts(key)
    kept: list[tuple[int, int]] = []
    for index, text in written:
        where = (key, index) if isinstance(table.values[key], list) else (key,)
        span = span_of(text)
        if span is None:
            table.wrong(
                where, f"{text!r} are no opening hours", f"{_SPAN_EXPECTED}; the end is after the start"
            )
        elif any(span[0] < end and start < span[1] for start, end in kept):
            table.wrong(where, f"{text!r} overlaps the hours before it", "hours that do not overlap")
        else:
            kept.append(span)
    return tuple(f"{_clock(start)}-{_clock(end)}" for start, end in sorted(kept))


def _add(table: Table, key: str, week: dict[str, tuple[str, ...]], more: dict[str, tuple[str, ...]]) -> None:
    table.know([key])
    for day, spans in more.items():
        if day in week:
            table.wrong(key, f"{day} has hours already", f"each day once; two spans are a list, {_TWO}")
        else:
            week[day] = spans


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
