"""The times that an iCalendar file (RFC 5545) means: repetitions, exceptions, zones.

A calendar is anybody's bytes: this runs in a child process only (`runtime.shift_calendars.child`), where a
rule that repeats for ever costs no more than the child's time.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import icalendar
import recurring_ical_events

from store.shift_calendars import Worked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

MOST_EVENTS = 5_000
"""Events in one calendar, a repeating one counted once."""
MOST_TIMES = 20_000
"""Times that they come to within the span that is asked for."""
_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
_ENDS = re.compile(rb"END:VCALENDAR\s*\Z", re.IGNORECASE)
_MAILTO = "mailto:"


class UnreadableError(Exception):
    """It is no calendar, or none that can be used; the text says what is wrong with it."""


def times_of(data: bytes, zone: ZoneInfo, start: datetime, end: datetime) -> list[Worked]:
    """When somebody works from ``start`` to ``end``, in order; what overlaps or touches is one time.

    Times without a zone, and whole days, are of ``zone``'s clock. What is cancelled, or does not make its
    owner busy (``TRANSP:TRANSPARENT``), counts for nothing. Raises `UnreadableError`.
    """
    calendar = _parsed(data)
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise UnreadableError(f"it has {len(events):,} events, at most {MOST_EVENTS:,} are read")
    for event in events:
        _check(event)
    try:
        found = recurring_ical_events.of(calendar).between(start, end)
        times = _joined(_worked(event, zone) for event in found[: MOST_TIMES + 1] if _counts(event))
    except Exception as error:  # noqa: BLE001 - a calendar can provoke any
        raise UnreadableError(f"its repetitions cannot be worked out ({type(error).__name__})") from None
    if len(found) > MOST_TIMES:
        raise UnreadableError(f"it comes to {len(found):,} times, at most {MOST_TIMES:,} are kept")
    return times


def _parsed(data: bytes) -> icalendar.Calendar:
    if not _ENDS.search(data):
        raise UnreadableError("it does not end with END:VCALENDAR: it is no iCalendar file, or was cut off")
    try:
        calendar = icalendar.Calendar.from_ical(data)
    except Exception as error:  # noqa: BLE001 - a calendar can provoke any
        raise UnreadableError(f"it is no iCalendar file (RFC 5545): {_plain(error)}") from None
    if not isinstance(calendar, icalendar.Calendar):
        raise UnreadableError("it is no iCalendar file (RFC 5545): it begins with no VCALENDAR")
    return calendar


def _check(event: Any) -> None:
    """Raise where an event says what the library would pass over, or guess at."""
    name = _plain(event.get("SUMMARY") or event.get("UID") or "without a name")
    if "DTSTART" not in event:
        raise UnreadableError(f"the event {name!r} has no beginning")
    if event.errors:
        field, _ = event.errors[0]
        raise UnreadableError(f"the event {name!r} has a {_plain(field)} that cannot be read")
    if _is_backwards(event):
        raise UnreadableError(f"the event {name!r} ends before it begins")
    for field in ("DTSTART", "DTEND"):
        value = event.get(field)
        zone = value.params.get("TZID") if value is not None else None
        if zone and isinstance(value.dt, datetime) and value.dt.tzinfo is None:
            raise UnreadableError(f"the event {name!r} is in an unknown time zone, {_plain(zone)!r}")
    rules = event.get("RRULE") or []
    for rule in rules if isinstance(rules, list) else [rules]:
        often = _OFTEN.intersection(str(one).upper() for one in rule.get("FREQ", []))
        if often:
            raise UnreadableError(f"the event {name!r} repeats {often.pop()}; a shift repeats daily at most")


def _is_backwards(event: Any) -> bool:
    try:
        return "DTEND" in event and event["DTEND"].dt < event["DTSTART"].dt
    except TypeError:
        # One says a zone and the other none, or one is a day: the library settles that.
        return False


def _counts(event: Any) -> bool:
    status, busy = str(event.get("STATUS", "")).upper(), str(event.get("TRANSP", "")).upper()
    return status != "CANCELLED" and busy != "TRANSPARENT"


def _worked(event: Any, zone: ZoneInfo) -> Worked:
    attendees = event.get("ATTENDEE") or []
    written = attendees if isinstance(attendees, list) else [attendees]
    addresses = {str(one).lower().removeprefix(_MAILTO) for one in written}
    start, end = _moment(event.start, zone), _moment(event.end, zone)
    return Worked(int(start.timestamp()), int(end.timestamp()), tuple(sorted(addresses)))


def _moment(value: date, zone: ZoneInfo) -> datetime:
    """A date is its midnight."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - its zone follows
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _joined(times: Iterable[Worked]) -> list[Worked]:
    return sorted(_merged(sorted(times, key=lambda one: (one.who, one.start, one.end))), key=_order)


def _merged(times: Iterable[Worked]) -> Iterator[Worked]:
    last: Worked | None = None
    for one in times:
        if one.end <= one.start:
            continue
        if last is not None and last.who == one.who and one.start <= last.end:
            last = Worked(last.start, max(last.end, one.end), last.who)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _order(one: Worked) -> tuple[int, int, tuple[str, ...]]:
    return one.start, one.end, one.who


def _plain(text: object) -> str:
    shown = "".join(one if one.isprintable() else " " for one in str(text))
    return shown[:80]
