"""A requester who waits hears now and then that the desk is still at it; nobody else hears anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from store import tables
from tests.scenarios.office import START, Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KARI = "kari@customer.example"
ASKED = Mail(sender=KARI, subject="Brakes", body="The brakes of my bicycle do not work any more.")
DAY = timedelta(days=1)


def policy(days: int = 3) -> dict[str, str]:
    """The sample policy, with hours of the working week, and with words about progress."""
    hours = {"zone": "Etc/UTC", "mon-thu": ["08:00-16:00"], "fri": ["08:00-16:00"]}
    return sample({"lifecycle": {"progress_after_days": days}, "hours": hours}, "")


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """A desk that tells of progress each three business days; it is a Monday, nine o'clock."""
    with opened(sqlite_url, tmp_path / "raw", policy()) as office:
        yield office


def told(office: Office) -> list[datetime]:
    """When requesters were told of progress."""
    return [row.created_at for row in office.rows(tables.outgoing) if row.reason == "progress"]


def days(office: Office, number: int) -> None:
    """Let so many days go by, an hour at a time."""
    for _ in range(number * 24):
        office.wait(timedelta(hours=1))


def test_who_waits_hears_each_three_business_days(office: Office) -> None:
    """From Monday nine o'clock: Thursday, Tuesday, Friday at nine; in their language, on their thread."""
    office.receive(ASKED)
    days(office, 12)
    assert told(office) == [START + number * DAY for number in (3, 8, 11)]
    letter = office.last("progress", KARI)
    assert letter.subject == "Re: Brakes [#1]"
    assert "We are still working on your request number 1" in letter.text
    assert b"Auto-Submitted: auto-replied" in letter.wire


def test_an_answer_begins_it_anew_and_an_end_ends_it(office: Office) -> None:
    """It counts from the last public answer; nobody is told while they are waited for, or when it is over."""
    office.receive(ASKED)
    days(office, 2)
    office.receive(Mail(sender="ana@acme.example", answers="assigned", body="We have ordered new ones."))
    days(office, 2)
    assert told(office) == []
    days(office, 3)
    assert told(office) == [START + 7 * DAY]
    office.receive(Mail(sender="ana@acme.example", answers="assigned", body="#pending\nWhich bicycle is it?"))
    days(office, 7)
    office.receive(Mail(sender="ana@acme.example", answers="assigned", body="#solve\nIt is done."))
    days(office, 7)
    assert len(told(office)) == 1


def test_what_is_on_hold_is_told_of_and_a_note_is_no_answer(office: Office) -> None:
    """Whoever waits for somebody else waits all the same, and words inside the desk are none to them."""
    office.receive(ASKED)
    days(office, 1)
    office.receive(Mail(sender="ana@acme.example", answers="assigned", body="#hold\n#note Ask the factory."))
    days(office, 2)
    assert told(office) == [START + 3 * DAY]


def test_never_outside_opening_hours(office: Office) -> None:
    """What comes due while nobody is there, as after a stop of the desk, waits for the next opening."""
    office.receive(ASKED)
    office.now = START + 3 * DAY + timedelta(hours=10)
    office.work()
    assert told(office) == []
    days(office, 1)
    [at] = told(office)
    assert (at.date(), at.hour) == ((START + 4 * DAY).date(), 8)


@pytest.mark.parametrize(
    "mail",
    [
        Mail(sender=KARI, subject="Away", body="I am away.", headers={"Precedence": "bulk"}),
        Mail(sender=KARI, subject="Brakes", body="They squeal.", trust="failed"),
    ],
    ids=["a machine", "a forged sender"],
)
def test_whom_nobody_wrote_to_is_not_told(office: Office, mail: Mail) -> None:
    """Whoever was not acknowledged hears nothing now either, until an agent has answered them."""
    office.receive(mail)
    assert [entry.flag for entry in office.entries(1)][-1] == "not-acknowledged"
    days(office, 8)
    assert told(office) == []
    office.receive(Mail(sender="ana@acme.example", answers="assigned", body="We have ordered new ones."))
    days(office, 5)
    assert len(told(office)) == 1


def test_it_is_off_unless_it_is_wanted(office: Office) -> None:
    """A desk that says nothing of it tells nobody, and one that turns it off stops at once."""
    office.receive(ASKED)
    office.apply(policy(0))
    days(office, 8)
    assert told(office) == []
