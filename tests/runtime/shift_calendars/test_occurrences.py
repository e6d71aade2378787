"""What calendar files mean: repetitions, exceptions, zones, who works; and which are refused, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from runtime.shift_calendars import occurrences
from runtime.shift_calendars.occurrences import UnreadableError, times_of
from tests.runtime.shift_calendars.files import event, file, shift

MADRID = ZoneInfo("Europe/Madrid")
START, END = datetime(2026, 10, 19, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
ZONE = """BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")
WEEKLY = (":20261020T090000", ":20261020T170000", "RRULE:FREQ=WEEKLY;COUNT=3")


def said(data: bytes) -> list[str]:
    """The times, in UTC: ``10-20 07:00-15:00``, with who works behind."""
    return [
        f"{datetime.fromtimestamp(one.start, UTC):%m-%d %H:%M}-"
        f"{datetime.fromtimestamp(one.end, UTC):%H:%M} {' '.join(one.who)}".strip()
        for one in times_of(data, MADRID, START, END)
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (shift(":20261020T090000Z", ":20261020T170000Z"), ["10-20 09:00-17:00"]),
        (shift(":20261020T090000", ":20261020T170000"), ["10-20 07:00-15:00"]),
        (shift(";TZID=America/New_York:20261020T090000", ":20261020T170000Z"), ["10-20 13:00-17:00"]),
        (
            shift(";TZID=W. Europe Standard Time:20261020T090000", ":20261020T170000Z"),
            ["10-20 07:00-17:00"],
        ),
        (file(ZONE, event("DTSTART;TZID=Ours:20261020T090000", "DURATION:PT2H")), ["10-20 06:00-08:00"]),
        (shift(";VALUE=DATE:20261024", ";VALUE=DATE:20261026"), ["10-23 22:00-23:00"]),
        (file(event("DTSTART;VALUE=DATE:20261020")), ["10-19 22:00-22:00"]),
        (shift(*WEEKLY), ["10-20 07:00-15:00", "10-27 08:00-16:00", "11-03 08:00-16:00"]),
        (shift(*WEEKLY, "EXDATE:20261027T090000"), ["10-20 07:00-15:00", "11-03 08:00-16:00"]),
        (
            file(
                event(f"DTSTART{WEEKLY[0]}", f"DTEND{WEEKLY[1]}", WEEKLY[2]),
                event("RECURRENCE-ID:20261027T090000", "DTSTART:20261028T100000", "DTEND:20261028T110000"),
            ),
            ["10-20 07:00-15:00", "10-28 09:00-10:00", "11-03 08:00-16:00"],
        ),
        (shift(*WEEKLY, "STATUS:CANCELLED"), []),
        (shift(*WEEKLY, "TRANSP:TRANSPARENT"), []),
        (shift(":20261020T090000Z", ":20261020T090000Z"), []),
        (shift(":20260101T090000Z", ":20260101T170000Z"), []),
        (
            shift(*WEEKLY[:2], "ATTENDEE;CN=Bo:mailto:Bo@acme.example", "ATTENDEE:MAILTO:ana@acme.example"),
            ["10-20 07:00-15:00 ana@acme.example bo@acme.example"],
        ),
        (
            file(
                event("DTSTART:20261020T090000Z", "DTEND:20261020T110000Z"),
                event("DTSTART:20261020T110000Z", "DTEND:20261020T120000Z").replace("1@x", "2@x"),
                event(
                    "DTSTART:20261020T100000Z", "DTEND:20261020T113000Z", "ATTENDEE:mailto:a@x.example"
                ).replace("1@x", "3@x"),
            ),
            ["10-20 09:00-12:00", "10-20 10:00-11:30 a@x.example"],
        ),
        (file(), []),
    ],
    ids=[
        *("utc", "floating", "iana-zone", "windows-zone", "own-zone", "days-over-the-change", "one-day"),
        *("over-the-change", "left-out", "moved", "cancelled", "free", "empty", "past", "attendees"),
        *("joined", "nothing"),
    ],
)
def test_a_calendar_means_these_times(data: bytes, expected: list[str]) -> None:
    """Wall clocks keep their time over the change of clocks; what is moved is not repeated where it was."""
    assert said(data) == expected


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", "it does not end with END:VCALENDAR"),
        (b"<html>Please log in</html>", "it does not end with END:VCALENDAR"),
        (shift(*WEEKLY)[:-20], "or was cut off"),
        (b"Hello\r\nEND:VCALENDAR", "no iCalendar file"),
        (event().encode() + b"END:VCALENDAR", "no iCalendar file"),
        (file(event("SUMMARY:Early")), "'Early' has no beginning"),
        (shift(":next Tuesday", ":20261020T170000"), "has a DTSTART that cannot be read"),
        (shift(*WEEKLY, "EXDATE:soon"), "has a EXDATE that cannot be read"),
        (shift(":20261020T090000Z", ":20261020T080000Z"), "ends before it begins"),
        (shift(":00010101T000000", ":20270101T000000"), "cannot be worked out"),
        (shift(*WEEKLY[:2], "RRULE:FREQ=DAILY;COUNT=-5"), "cannot be worked out"),
        (shift(";TZID=Mars/Base:20261020T090000", ":20261020T170000Z"), "unknown time zone, 'Mars/Base'"),
        (shift(*WEEKLY[:2], "RRULE:FREQ=HOURLY"), "repeats HOURLY"),
        (shift(*WEEKLY[:2], "RRULE:FREQ=SECONDLY;COUNT=2"), "repeats SECONDLY"),
        (shift(*WEEKLY[:2], "RRULE:FREQ=SOMETIMES"), "has a RRULE that cannot be read"),
    ],
    ids=[
        *("empty", "html", "cut", "text", "stray", "no-beginning", "no-moment", "bad-exdate", "backwards"),
        *("too-long", "minus-five", "mars", "hourly", "secondly", "sometimes"),
    ],
)
def test_what_cannot_be_used_says_why(data: bytes, wrong: str) -> None:
    """In words for whoever keeps the calendar."""
    with pytest.raises(UnreadableError, match=wrong):
        said(data)


def test_there_are_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides of each, of events and of what they come to."""
    monkeypatch.setattr(occurrences, "MOST_EVENTS", 2)
    two = [event("DTSTART:20261020T090000Z", "DTEND:20261020T100000Z").replace("1@x", f"{n}@x") for n in "12"]
    assert len(said(file(*two))) == 1
    with pytest.raises(UnreadableError, match="it has 3 events"):
        said(file(*two, two[0]))
    monkeypatch.setattr(occurrences, "MOST_TIMES", 3)
    assert len(said(shift(*WEEKLY))) == 3
    with pytest.raises(UnreadableError, match="it comes to 4 times"):
        said(shift(*WEEKLY[:2], "RRULE:FREQ=WEEKLY;COUNT=4"))
