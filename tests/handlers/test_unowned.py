"""Nobody falls through: who is on call hears of an urgent ticket without an owner, the lead of an old one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from handlers.status import set_status
from handlers.unowned import CALLED, LED
from store import tables
from store.letter import decode
from tests.handlers.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def make(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Makes a watched house on each database."""
    made: list[Watched] = []

    def new(**words: Any) -> Watched:
        made.append(Watched(database_url, tmp_path, **words))
        return made[-1]

    yield new
    for one in made:
        one.house.close()


def test_who_is_on_call_hears_of_an_urgent_ticket_at_once(make: Callable[..., Watched]) -> None:
    """Agents in their language, addresses outside without the words for agents; once, whatever comes."""
    desk = make()
    desk.come("This is urgent")
    assert sorted(desk.told()) == ["ana@acme.example", "pager@else.example"]
    letters = [decode(row.letter) for row in desk.house.rows(tables.outgoing) if row.reason == "unowned"]
    assert {one.language for one in letters} == {"es", "en"}
    assert [one.values["agent_name"] for one in letters] == ["Ana", ""]
    desk.act(lambda hand: hand.change(1, priority="high"))
    desk.act(lambda hand: hand.change(1, priority="urgent"))
    assert len(desk.told()) == 2
    assert desk.flags() == [CALLED]


def test_who_is_away_is_passed_over_and_whoever_stands_in_is_told(make: Callable[..., Watched]) -> None:
    """Being off shift does not count: that is what being on call is for. Why is written down."""
    desk = make(ana='backup = "carol"\nshifts = ["night"]')
    desk.away("ana")
    desk.come("This is urgent")
    assert sorted(desk.told()) == ["carol@acme.example", "pager@else.example"]
    bodies = [json.loads(row.body) for row in desk.house.rows(tables.traces)]
    (told,) = [body for body in bodies if "unowned" in body]
    assert told["unowned"] == ["carol", "pager@else.example"]
    assert told["why_not"] == {"ana": "away until told otherwise"}


@pytest.mark.parametrize(
    ("ana", "own", "gone", "told"),
    [
        ('time_off = ["2026-11-23"]', '["ana", "pager@else.example"]', [], ["pager@else.example"]),
        ('shifts = ["night"]', '["ana"]', [], ["ana@acme.example"]),
        ('backup = "carol"', '["ana"]', ["ana", "carol"], ["ana@acme.example"]),
        ('backup = "carol"', '["ana", "carol"]', ["ana"], ["carol@acme.example"]),
    ],
    ids=["time-off", "off-shift-only", "nobody-left", "told-once"],
)
def test_who_hears_where_somebody_is_not_there(
    make: Callable[..., Watched], ana: str, own: str, gone: list[str], told: list[str]
) -> None:
    """Better a mail to somebody who is away than one to nobody."""
    desk = make(ana=ana, group=f"on_call = {own}")
    for agent in gone:
        desk.away(agent)
    desk.come("This is urgent")
    assert desk.told() == told


def test_one_that_becomes_urgent_calls_too_and_one_that_does_not_calls_nobody(
    make: Callable[..., Watched],
) -> None:
    """What counts is the priority at the time."""
    desk = make()
    desk.come("Good morning")
    assert desk.told() == []
    desk.act(lambda hand: hand.change(1, priority="urgent"))
    assert len(desk.told()) == 2


def test_one_with_an_owner_calls_nobody(make: Callable[..., Watched]) -> None:
    """Not when it becomes urgent, and not when the lead's time is up."""
    desk = make()
    desk.come("Good morning")
    desk.give("ana")
    desk.act(lambda hand: hand.change(1, priority="urgent"))
    desk.later(days=3)
    assert (desk.told(), desk.timers()) == ([], [])


def test_the_lead_hears_after_half_an_hour_and_not_before(make: Callable[..., Watched]) -> None:
    """Both sides of the bound, and never again."""
    desk = make()
    desk.come("Good morning")
    desk.later(minutes=29, seconds=59)
    assert desk.told() == []
    desk.later(seconds=1)
    assert desk.told() == ["carol@acme.example"]
    desk.act(lambda hand: hand.change(1, priority="high"))
    desk.later(days=9)
    assert desk.told() == ["carol@acme.example"]
    assert desk.flags() == [LED]


def test_the_half_hour_is_one_of_opening_hours(make: Callable[..., Watched]) -> None:
    """Twenty minutes before closing on a Friday: ten minutes into Monday."""
    desk = make()
    desk.house.now = datetime(2026, 11, 27, 16, 40, tzinfo=UTC)
    desk.come("Good morning")
    assert desk.timers() == [datetime(2026, 11, 30, 8, 10, tzinfo=UTC)]


def test_a_ticket_that_loses_its_agent_or_opens_again_is_watched_again(make: Callable[..., Watched]) -> None:
    """Each time that it comes to be without an owner counts for itself."""
    desk = make()
    desk.come("This is urgent")
    desk.give("ana")
    assert desk.timers() == []
    desk.give("")
    assert len(desk.told()) == 4
    assert len(desk.timers()) == 1
    desk.act(lambda hand: set_status(hand, 1, "solved"))
    assert desk.timers() == []
    desk.act(lambda hand: set_status(hand, 1, "open"))
    assert len(desk.told()) == 6
    desk.later(minutes=31)
    assert len(desk.told()) == 7


def test_a_lead_is_moot_where_somebody_took_the_ticket_meanwhile(make: Callable[..., Watched]) -> None:
    """The deadline was told, and then the ticket was taken, before a worker came to it."""
    desk = make()
    desk.come("Good morning")
    desk.house.pass_time(minutes=31)
    desk.house.timekeeper().tick()
    desk.give("ana")
    assert desk.told() == []


@pytest.mark.parametrize(
    ("words", "called", "led"),
    [
        (
            {"group": "", "unowned": 'on_call = ["carol"]\nlead = "ana"'},
            ["carol@acme.example"],
            ["ana@acme.example"],
        ),
        ({"unowned": 'lead = "ana"\nafter = "off"', "group": 'on_call = ["ana"]'}, ["ana@acme.example"], []),
        ({"unowned": 'after = "2h"', "group": 'lead = "ana"'}, [], []),
        ({"group": ""}, [], []),
    ],
)
def test_the_group_comes_before_the_desk(
    make: Callable[..., Watched], words: dict[str, str], called: list[str], led: list[str]
) -> None:
    """What is said of neither is asked of nobody."""
    desk = make(**words)
    desk.come("This is urgent")
    assert desk.told() == called
    desk.later(minutes=30)
    assert desk.told() == called + led


def test_a_flood_becomes_a_digest_for_addresses_too(make: Callable[..., Watched]) -> None:
    """Over the hourly limit a mail waits for the digest, which goes when the hour is over."""
    desk = make(group='on_call = ["pager@else.example"]', notices=2)
    for number in range(5):
        desk.come(f"urgent {number}")
    waiting = [row.state for row in desk.house.rows(tables.outgoing) if row.reason == "unowned"]
    assert waiting == ["waiting", "waiting", "digest", "digest", "digest"]
    desk.later(hours=1, minutes=2)
    [digest] = [row for row in desk.house.rows(tables.outgoing) if row.reason == "digest"]
    assert digest.recipient == "pager@else.example"
    assert decode(digest.letter).values["count"] == 3
