"""Opening hours as people write them: ``mon-fri = "09:00-17:00"`` in a named zone, and what they except."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING

from config.mistakes import near
from config.opening import Hours
from config.spans import clock_of, read_spans, span_of
from config.special_days import read_dates, read_holidays
from config.types import Mistake

if TYPE_CHECKING:
    from config.table import Table

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week in order, as `Hours.week` names them."""

_BESIDE_DAYS = frozenset({"name", "zone", "breaks", "holidays", "dates"})
_TWO = '["09:00-13:00", "14:00-17:00"]'


def read_hours(table: Table | None) -> Hours:
    """The hours in ``[hours]``; without the table the desk is always staffed, in UTC."""
    if table is None:
        return Hours(zone="UTC", week=dict.fromkeys(DAYS, ("00:00-24:00",)))
    return read_calendar(table)


def read_calendar(table: Table, name: str = "") -> Hours:
    """A calendar: its zone, week, breaks, holidays and dates; whatever is wrong is noted."""
    zone = read_zone(table)
    gaps = _breaks(table)
    week: dict[str, tuple[str, ...]] = {}
    for key in table.values:
        days = days_of(key)
        if days:
            spans = read_spans(table, key)
            _add(table, key, week, dict.fromkeys(days, spans))
    holidays, dates = read_holidays(table), read_dates(table.table("dates"))
    if not week and not set(table.values) - _BESIDE_DAYS:
        table.mistakes.append(
            Mistake(table.key_place(), "no day has hours", 'days like mon-fri = "09:00-17:00"')
        )
    # Asked for last: these are what a misspelt day is compared with.
    table.know([*DAYS, "mon-fri", "sat-sun"])
    table.close()
    week = {day: _cut(week[day], gaps) for day in DAYS if day in week}
    return Hours(name=name, zone=zone, week=week, holidays=holidays, dates=dates)


def read_zone(table: Table) -> str:
    """The ``zone`` of a table; UTC where it says none, or none that is known, which is noted."""
    zone = table.text("zone") or "UTC"
    if is_zone(zone):
        return zone
    meant = near(zone, zoneinfo.available_timezones())
    table.wrong("zone", f"unknown time zone {zone!r}", 'a zone like "Europe/Madrid"', meant)
    return "UTC"


def _breaks(table: Table) -> tuple[tuple[int, int], ...]:
    """What is cut out of each day of the week."""
    if "breaks" not in table.values:
        table.know(["breaks"])
        return ()
    table.know(["breaks"])
    return tuple(found for text in read_spans(table, "breaks") if (found := span_of(text)))


def _cut(spans: tuple[str, ...], gaps: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """A day's spans without its breaks."""
    left = [found for text in spans if (found := span_of(text))]
    for start, end in gaps:
        pieces = [
            piece
            for opened, closed in left
            for piece in ((opened, min(closed, start)), (max(opened, end), closed))
        ]
        left = [(opened, closed) for opened, closed in pieces if opened < closed]
    return tuple(f"{clock_of(opened)}-{clock_of(closed)}" for opened, closed in left)


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


def _add(table: Table, key: str, week: dict[str, tuple[str, ...]], more: dict[str, tuple[str, ...]]) -> None:
    table.know([key])
    for day, spans in more.items():
        if day in week:
            table.wrong(key, f"{day} has hours already", f"each day once; two spans are a list, {_TWO}")
        else:
            week[day] = spans
