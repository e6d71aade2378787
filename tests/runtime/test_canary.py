"""The canary: it goes the whole way, is nobody's contact, and is missed where it does not come through."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from config.loader import load
from config.vocabulary import Canary
from runtime.canary import canary_state, delivery_of, slot_of, state_of
from store import aside, presence
from store.books import read_books
from store.presence import Present
from store.tables import contacts, outgoing, tickets
from tests.store.house import EXAMPLE, SUPPORT, House

if TYPE_CHECKING:
    from runtime.canary import CanaryState

CANARY = Canary(to="canary@acme.example", every=300, late=120)


@pytest.fixture
def kept(house: House) -> House:
    """A desk that keeps a canary."""
    files = dict(load(EXAMPLE).files)
    files["desk.toml"] += '\n[canary]\nto = "canary@acme.example"\n'
    house.apply(files)
    return house


def fly(house: House) -> None:
    """Hand in the canary of this moment."""
    delivery = delivery_of(slot_of(house.now, CANARY), CANARY, SUPPORT, house.now)
    house.door.submit(delivery).result(60)


def land(house: House, **fields: object) -> None:
    """Say that everything that was to be sent is sent now."""
    done = {"state": "captured", "done_at": house.now} | fields
    with house.store.writing() as connection:
        connection.execute(update(outgoing).values(done))


def state(house: House) -> CanaryState:
    """How the canaries fare."""
    found = canary_state(house.rulebooks, house.store, house.now)
    assert found is not None
    return found


def test_it_goes_the_whole_way_and_bothers_nobody(kept: House) -> None:
    """One mail to its own address, no ticket, no load, nothing among what was set aside; the books hold."""
    fly(kept)
    kept.work()
    [mail] = kept.rows(outgoing)
    assert (mail.recipient, mail.reason, mail.ticket) == ("canary@acme.example", "canary", None)
    assert kept.rows(tickets) == []
    [contact] = kept.rows(contacts)
    assert (contact.channel, contact.state, contact.reason) == ("canary", "aside", "canary")
    with kept.store.reading() as connection:
        assert aside.counts(connection, kept.now - timedelta(days=1), kept.now + timedelta(days=1)) == {}
    with kept.store.reading() as connection:
        assert read_books(connection).broken == ()


def test_a_slot_has_one_canary_however_many_hand_it_in(kept: House) -> None:
    """Two timekeepers in one slot are one contact and one mail; the next slot has its own."""
    fly(kept)
    fly(kept)
    kept.pass_time(seconds=300)
    fly(kept)
    kept.work()
    assert (kept.count(contacts), kept.count(outgoing)) == (2, 2)


def test_one_that_came_through_tells_how_long_it_took(kept: House) -> None:
    """From the door to the receiver's answer."""
    fly(kept)
    kept.work()
    kept.pass_time(seconds=7)
    land(kept)
    found = state(kept)
    assert (found.late, found.took, found.done_at) == (False, timedelta(seconds=7), kept.now)


@pytest.mark.parametrize(("seconds", "late"), [(119, False), (121, True), (240, True)])
def test_one_that_is_stuck_is_late(kept: House, seconds: int, late: bool) -> None:  # noqa: FBT001
    """On the way is fine until the patience of the policy is over, wherever it is stuck."""
    fly(kept)
    kept.work()
    kept.pass_time(seconds=seconds)
    assert state(kept).late is late


def test_a_relay_that_refuses_is_late_too(kept: House) -> None:
    """A mail that failed never comes through."""
    fly(kept)
    kept.work()
    land(kept, state="failed")
    kept.pass_time(seconds=121)
    assert state(kept).late


def test_one_that_was_never_handed_in_is_missed(kept: House) -> None:
    """A slot without a canary, after slots that had one, is late: the door or the timekeeper is away."""
    fly(kept)
    kept.work()
    land(kept)
    kept.pass_time(seconds=300 + 121)
    assert state(kept).late


def test_a_desk_that_has_just_got_its_canary_is_not_late(kept: House) -> None:
    """Before the first one there is nothing to miss; and a desk without one has no state at all."""
    assert not state(kept).late
    assert state_of(CANARY, SUPPORT, kept.store, kept.now).done_at is None


def test_a_door_that_stays_shut_is_late_for_as_long_as_it_does(kept: House) -> None:
    """Without any canary in all the slots that are looked at, a timekeeper at work is asked where it is."""
    began = kept.now

    def at_work() -> None:
        here = Present(id="t", role="timekeeper", host="h", since=began, seen_at=kept.now)
        with kept.store.writing() as connection:
            presence.beat(connection, [here], kept.now)

    at_work()
    assert not state(kept).late
    kept.pass_time(seconds=300 + 121)
    assert not state(kept).late
    at_work()
    assert state(kept).late
    kept.pass_time(days=2)
    at_work()
    assert state(kept).late


def test_without_a_canary_nothing_is_said(house: House) -> None:
    """Most desks keep none; one that is under way as the policy loses it is set aside and sent nowhere."""
    assert canary_state(house.rulebooks, house.store, house.now) is None
    fly(house)
    house.work()
    assert house.rows(outgoing) == []
    assert house.contact.state == "aside"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('to = "nobody"', "is no mail address"),
        (f'to = "{SUPPORT}"', "is a mailbox of the desk"),
        ('to = "ana@acme.example"', "is an agent's"),
        ('to = "c@acme.example"\nevery = "1s"', "every is too short or too long"),
        ('to = "c@acme.example"\nlate = "2d"', "late is too short or too long"),
        ("", "to is missing"),
        ('to = "c@acme.example"\nevry = "5m"', "evry"),
    ],
)
def test_what_cannot_be_a_canary(text: str, what: str) -> None:
    """Each mistake is told with its place; a canary never flies to a person or in a circle."""
    from config.loader import examine_files  # noqa: PLC0415

    files = dict(load(EXAMPLE).files)
    files["desk.toml"] += f"\n[canary]\n{text}\n"
    mistakes = "\n".join(map(str, examine_files(files).mistakes))
    assert what in mistakes
    assert "desk.toml:" in mistakes
