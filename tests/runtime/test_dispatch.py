"""What the dispatcher's commands reckon with: moments, hours, gaps, order, and calendars as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.duty import Assign, Duty, Speaking
from config.types import Agent, Group
from handlers.calendar.calendar import Period
from runtime.cli import Trouble
from runtime.commands.board import ends, left
from runtime.commands.next import in_order
from runtime.coverage import Usual, look, wall_hours
from runtime.named_moment import moment_of, next_moment
from runtime.show.icalendar import LONGEST, calendar
from runtime.show.times import Clock
from store.bookings import Booking
from store.open_tickets import OpenTicket

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


def at(text: str) -> datetime:
    """A moment of November 2026, in UTC: ``23 10:30``."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def booking(start: str, end: str, **fields: object) -> Booking:
    """A booking of Ana's."""
    given = {"id": 1, "ticket": 1, "agent": "ana", "status": "open"} | fields
    return Booking(starts_at=at(start), ends_at=at(end), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11:01", "2026-11-23T10:01"),
        ("11:00", "2026-11-24T10:00"),
        ("10:59", "2026-11-24T09:59"),
        ("2026-11-24", "2026-11-23T23:00"),
        ("2026-11-24T09:00+02:00", "2026-11-24T07:00"),
        ("2026-07-01T09:00", "2026-07-01T07:00"),
    ],
)
def test_a_moment_is_one_of_the_agents_clock(text: str, found: str) -> None:
    """A bare time is the next such one, and now is none."""
    assert next_moment("--from", text, MADRID, MONDAY) == datetime.fromisoformat(found).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "24:00", "9:00", "tomorrow", "0001-01-01T00:00+12:00", "9999-12-31T23:59-12:00"]
)
def test_what_is_no_moment_is_said(text: str) -> None:
    """Times before the first and after the last day that there is, too."""
    with pytest.raises(Trouble, match="--from"):
        next_moment("--from", text, MADRID, MONDAY)


def test_without_a_zone_a_moment_is_utc() -> None:
    """As the other commands read it; nothing is nothing."""
    assert moment_of("--since", "2026-11-23T10:00") == MONDAY
    assert moment_of("--since", "") is None


def test_a_day_and_a_week_end_at_midnight_of_the_agents_zone() -> None:
    """Sunday's evening in Madrid is Sunday's, and its midnight begins the week."""
    sunday = at("29 22:59")
    assert ends(sunday, MADRID) == (at("29 23:00"), at("29 23:00"))
    assert ends(at("29 23:00"), MADRID) == (at("30 23:00"), at("30 23:00") + timedelta(days=6))
    # The week in which clocks change is an hour longer.
    assert ends(datetime(2026, 10, 25, 0, tzinfo=UTC), MADRID)[0] == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_what_is_booked_outside_shifts_takes_nothing_from_what_is_free() -> None:
    """What is past, or after the end, counts for nothing."""
    there = [Period(at("23 10:00"), at("23 13:00")), Period(at("23 14:00"), at("23 17:00"))]
    booked = [
        booking("23 09:30", "23 10:30"),
        booking("23 12:30", "23 14:30"),
        booking("23 16:30", "23 18:30"),
    ]
    found = left(MONDAY, there, booked, at("23 18:00"))
    assert (found.on, found.booked, found.free) == (6.0, 4.0, 4.0)
    found = left(MONDAY, there, booked, at("23 14:00"))
    assert (found.on, found.booked, found.free) == (3.0, 2.0, 2.0)


def _ticket(number: int, priority: str, due: str = "", agent: str = "ana") -> OpenTicket:
    return OpenTicket(
        id=number,
        agent=agent,
        subject=f"About {number}",
        status="open",
        priority=priority,
        group_name="line",
        created_at=at("22 10:00"),
        due_at=at(due) if due else None,
    )


def test_what_is_next_is_booked_then_due_then_urgent_then_old() -> None:
    """Each once; within a quarter of an hour the more urgent goes first; what nobody has comes last."""
    own = [
        _ticket(1, "low"),
        _ticket(2, "urgent"),
        _ticket(3, "normal", "23 11:00"),
        _ticket(4, "urgent", "23 11:14"),
        _ticket(5, "urgent", "23 11:15"),
        _ticket(6, "strange", "23 09:00"),
    ]
    free = [_ticket(7, "urgent", "23 08:00", agent="")]
    booked = [
        booking("23 10:10", "23 10:30", ticket=1, subject="About 1"),
        booking("23 09:50", "23 10:05", ticket=9),
    ]
    found = in_order(own, free, booked, MONDAY, Clock(MADRID))
    assert [one.ticket for one in found] == [1, 9, 6, 4, 3, 5, 2, 7]
    assert [one.why for one in found] == [
        "booked to begin at 2026-11-23 11:10",
        "booked until 2026-11-23 11:05",
        "was due 2026-11-23 10:00, strange",
        "due 2026-11-23 12:14, urgent",
        "due 2026-11-23 12:00, normal",
        "due 2026-11-23 12:15, urgent",
        "urgent, since 2026-11-22 11:00",
        "was due 2026-11-23 09:00, urgent; nobody in line has it",
    ]


def _agent(name: str, **fields: object) -> Agent:
    return Agent(id=name, name=name, address=f"{name}@acme.example", **fields)  # type: ignore[arg-type]


CAME = [
    (at("16 09:10"), "line", "en"),
    (at("16 09:50"), "line", "es"),
    (at("16 12:30"), "line", "es"),
    (at("17 09:30"), "line", "en"),
    (at("16 09:30"), "other", "en"),
]
THERE = {
    "ana": [Period(at("23 08:00"), at("23 09:30")), Period(at("24 08:00"), at("24 17:00"))],
    "bo": [Period(at("23 12:00"), at("23 14:00"))],
}


@pytest.mark.parametrize(
    ("assign", "spoken", "expected"),
    [
        (None, 5, [("", "23 09:30", "23 10:00", 1.0)]),
        (None, 0, [("", "23 09:30", "23 10:00", 1.0), ("es", "23 12:00", "23 13:00", 1.0)]),
        (Assign(language_level=3), 2, [("", "23 09:30", "23 10:00", 1.0)]),
        (
            Assign(language=Speaking.REQUIRED, language_level=3),
            2,
            [("", "23 09:30", "23 10:00", 1.0), ("es", "23 12:00", "23 13:00", 1.0)],
        ),
        (
            Assign(language=Speaking.REQUIRED, language_level=2),
            2,
            [("", "23 09:30", "23 10:00", 1.0)],
        ),
    ],
    ids=["all-speak", "nobody-speaks", "preferred", "below-the-level", "at-the-level"],
)
def test_gaps_are_where_something_comes_and_nobody_can_take_it(
    assign: Assign | None, spoken: int, expected: list[tuple[str, str, str, float]]
) -> None:
    """To the minute; nobody at all is said once, and not again for each language."""
    usual = Usual(lambda _: ZoneInfo("UTC"), (at("09 00:00"), at("23 00:00")), CAME)
    assert usual.weeks == 1
    duty = Duty(speaks={"es": spoken}) if spoken else Duty()
    bo = _agent("bo", languages=("en", "es") if spoken else ("en",), duty=duty)
    group = Group(name="line", agents=("ana", "bo"), assign=assign)
    found = look(group, [_agent("ana"), bo], THERE, usual, Period(at("23 00:00"), at("25 00:00")))
    assert [(one.language, one.start, one.end, one.expected) for one in found.gaps] == [
        (language, at(start), at(end), amount) for language, start, end, amount in expected
    ]


def test_what_usually_comes_is_the_mean_of_the_weeks_that_were() -> None:
    """A desk of nine days is measured over two weeks; an hour of the zone's clock keeps its place."""
    came = [(at("16 09:10"), "line", ""), (at("14 09:10"), "line", "")]
    usual = Usual(lambda _: MADRID, (at("01 00:00"), at("23 00:00")), came)
    assert usual.weeks == 2
    hour = Period(at("23 09:00"), at("23 10:00"))
    assert usual.expected("line", "", hour) == 0.5
    summer = Period(datetime(2026, 7, 6, 8, tzinfo=UTC), datetime(2026, 7, 6, 9, tzinfo=UTC))
    assert usual.expected("line", "", summer) == 0.5
    assert usual.expected("line", "", Period(hour.start, hour.start + timedelta(minutes=15))) == 0.125


def test_hours_are_those_of_the_groups_own_clock() -> None:
    """One that is half an hour off, too; nobody is there, so that each such hour is a gap as a whole."""
    kolkata = ZoneInfo("Asia/Kolkata")
    # 09:00 to 10:00 there.
    came = [(at("16 03:31"), "line", ""), (at("16 04:29"), "line", "")]
    zones = {"line": kolkata}
    usual = Usual(lambda name: zones.get(name, MADRID), (at("01 00:00"), at("23 00:00")), came)
    found = look(Group(name="line"), [], {}, usual, Period(at("23 00:00"), at("30 00:00")))
    assert [(one.start, one.end, one.expected) for one in found.gaps] == [
        (at("23 03:30"), at("23 04:30"), 2.0)
    ]
    assert [one.start for one in wall_hours(Period(at("23 03:40"), at("23 05:00")), kolkata)] == [
        at("23 03:40"),
        at("23 04:30"),
    ]


def test_an_hour_keeps_its_place_when_clocks_change() -> None:
    """Nine o'clock is nine o'clock on either side; the hour that came twice was two hours long."""
    end = datetime(2026, 10, 26, tzinfo=UTC)
    nine = [datetime(2026, 10, day, hour, 30, tzinfo=UTC) for day, hour in ((24, 7), (25, 8))]
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    came = [(one, "line", "") for one in (*nine, *twice)]
    usual = Usual(lambda _: MADRID, (end - timedelta(weeks=8), end), came)
    assert usual.weeks == 1
    assert [usual.rate("line", "", one) for one in (*nine, *twice)] == [1.0, 1.0, 1.0, 1.0]
    spring = Period(datetime(2027, 3, 28, 0, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC))
    assert usual.expected("line", "", spring) == 0.0


def test_hours_in_which_little_comes_are_summed_up() -> None:
    """An hour with just as much as is asked for is a gap; none of it is lost."""
    came = [(at(f"{day} 09:10"), "line", "") for day in ("02", "09")] + [(at("03 12:10"), "line", "")]
    usual = Usual(lambda _: ZoneInfo("UTC"), (at("01 00:00"), at("29 00:00")), came)
    assert usual.weeks == 4
    span = Period(at("30 00:00"), at("30 00:00") + timedelta(weeks=2))
    found = look(Group(name="line"), [], {}, usual, span, at_least=0.5)
    assert [(one.start, one.expected) for one in found.gaps] == [
        (at("30 09:00"), 0.5),
        (at("30 09:00") + timedelta(weeks=1), 0.5),
    ]
    assert [(one.group, one.language, one.hours, one.expected) for one in found.rest] == [
        ("line", "", 2.0, 0.5)
    ]


def test_lines_of_a_calendar_are_short_and_texts_cannot_end_them() -> None:
    """Whatever a stranger writes into a subject, it is one event with five known lines and a folded text."""
    subject = "a;b,c\\d\r\nEND:VEVENT\x00" + "🚲é" * 60
    text = calendar([booking("23 10:00", "23 11:00", id=7, subject=subject)], "Acme", "acme.example", MONDAY)
    lines = text.split(b"\r\n")
    assert max(len(line) for line in lines) == LONGEST
    assert b"\n" not in text.replace(b"\r\n", b"")
    unfolded = text.decode().replace("\r\n ", "").split("\r\n")
    assert unfolded[3:-2] == [
        "BEGIN:VEVENT",
        "UID:booking-7@acme.example",
        "DTSTAMP:20261123T100000Z",
        "DTSTART:20261123T100000Z",
        "DTEND:20261123T110000Z",
        "SUMMARY:#1 a\\;b\\,c\\\\d\\nEND:VEVENT" + "🚲é" * 60,
        "DESCRIPTION:Acme: booked for ana",
        "END:VEVENT",
    ]
