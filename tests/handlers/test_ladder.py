"""When the levels of a ladder are due: before and after a deadline, by both clocks, and in quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from config.opening import Hours
from config.sla import Level, Match, Sla, Which
from config.types import DeskText
from handlers import ladder
from store.records import DeadlineRecord, TicketRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

WEEK: dict[str, tuple[str, ...]] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))
DESK = DeskText(name="Acme", languages=("en",), hours=Hours(zone="UTC", week=WEEK))
HOUR, MINUTE = 3600, 60


def at(text: str) -> datetime:
    """A time in November 2026, in UTC; the 2nd is a Monday, the 6th a Friday."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


TICKET = TicketRecord(
    id=1,
    subject="",
    mailbox="a@acme.example",
    channel="smtp",
    language="en",
    requester="k@x.example",
    trust="unverified",
    created_at=at("02T10:00"),
    updated_at=at("02T10:00"),
)
RECORD = DeadlineRecord(ticket=1, which=Which.FIRST_RESPONSE, sla="gold", started_at=at("02T10:00"))


def due(
    *levels: Level, began: str, amount: int, elapsed: bool = False, taken: Sequence[str] = ()
) -> dict[int, datetime]:
    """When each level of a ladder for the first response comes, for a ticket opened at a time."""
    amounts = {Which.FIRST_RESPONSE: amount, Which.RESOLUTION: 10 * amount}
    sla = Sla(name="gold", match=Match(), elapsed=elapsed, amounts=amounts, levels=levels)
    taken_already = msgspec.json.encode(taken).decode()
    record = msgspec.structs.replace(RECORD, started_at=at(began), taken=taken_already)
    record = msgspec.structs.replace(record, due_at=ladder.due_of(DESK, TICKET, sla, record))
    return ladder.times(DESK, TICKET, sla, record)


def level(offset: int = 0, *, elapsed: bool = False, urgent: bool = False) -> Level:
    """The first level, so many seconds after the first response is due."""
    return Level(number=1, of=Which.FIRST_RESPONSE, offset=offset, elapsed=elapsed, urgent=urgent)


@pytest.mark.parametrize(
    ("began", "amount", "one", "comes"),
    [
        # In staffed time over a night: due at ten on Tuesday.
        ("02T16:00", 2 * HOUR, level(), "03T10:00"),
        ("02T16:00", 2 * HOUR, level(-30 * MINUTE), "03T09:30"),
        ("02T16:00", 2 * HOUR, level(-90 * MINUTE), "02T16:30"),
        ("02T16:00", 2 * HOUR, level(7 * HOUR), "03T17:00"),
        ("02T16:00", 2 * HOUR, level(8 * HOUR), "04T10:00"),
        # A level on the other clock counts from the deadline: an hour of the night before Tuesday's ten.
        ("02T16:00", 2 * HOUR, level(-HOUR, elapsed=True), "03T09:00"),
        ("02T16:00", 2 * HOUR, level(6 * HOUR, elapsed=True), "03T16:00"),
        # What elapses into the night, or a weekend, waits for the next opening unless it is urgent.
        ("02T16:00", 2 * HOUR, level(8 * HOUR, elapsed=True), "04T09:00"),
        ("02T16:00", 2 * HOUR, level(8 * HOUR, elapsed=True, urgent=True), "03T18:00"),
        ("06T15:00", 2 * HOUR, level(HOUR, elapsed=True), "09T09:00"),
        ("06T15:00", 2 * HOUR, level(HOUR, elapsed=True, urgent=True), "06T18:00"),
        # Closing time itself is not quiet.
        ("02T13:00", 2 * HOUR, level(2 * HOUR, elapsed=True), "02T17:00"),
        ("02T13:00", 2 * HOUR, level(2 * HOUR + 1, elapsed=True), "03T09:00"),
    ],
)
def test_a_level_comes_by_its_clock(began: str, amount: int, one: Level, comes: str) -> None:
    """Before or after a deadline in staffed time."""
    assert due(one, began=began, amount=amount)[1] == at(comes)


@pytest.mark.parametrize(
    ("one", "comes"),
    [
        # Due at two in the night.
        (level(elapsed=True, urgent=True), "03T02:00"),
        (level(elapsed=True), "03T09:00"),
        (level(-3 * HOUR, elapsed=True, urgent=True), "02T23:00"),
        (level(-9 * HOUR, elapsed=True), "02T17:00"),
        (level(-9 * HOUR + 1, elapsed=True), "03T09:00"),
        # In staffed time before and after two in the night.
        (level(-HOUR), "02T16:00"),
        (level(HOUR), "03T10:00"),
    ],
)
def test_a_level_of_a_deadline_in_elapsed_time(one: Level, comes: str) -> None:
    """Ten hours from four in the afternoon, and what is before and after that by either clock."""
    found = due(one, began="02T15:59", amount=10 * HOUR + MINUTE, elapsed=True)
    assert (found[ladder.ITSELF], found[1]) == (at("03T02:00"), at(comes))


@pytest.mark.parametrize(
    ("before", "comes"),
    [(2 * HOUR - 1, True), (2 * HOUR, False), (3 * HOUR, False)],
    ids=["just", "as", "long"],
)
def test_no_level_comes_as_its_deadline_begins(before: int, *, comes: bool) -> None:
    """One that would be due then, or earlier, is left out: nobody could have kept it."""
    for elapsed in (False, True):
        one = level(-before, elapsed=elapsed, urgent=True)
        assert (1 in due(one, began="02T10:00", amount=2 * HOUR)) is comes


def test_a_level_that_was_taken_never_comes_again() -> None:
    """Not in the same round of the same policy; the others still do."""
    ladder_of_two = (level(), msgspec.structs.replace(level(HOUR), number=2))
    assert due(*ladder_of_two, began="02T10:00", amount=HOUR).keys() == {0, 1, 2}
    assert due(*ladder_of_two, began="02T10:00", amount=HOUR, taken=["gold:1:1"]).keys() == {0, 2}
    assert due(*ladder_of_two, began="02T10:00", amount=HOUR, taken=["gold:2:1"]).keys() == {0, 1, 2}


def test_levels_of_other_deadlines_are_theirs() -> None:
    """A ladder may climb for the solution as well; its levels are no timers of the first answer."""
    other = Level(number=2, of=Which.RESOLUTION)
    assert due(level(), other, began="02T10:00", amount=HOUR).keys() == {0, 1}


def test_what_a_policy_has_no_more_is_never_due() -> None:
    """Neither the deadline nor its levels, though the policy still has its name."""
    other = Level(number=1, of=Which.RESOLUTION)
    sla = Sla(name="gold", match=Match(), amounts={Which.RESOLUTION: HOUR}, levels=(other,))
    record = msgspec.structs.replace(RECORD, due_at=at("02T12:00"))
    assert ladder.due_of(DESK, TICKET, sla, record) is None
    assert ladder.times(DESK, TICKET, sla, record) == {}
