"""Nobody falls through: who is on call hears of an urgent ticket without an owner, the lead of an old one."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.assign import hand_over
from handlers.desk import Desk
from handlers.status import set_status
from handlers.unowned import CALLED, LED, WHICH
from store import tables
from store.batch import Batch
from store.letter import decode
from store.numbers import numbers_for
from store.past import OVER
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""Eleven in Madrid: the desk is open until 14:00."""
DESK = """\
name = "Acme"
languages = ["en", "es"]
[unowned]
{unowned}
[[mailbox]]
address = "support@acme.example"
group = "first-line"
[[agent]]
id = "ana"
name = "Ana"
address = "ana@acme.example"
languages = ["es"]
[[agent]]
id = "carol"
name = "Carol"
address = "carol@acme.example"
[[group]]
name = "first-line"
agents = []
{group}
[hours]
zone = "Europe/Madrid"
mon-fri = ["09:00-14:00", "15:00-18:00"]
[limits]
agent_notices_per_hour = {notices}
"""
RULES = """\
[[rule]]
name = "urgent"
when.subject.contains = "urgent"
then.priority = "urgent"
"""
OWN = 'on_call = ["ana", "pager@else.example"]\nlead = "carol"'


class Watched:
    """A house with such a policy, and hands to act on its tickets."""

    def __init__(
        self, url: str, folder: Path, *, unowned: str = "", group: str = OWN, notices: int = 60
    ) -> None:
        """The group has no agents, so that nobody gets a ticket by itself."""
        self.house = House(url, folder)
        desk = DESK.format(unowned=unowned, group=group, notices=notices)
        self.house.apply({"desk.toml": desk, "rules.toml": RULES})
        self.house.now = MONDAY
        self._mails = 0

    def come(self, subject: str) -> None:
        """Have a mail come in and be worked on."""
        self._mails += 1
        self.house.accept(mail(f"m{self._mails}", subject=subject), received_at=self.house.now)
        self.house.work()

    def later(self, **span: float) -> None:
        """Move the clock, fire what is due, and do the work."""
        self.house.pass_time(**span)
        self.house.timekeeper().tick()
        self.house.work()

    def act(self, do: Callable[[Desk], object], number: int = 1, *, work: bool = True) -> None:
        """Do something to a ticket by hand."""
        house = self.house
        with house.store.writing() as connection:
            batch = Batch(connection, numbers_for(house.store.dialect))
            book = house.rulebooks.current()
            desk = Desk.by_hand(batch, now=house.now, rulebook=book, keyring=house.keyring)
            do(desk)
            desk.tell_changes(number)
            batch.flush()
        if work:
            house.work()

    def give(self, agent: str, *, work: bool = True) -> None:
        """Hand ticket 1 to an agent, or take it from whoever has it."""
        found = self.house.rulebooks.current().policy.agent(agent)
        if found is None:
            self.act(lambda desk: desk.change(1, agent=""), work=work)
        else:
            self.act(lambda desk: hand_over(desk, desk.ticket(1), found), work=work)

    def told(self) -> list[str]:
        """Who was told that nobody has a ticket, in order."""
        return [row.recipient for row in self.house.rows(tables.outgoing) if row.reason == "unowned"]

    def flags(self) -> list[str]:
        """The flags of the notes about it."""
        return [row.flag for row in self.house.rows(tables.entries) if row.flag in {CALLED, LED}]

    def timers(self) -> list[Any]:
        """When leads are to be told."""
        return [row.due_at for row in self.house.rows(tables.timers) if row.which == WHICH]


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


class Killed(BaseException):
    """A worker ends in the middle."""


STEPS = st.lists(
    st.sampled_from(["give", "take", "urgent", "normal", "killed", "forward", "back", "solve", "open"]),
    max_size=9,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_each_is_told_at_most_once_for_each_time_without_an_owner(steps: list[str]) -> None:
    """Workers are killed and clocks turned: in the end the lead was told, or the ticket has an owner."""
    with tempfile.TemporaryDirectory() as name:
        desk = Watched(f"sqlite:///{name}/desk.sqlite3", Path(name))
        try:
            _live(desk, steps)
        finally:
            desk.house.close()


def _live(desk: Watched, steps: list[str]) -> None:
    deeds: dict[str, Callable[[], object]] = {
        "give": lambda: desk.give("ana"),
        "take": lambda: desk.give(""),
        "urgent": lambda: desk.act(lambda hand: hand.change(1, priority="urgent")),
        "normal": lambda: desk.act(lambda hand: hand.change(1, priority="normal")),
        "solve": lambda: desk.act(lambda hand: set_status(hand, 1, "solved")),
        "open": lambda: desk.act(lambda hand: set_status(hand, 1, "open")),
        "forward": lambda: desk.later(hours=5),
        "back": lambda: desk.later(hours=-2),
        "killed": lambda: _kill_a_worker(desk),
    }
    desk.come("This is urgent")
    begun = 1
    for step in steps:
        before = _without(desk)
        deeds[step]()
        begun += not before and _without(desk)
    desk.later(days=4)
    desk.later(days=4)
    for flag, people in ((CALLED, 2), (LED, 1)):
        assert desk.flags().count(flag) <= begun
        assert sum(1 for row in _keys(desk) if row.startswith(f"notify:{flag}:")) <= begun * people
    if _without(desk):
        assert LED in desk.flags()


def _kill_a_worker(desk: Watched) -> None:
    """It dies after its chain and before its commit; another does the work when the lease has run out."""

    def die(_connection: object) -> None:
        raise Killed

    desk.act(lambda hand: hand.change(1, tags=f'["k{len(hand.ticket(1).tags)}"]'), work=False)
    worker = desk.house.worker()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runtime.transaction.Batch.flush", die)
        patch.setattr("runtime.transaction.Batch.write", lambda *_args: die(None))
        with pytest.raises(Killed):
            worker.round()
    desk.later(minutes=2)


def _without(desk: Watched) -> bool:
    [ticket] = desk.house.rows(tables.tickets)
    return not ticket.agent and ticket.status not in OVER


def _keys(desk: Watched) -> list[str]:
    keys = [row.effect_key for row in desk.house.rows(tables.outgoing) if row.reason == "unowned"]
    assert len(set(keys)) == len(keys)
    return keys
