"""Calendars of a policy: which one counts for whom, and what holidays and dates of their own do to it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from config.opening import Hours
from config.types import DeskText, Group, Mailbox
from handlers.calendar.chosen import calendar_for, hours_for, laid, named, plan_of
from handlers.calendar.holidays import PublicHolidays
from store.records import TicketRecord

WEEK: dict[str, tuple[str, ...]] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))
MADRID = Hours(name="madrid", zone="Europe/Madrid", week=WEEK, holidays=("ES-MD",))
OSLO = Hours(name="oslo", zone="Europe/Oslo", week=WEEK, holidays=("NO",), dates={"12-24": ("09:00-12:00",)})
DESK = DeskText(
    name="Acme",
    hours=Hours(zone="UTC", week=WEEK),
    calendars=(MADRID, OSLO),
    groups=(Group(name="billing", calendar="madrid"), Group(name="first-line")),
    mailboxes=(Mailbox(address="hjelp@acme.example", calendar="oslo"), Mailbox(address="help@acme.example")),
)
TICKET = TicketRecord(
    id=1,
    subject="",
    mailbox="help@acme.example",
    channel="smtp",
    language="en",
    requester="",
    trust="unverified",
    created_at=datetime(2026, 11, 2, tzinfo=UTC),
    updated_at=datetime(2026, 11, 2, tzinfo=UTC),
)


def at(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("group", "mailbox", "name"),
    [
        ("", "help@acme.example", ""),
        ("first-line", "help@acme.example", ""),
        ("first-line", "hjelp@acme.example", "oslo"),
        ("billing", "hjelp@acme.example", "madrid"),
        ("gone", "gone@acme.example", ""),
    ],
)
def test_the_closest_word_decides(group: str, mailbox: str, name: str) -> None:
    """The group's calendar, else the mailbox's, else the desk's own."""
    ticket = msgspec.structs.replace(TICKET, group_name=group, mailbox=mailbox)
    assert hours_for(DESK, ticket).name == name


def test_without_a_ticket_it_is_the_desks_own() -> None:
    """``[hours]`` is the calendar of whoever has no other."""
    assert hours_for(DESK) is DESK.hours
    assert named(DESK, "gone") is DESK.hours
    assert calendar_for(DESK) is calendar_for(DESK)
    assert calendar_for(DESK).plan.zone == "UTC"


def test_another_policys_hours_are_another_calendar() -> None:
    """Equal words are not the same; what was worked out for one is not taken for the other."""
    assert laid(msgspec.structs.replace(OSLO, zone="Asia/Tokyo")).plan.zone == "Asia/Tokyo"
    assert laid(OSLO).plan.zone == "Europe/Oslo"


def test_holidays_of_country_and_region_are_closed() -> None:
    """Madrid's own day, not Spain's; Norway's Constitution Day; and no day that is neither."""
    assert not laid(MADRID).is_open(at("2028-05-02T10:00"))
    assert laid(OSLO).is_open(at("2028-05-02T10:00"))
    assert not laid(OSLO).is_open(at("2028-05-17T10:00"))
    assert laid(MADRID).is_open(at("2028-05-17T10:00"))


def test_a_date_of_its_own_comes_before_holiday_and_weekday() -> None:
    """Open on a holiday, closed on a working day, shorter on one of every year."""
    dates = {"2028-05-02": ("10:00-11:00",), "2028-05-03": (), "12-24": ("09:00-12:00",)}
    calendar = laid(msgspec.structs.replace(MADRID, dates=dates))
    assert calendar.is_open(at("2028-05-02T08:30"))
    assert not calendar.is_open(at("2028-05-02T09:00"))
    assert not calendar.is_holiday(at("2028-05-02T08:30"))
    assert not calendar.is_open(at("2028-05-03T10:00"))
    for year in (2026, 2027):
        assert calendar.is_open(at(f"{year}-12-24T10:59"))
        assert not calendar.is_open(at(f"{year}-12-24T11:00"))


def test_a_holiday_has_a_name() -> None:
    """What is closed can be explained."""
    found = PublicHolidays(("ES-MD",), but=("12-25",))
    assert "Madrid" in found.name(at("2026-05-02T00:00").date())
    assert not found.name(at("2026-12-25T00:00").date())
    assert "no date" not in found


def test_a_plan_without_holidays_asks_no_library() -> None:
    """A desk that names no country pays nothing."""
    assert plan_of(DESK.hours).holidays == frozenset()
