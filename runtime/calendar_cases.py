"""Questions to a calendar as JSON Lines: each line a schedule, an operation and its arguments.

The form is that of cases with known answers: ``schedule`` has ``hours`` by weekday (``{"mon": [["09:00",
"17:00"]]}``), ``shifts`` and ``breaks`` by date, ``holidays`` and ``time_zone``; times are ISO 8601 in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from config.hours import DAYS
from handlers.calendar import amounts, reference
from handlers.calendar.calendar import Calendar, NeverOpenError, Plan, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Wall = Annotated[str, Meta(pattern=r"^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$|^24:00(?::00)?$")]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Spans = list[tuple[Wall, Wall]]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Aware = Annotated[datetime, Meta(tz=True)]

_SECONDS = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?")
MOST_DAYS = 3_660
MOST_PERIODS = 10_000


class CaseError(Exception):
    """A line that is no question; the text says why."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A calendar as a case writes it."""

    hours: dict[Day, Spans]
    time_zone: str
    shifts: dict[str, Spans] = {}
    breaks: dict[str, Spans] = {}
    holidays: list[date] = []


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One question."""

    schedule: Schedule
    operation: Literal[
        "after", "before", "within", "in_hours", "on_break", "on_holiday", "periods_after", "periods_before"
    ]
    start: Aware
    amount: Count = 0
    unit: Literal["seconds", "minutes", "hours", "days"] = "seconds"
    end: Aware | None = None
    count: Annotated[int, Meta(ge=0, le=MOST_PERIODS)] = 1


class Answer(msgspec.Struct, frozen=True):
    """What the reference library says, and what people are told where that is something else."""

    result: object
    for_people: object = None


def answer(line: bytes) -> dict[str, Any]:
    """The case of one line with ``result`` added, and ``for_people`` where people are told something else.

    ``result`` follows the reference library: an amount that ends exactly at closing time is due at the next
    opening. Raises `CaseError`.
    """
    try:
        given = msgspec.json.decode(line, type=dict[str, Any])
        case = msgspec.convert(given, Case)
        found = _OPERATIONS[case.operation](calendar_of(case.schedule), case)
    except (msgspec.DecodeError, ValueError, OverflowError, NeverOpenError) as error:
        raise CaseError(str(error)) from error
    given["result"] = found.result
    if found.for_people is not None:
        given["for_people"] = found.for_people
    return given


def calendar_of(schedule: Schedule) -> Calendar:
    """The calendar that a case writes down; raises ``ValueError`` for spans or a zone that mean nothing."""
    plan = Plan(
        zone=schedule.time_zone,
        week={DAYS.index(day): _spans(written) for day, written in schedule.hours.items()},
        dates=_by_date(schedule.shifts),
        breaks=_by_date(schedule.breaks),
        holidays=frozenset(schedule.holidays),
    )
    try:
        return Calendar(plan)
    except (ZoneInfoNotFoundError, OSError) as error:
        message = f"unknown time zone {schedule.time_zone!r}"
        raise ValueError(message) from error


def _by_date(written: Mapping[str, Spans]) -> dict[date, tuple[Span, ...]]:
    return {date.fromisoformat(day): _spans(spans) for day, spans in written.items()}


def _spans(written: Spans) -> tuple[Span, ...]:
    spans = tuple(sorted(Span(_second(start), _second(end)) for start, end in written))
    for span, (start, end) in zip(spans, sorted(written), strict=True):
        if span.start >= span.end:
            message = f"the hours {start}-{end} end before they begin"
            raise ValueError(message)
    return spans


def _second(wall: str) -> int:
    hour, minute, second = _SECONDS.fullmatch(wall).groups(default="0")  # type: ignore[union-attr]
    return int(hour) * 3600 + int(minute) * 60 + int(second)


def _after(calendar: Calendar, case: Case) -> Answer:
    if case.unit == "days":
        return Answer(_iso(reference.days_after(calendar, case.start, _days(case))))
    amount = timedelta(**{case.unit: case.amount})
    theirs = _iso(reference.after(calendar, case.start, amount))
    ours = _iso(amounts.after(calendar, case.start, amount))
    return Answer(theirs, ours if ours != theirs else None)


def _before(calendar: Calendar, case: Case) -> Answer:
    if case.unit == "days":
        return Answer(_iso(reference.days_before(calendar, case.start, _days(case))))
    return Answer(_iso(amounts.before(calendar, case.start, timedelta(**{case.unit: case.amount}))))


def _within(calendar: Calendar, case: Case) -> Answer:
    if case.end is None:
        message = "`within` asks for an end"
        raise ValueError(message)
    return Answer(int(amounts.within(calendar, case.start, case.end).total_seconds()))


def _days(case: Case) -> int:
    if case.amount > MOST_DAYS:
        message = f"{case.amount} days are more than ten years"
        raise ValueError(message)
    return case.amount


def _listed(periods: Any, count: int) -> Answer:
    return Answer([[_iso(start), _iso(end)] for start, end in islice(periods, count)])


def _iso(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat()
    return text.removesuffix("+00:00") + "Z"


_OPERATIONS: dict[str, Callable[[Calendar, Case], Answer]] = {
    "after": _after,
    "before": _before,
    "within": _within,
    "in_hours": lambda calendar, case: Answer(calendar.is_open(case.start)),
    "on_break": lambda calendar, case: Answer(calendar.is_break(case.start)),
    "on_holiday": lambda calendar, case: Answer(calendar.is_holiday(case.start)),
    "periods_after": lambda calendar, case: _listed(calendar.after(case.start), case.count),
    "periods_before": lambda calendar, case: _listed(calendar.before(case.start), case.count),
}
