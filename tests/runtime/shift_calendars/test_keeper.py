"""Shifts follow their calendars, and keep the last good version whatever a calendar becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from handlers.shifts import shifts_of
from runtime.checkup.shifts import _one
from runtime.shift_calendars import keeper as keeping
from runtime.shift_calendars.contained import NoTimesError
from runtime.shift_calendars.keeper import AGAIN, EVERY_FILE, Keeper
from runtime.shift_calendars.occurrences import UnreadableError, times_of
from store import shift_calendars, tables
from tests.runtime.shift_calendars.files import event, file, shift
from tests.store.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handlers.shifts import Shifts
    from runtime.checkup.finding import Finding
    from store.shift_calendars import Worked

DESK = """
name = "Acme"
languages = ["en"]
[[mailbox]]
address = "support@acme.example"
group = "line"
[[shift]]
name = "rota"
zone = "Europe/Madrid"
ics = {ics}
[[shift]]
name = "night"
mon-sun = "22:00-24:00"
[[agent]]
id = "ana"
name = "Ana"
address = "Ana@acme.example"
shifts = ["rota"]
time_off = ["2026-11-26"]
[[agent]]
id = "bo"
name = "Bo"
address = "bo@acme.example"
shifts = ["rota", "night"]
[[group]]
name = "line"
agents = ["ana", "bo"]
"""
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAILY = (":20261123T090000", ":20261123T170000", "RRULE:FREQ=DAILY;UNTIL=20261230T000000Z")


class Desk:
    """A house whose shifts come from a file."""

    def __init__(self, url: str, folder: Path) -> None:
        self.house = House(url, folder)
        self.house.now = MONDAY
        self.file = folder / "rota.ics"
        self.keeper = Keeper(
            self.house.store,
            lambda: self.house.rulebooks.current().policy,
            folder=folder,
            allowed=(),
            now=lambda: self.house.now,
        )
        self.apply("rota.ics")

    def apply(self, ics: str, *, quoted: bool = True) -> None:
        """Put a policy in force whose shift comes from there."""
        self.house.apply({"desk.toml": DESK.format(ics=f'"{ics}"' if quoted else ics)})

    def shifts(self) -> Shifts:
        """The shifts as whoever assigns sees them."""
        with self.house.store.reading() as connection:
            return shifts_of(self.house.rulebooks.current().policy.desk, connection)

    def on(self, day: int, hour: int) -> str:
        """Who is on shift at an hour (UTC) of a day of November."""
        at = datetime(2026, 11, day, hour, tzinfo=UTC)
        return " ".join(name for name in ("ana", "bo") if self.shifts().on(name, at))

    def found(self) -> Finding:
        """What the doctor says."""
        rota = self.house.rulebooks.current().policy.desk.shifts[0]
        with self.house.store.reading() as connection:
            state = shift_calendars.states(connection).get("rota")
            return _one(rota, state, shift_calendars.listed(connection, ["rota"])["rota"], self.house.now)


def _read_here(data: bytes, zone: str, start: datetime, end: datetime) -> tuple[Worked, ...]:
    try:
        return tuple(times_of(data, ZoneInfo(zone), start, end))
    except UnreadableError as error:
        raise NoTimesError(str(error)) from None


@pytest.fixture
def desk(desk_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """One on each database, which reads calendars in this process: children have a test of their own."""
    monkeypatch.setattr(keeping, "times_in", _read_here)
    desk = Desk(desk_url, tmp_path)
    yield desk
    desk.house.close()


def test_shifts_follow_the_calendar_and_keep_the_last_good_one(desk: Desk) -> None:
    """Before the first there is nobody; what cannot be read changes nothing and is told; then it goes on."""
    assert desk.on(23, 10) == ""
    assert (desk.found().colour, "not read yet" in desk.found().says) == ("yellow", True)
    assert desk.keeper.look() == 1
    assert (desk.found().colour, "nobody is on this shift" in desk.found().says) == ("red", True)
    assert desk.keeper.look() == 0
    desk.file.write_bytes(shift(*DAILY))
    desk.house.now += AGAIN
    assert desk.keeper.look() == 1
    assert (desk.on(23, 8), desk.on(23, 16), desk.on(24, 22)) == ("ana bo", "", "bo")
    # Her day off is no shift of hers.
    assert (desk.on(26, 10), desk.on(27, 10)) == ("bo", "ana bo")
    assert desk.found().colour == "green"
    assert desk.found().says.endswith("the last until 2026-12-29")
    desk.file.write_bytes(b"<html>")
    desk.house.now += EVERY_FILE
    began = desk.house.now
    assert desk.keeper.look() == 1
    assert desk.on(23, 10) == "ana bo"
    desk.house.now += AGAIN
    desk.keeper.look()
    found = desk.found()
    assert found.colour == "yellow"
    assert f"since {began:%Y-%m-%d %H:%M} UTC: it does not end with END:VCALENDAR" in found.says
    assert "stays in force" in found.says
    whose = event("DTSTART:20261123T090000Z", "DTEND:20261123T110000Z", "ATTENDEE:mailto:ana@acme.example")
    desk.file.write_bytes(file(whose))
    desk.house.now += AGAIN
    desk.keeper.look()
    assert (desk.on(23, 10), desk.on(24, 10)) == ("ana", "")
    assert "its last shift ends on 2026-11-23" in desk.found().says


def test_another_place_is_read_at_once_and_until_then_the_old_one_counts(desk: Desk) -> None:
    """And it is not due again before its time, nor for a second process."""
    desk.file.write_bytes(shift(*DAILY))
    assert desk.keeper.look() == 1
    desk.apply("other.ics")
    assert desk.on(23, 10) == "ana bo"
    assert desk.keeper.look() == 1
    assert desk.on(23, 10) == "ana bo"
    assert "cannot be read: No such file" in desk.found().says
    desk.file.rename(desk.file.with_name("other.ics"))
    desk.house.now += AGAIN - timedelta(seconds=1)
    assert desk.keeper.look() == 0
    desk.house.now += timedelta(hours=2)
    assert "nobody reads" not in desk.found().says
    assert desk.keeper.look() == 1
    desk.house.now += timedelta(hours=1, minutes=1)
    assert desk.found().colour == "green"
    desk.house.now += timedelta(seconds=1)
    assert "nobody reads its calendar" in desk.found().says


def test_who_took_it_first_reads_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was seen by two at once is read by one; what was asked otherwise meanwhile is not written over."""
    ask = shift_calendars.Ask("rota", "UTC rota.ics")
    store, now = desk.house.store, desk.house.now
    with store.writing() as connection:
        assert shift_calendars.claim(connection, ask, None, now)
        assert not shift_calendars.claim(connection, ask, None, now)
    with store.reading() as connection:
        seen = shift_calendars.states(connection)["rota"]
    with store.writing() as connection:
        assert shift_calendars.claim(connection, ask, seen, now + AGAIN)
        assert not shift_calendars.claim(connection, ask, seen, now + AGAIN)
        other = shift_calendars.Ask("rota", "UTC other.ics")
        assert not shift_calendars.keep(connection, other, [], now=now, due_at=now)
    desk.house.now += AGAIN
    monkeypatch.setattr(keeping, "bytes_of", lambda *_: pytest.fail("it was to be stopped"))
    assert desk.keeper.look(lambda: True) == 0


def test_an_address_that_is_a_secret_is_kept_outside_the_policy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is not there, or is no https URL, the doctor says so and never what was found."""
    desk.apply('{ env = "ROTA_ICS" }', quoted=False)
    asked: list[str] = []

    def answer(place: str, *_: object) -> bytes:
        asked.append(place)
        return shift(*DAILY)

    monkeypatch.setattr(keeping, "bytes_of", answer)
    for text, says in (
        ("", "the variable ROTA_ICS is empty or not set"),
        ("http://calendar.acme.example/private-word", "what ROTA_ICS holds is no https URL"),
        ("rota.ics", "what ROTA_ICS holds is no https URL"),
    ):
        monkeypatch.setenv("ROTA_ICS", text)
        desk.keeper.look()
        assert says in desk.found().says
        assert "private-word" not in str(desk.found())
        desk.house.now += AGAIN
    assert asked == []
    monkeypatch.setenv("ROTA_ICS", "https://calendar.acme.example/private-word.ics")
    desk.keeper.look()
    assert asked == ["https://calendar.acme.example/private-word.ics"]
    assert desk.found().colour == "green"
    assert "private-word" not in str([tuple(row) for row in desk.house.rows(tables.shift_calendars)])
