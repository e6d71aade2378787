"""A mailbox whose answers go round in circles pauses, says so, lets people through, and goes on by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from handlers.status import REMIND
from runtime.checkup.paused import look_at_paused
from runtime.paused import resume
from store import tables
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

ROBOT = "robot@machines.example"
SUPPORT = "support@acme.example"
OPS = "ops@acme.example"
FREE = 3
"""Answers that everybody gets and that count as no repeat."""


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """A desk that pauses at the third repeated answer of an hour."""
    desk = {"limits": {"repeats_per_hour": 3}, "ops": {"digest_to": OPS}}
    with opened(sqlite_url, tmp_path / "raw", sample(desk, "")) as office:
        yield office


def talk(office: Office, times: int, sender: str = ROBOT) -> None:
    """Let a proved sender write, each time something else altogether."""
    for _ in range(times):
        turn = len(office.tickets())
        words = " ".join(f"{one}{chr(97 + turn)}" for one in ("brake", "saddle", "wheel", "bell", "lamp"))
        office.receive(Mail(sender=sender, subject=f"About {words}", body=words * 3, trust="aligned"))


def answers(office: Office, address: str = ROBOT) -> int:
    """How many acknowledgements went to an address."""
    return sum(one.reason == "acknowledged" and one.recipient == address for one in office.sent())


def test_a_mailbox_pauses_at_its_limit_and_says_so(office: Office) -> None:
    """The third repeat goes out and pauses it; the next is held, and the ticket says why."""
    talk(office, FREE + 2)
    assert [one.colour for one in look_at_paused(office.store, office.now)] == ["green"]
    talk(office, 2)
    assert answers(office) == FREE + 3
    assert [one.flag for one in office.entries(6)] == ["", "paused"]
    [_, held] = office.entries(7)
    why = f"automatic mail of {SUPPORT} is paused; `despacho mail resume {SUPPORT}` ends that"
    assert held.text == f"Not acknowledged: {why}; `despacho mail release 7` sends it after all."
    [found] = look_at_paused(office.store, office.now)
    assert (found.colour, SUPPORT in found.says, "11:00" in found.says) == ("red", True, True)
    [notice] = [one for one in office.sent() if one.recipient == OPS]
    assert (notice.reason, f"despacho mail resume {SUPPORT}" in notice.text) == ("paused", True)


def test_people_are_heard_while_it_is_paused(office: Office) -> None:
    """Somebody who writes for the first to the third time is answered, and an agent's reply goes out."""
    talk(office, FREE + 3)
    talk(office, FREE, "kari@customer.example")
    assert answers(office, "kari@customer.example") == FREE
    agent = office.tickets()[7].agent
    office.receive(Mail(sender=f"{agent}@acme.example", answers="assigned", body="Which brakes are they?"))
    assert [one.reason for one in office.sent()][-1] == "reply"


def test_it_goes_on_by_itself(office: Office) -> None:
    """It is paused until the next hour is over, and not longer."""
    talk(office, FREE + 3)
    office.wait(timedelta(minutes=119))
    talk(office, 1)
    assert answers(office) == FREE + 3
    office.wait(timedelta(minutes=1))
    talk(office, 1)
    assert answers(office) == FREE + 4


def test_a_person_lets_it_go_on(office: Office) -> None:
    """After a resume it counts from none, pauses anew at its limit, and tells of it a second time."""
    talk(office, FREE + 4)
    for paused in (True, False):
        with office.store.writing() as connection:
            assert resume(connection, SUPPORT, office.now) is paused
    talk(office, 4)
    assert answers(office) == FREE + 6
    assert sum(row.reason == "paused" for row in office.rows(tables.outgoing)) == 2


def test_reminders_wait_while_it_is_paused(office: Office) -> None:
    """What would go to who had several answers comes when the pause is over, and not before."""
    office.apply(sample({"limits": {"repeats_per_hour": 3}, "lifecycle": {"remind_after_days": 1}}, ""))
    talk(office, 1)
    agent = office.tickets()[1].agent
    office.receive(Mail(sender=f"{agent}@acme.example", answers="assigned", body="#pending\nWhich brakes?"))
    office.now = _due(office) - timedelta(minutes=10)
    talk(office, FREE + 3)
    office.wait(timedelta(minutes=10))
    assert "pending_reminder" not in {one.reason for one in office.sent()}
    until = _due(office)
    assert timedelta(hours=1) <= until - office.now <= timedelta(hours=2)
    office.wait(until - office.now)
    assert [one.reason for one in office.sent()].count("pending_reminder") == 1


def _due(office: Office) -> datetime:
    """When the reminder is due."""
    due: list[datetime] = [row.due_at for row in office.rows(tables.timers) if row.which == REMIND]
    return due[0]


def test_without_anybody_of_ops_the_lead_is_told(office: Office) -> None:
    """Where no address of those who run the desk is known, whoever leads hears of it; else nobody."""
    limits = {"limits": {"repeats_per_hour": 1}}
    office.apply(sample(limits | {"unowned": {"lead": "lead@acme.example"}}, ""))
    talk(office, FREE + 1)
    assert office.last("paused", "lead@acme.example").ticket is None


def test_nought_is_no_limit(office: Office) -> None:
    """A desk that wants no breaker has none."""
    office.apply(sample({"limits": {"repeats_per_hour": 0}}, ""))
    talk(office, 12)
    assert answers(office) == 12
