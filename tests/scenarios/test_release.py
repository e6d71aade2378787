"""Automatic mail that was held back is listed, and sent by a person's word: once, and never to a machine."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from runtime.paused import resume
from runtime.releasing import Deed, Releasing
from store import tables, withheld
from store.books import read_books
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail
from tests.scenarios.test_breaker import FREE, ROBOT, SUPPORT, answers, talk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.releasing import Fate

KARI = "kari@customer.example"
RULE = """[[rule]]
name = "Eager"
on = ["reply"]
then.reply = "We have your answer."
"""


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A desk that pauses at the third repeated answer of an hour; whoever acts has its clock."""
    with opened(sqlite_url, tmp_path / "raw", sample({"limits": {"repeats_per_hour": 3}}, "")) as office:
        monkeypatch.setattr("runtime.by_hand.utc_now", lambda: office.now)
        yield office


def held(office: Office) -> list[tuple[int, str]]:
    """What is held back: on which ticket, for which kind of reason."""
    with office.store.reading() as connection:
        return [(row.ticket, row.because) for row in withheld.waiting(connection)]


def go_on(office: Office) -> None:
    """End the pause."""
    with office.store.writing() as connection:
        resume(connection, SUPPORT, office.now)


def release(office: Office, *numbers: int, deed: Deed = Deed.RELEASE) -> list[tuple[int, str]]:
    """Say what becomes of it, of everything where no ticket is named; gives what did."""
    return [(one.ticket, one.became) for one in fates(office, *numbers, deed=deed)]


def fates(office: Office, *numbers: int, deed: Deed = Deed.RELEASE) -> list[Fate]:
    """The same, with why."""
    call = Releasing(office.store, deed, by="ana")
    found = call.these(numbers) if numbers else call.every()
    office.work()
    with office.store.reading() as connection:
        assert read_books(connection).broken == ()
    return found


def test_what_a_pause_held_back_is_sent_once(office: Office) -> None:
    """Not while it is paused; then one an hour to an address; and a second time changes nothing."""
    talk(office, FREE + 5)
    assert held(office) == [(7, "paused"), (8, "paused")]
    assert "`despacho mail release 7` sends it after all" in office.entries(7)[1].text
    assert release(office, 7) == [(7, "")]
    go_on(office)
    assert release(office) == [(7, "sent"), (8, "")]
    assert release(office, 7, 8) == [(7, "sent"), (8, "")]
    assert answers(office) == FREE + 4
    assert office.entries(7)[-1].text == "The acknowledgement that was held back was sent after all by ana."
    office.wait(timedelta(minutes=59))
    assert release(office) == [(8, "")]
    office.wait(timedelta(minutes=1))
    assert release(office) == [(8, "sent")]
    assert (release(office), held(office)) == ([], [])
    assert answers(office) == FREE + 5


def test_who_writes_the_same_is_answered_only_by_name(office: Office) -> None:
    """Most likely it is a machine: a person has to say that it is not."""
    for number in range(FREE + 2):
        office.receive(Mail(sender=ROBOT, subject=f"Case {number}", body=f"We have opened case {number}."))
        office.wait(timedelta(hours=1))
    assert held(office) == [(FREE + 1, "alike"), (FREE + 2, "alike")]
    assert release(office) == [(FREE + 1, ""), (FREE + 2, "")]
    assert release(office, FREE + 1) == [(FREE + 1, "sent")]
    assert answers(office) == FREE + 1


def test_a_blocked_sender_is_not_answered(office: Office) -> None:
    """Whoever blocks the machine and then releases everything does not begin the loop anew."""
    talk(office, FREE + 4)
    go_on(office)
    desk = {"spam": {"block": [ROBOT]}}
    office.apply(sample(desk, ""))
    [fate] = fates(office, FREE + 4)
    assert (fate.became, fate.why) == ("", f"{ROBOT} is on the block list")
    assert answers(office) == FREE + 3


def test_the_limits_hold(office: Office) -> None:
    """Of an unproved sender only so many are answered in an hour, whoever asks for it; and no more later."""
    office.apply(sample({"limits": {"sender_per_hour": 1}}, ""))
    office.receive(Mail(sender=KARI, subject="Brakes", body="The brakes of my bicycle do not work."))
    office.receive(Mail(sender=KARI, subject="Saddle", body="And now a question about something new."))
    assert held(office) == [(2, "limit")]
    assert release(office, 2) == [(2, "")]
    office.wait(timedelta(hours=1))
    assert release(office, 2) == [(2, "sent")]
    assert [one.ticket for one in office.sent() if one.recipient == KARI] == [1, 2]


def test_what_nobody_needs_any_more_is_dropped(office: Office) -> None:
    """Where an agent has answered since, an acknowledgement would come after the answer."""
    talk(office, FREE + 4)
    go_on(office)
    agent = office.tickets()[FREE + 4].agent
    office.wait(timedelta(minutes=1))
    office.receive(
        Mail(sender=f"{agent}@acme.example", answers="assigned", body="Which brakes are they?"),
    )
    [fate] = fates(office)
    assert (fate.became, fate.why) == ("dropped", "somebody has answered since")
    assert answers(office) == FREE + 3


def test_a_person_lets_it_go(office: Office) -> None:
    """It is never sent then, and the ticket says who said so; a release says what became of it."""
    talk(office, FREE + 5)
    go_on(office)
    assert release(office, 7, deed=Deed.DROP) == [(7, "dropped")]
    note = "The acknowledgement that was held back is not sent by ana: a person said so."
    assert office.entries(7)[-1].text == note
    [fate] = fates(office, 7)
    assert (fate.mail, fate.why) == ("", "it was dropped before")
    assert release(office, deed=Deed.DROP) == [(8, "dropped")]
    assert answers(office) == FREE + 3


def test_what_a_rule_writes_is_kept_too(office: Office) -> None:
    """Its own words go out when it is released, under the key that they have."""
    office.apply(sample({"limits": {"repeats_per_hour": 1}}, RULE))
    talk(office, FREE + 1)
    office.receive(Mail(sender=ROBOT, answers="acknowledged", body="It is the front brake, by the way."))
    assert held(office) == [(FREE + 1, "paused")]
    go_on(office)
    assert release(office) == [(FREE + 1, "sent")]
    assert "We have your answer." in office.last("by_rule", ROBOT).text
    assert release(office) == []


def test_in_shadow_nothing_is_kept(office: Office) -> None:
    """What a mailbox in shadow did not write is never sent, as little as what it wrote."""
    office.apply(sample({"mode": "shadow", "limits": {"sender_per_hour": 1}}, ""))
    for subject in ("Brakes", "Saddle"):
        office.receive(Mail(sender=KARI, subject=subject, body=f"A question about {subject}."))
    assert office.rows(tables.withheld) == []
