"""Who gets a ticket: shifts, absences, skills, languages, turns; what waits is given out in time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from config.loader import load_files
from config.types import Agent, Policy
from handlers.shifts import Shifts
from runtime.attending import Attending
from store import absences, tables
from store.absences import Absence
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DESK = """
name = "Acme"
languages = ["en", "es"]
[[mailbox]]
address = "support@acme.example"
group = "line"
[[shift]]
name = "day"
zone = "Europe/Madrid"
mon-fri = "09:00-17:00"
{agents}
[[group]]
name = "line"
agents = [{names}]
{assign}
"""
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


def desk(assign: str = "", rules: str = "", **agents: str) -> dict[str, str]:
    """A desk with these agents, each with further lines."""
    tables_ = "".join(
        f'[[agent]]\nid = "{name}"\nname = "{name}"\naddress = "{name}@acme.example"\n{lines}\n'
        for name, lines in agents.items()
    )
    names = ", ".join(f'"{name}"' for name in agents)
    text = DESK.format(agents=tables_, names=names, assign=f"assign = {assign}" if assign else "")
    return {"desk.toml": text, "rules.toml": rules}


@pytest.fixture
def house(desk_url: str, tmp_path: Path) -> Iterator[House]:
    """A house whose clock shows a Monday morning."""
    house = House(desk_url, tmp_path)
    house.now = MONDAY
    yield house
    house.close()


def write_in(house: House, count: int = 1, *, first: int = 0) -> None:
    """So many people write, and everything is worked on."""
    for number in range(first, first + count):
        house.accept(mail(f"m{number}", subject=f"About {number}"), received_at=house.now)
    house.work()


def owners(house: House) -> list[str]:
    """Whose the tickets are, in order."""
    return [row.agent for row in house.rows(tables.tickets)]


def look(house: House) -> int:
    """Look once for what can be given out, and work on it."""
    policy = house.rulebooks.current().policy
    found = Attending(house.store, lambda: policy, ring=house.rung.extend, now=lambda: house.now).look()
    house.work()
    return found


def reasons(house: House, nth: int = 1) -> dict[str, Any]:
    """The latest decision about whose the first, second... ticket is."""
    ticket = house.rows(tables.tickets)[nth - 1].id
    bodies = [json.loads(row.body) for row in house.rows(tables.traces) if row.ticket == ticket]
    found: dict[str, Any] = [body for body in bodies if "assigned" in body][-1]
    return found


def go_away(house: House, agent: str, **fields: Any) -> None:
    """An agent is away from now on."""
    with house.store.writing() as connection:
        absences.away(connection, agent, Absence(since=house.now, **fields), house.now)


def test_round_robin_goes_round_within_one_batch_and_over_many(house: House) -> None:
    """Turns are in order though the tickets of a batch have one time."""
    house.apply(desk('{ strategy = "round-robin" }', ana="", bo="", cy=""))
    write_in(house, 7)
    write_in(house, 2, first=7)
    assert owners(house) == ["ana", "bo", "cy"] * 3
    assert reasons(house)["because"] == "next in turn in line"


def test_by_hand_leaves_tickets_alone(house: House) -> None:
    """Nobody gets one, and none of them waits."""
    house.apply(desk('{ strategy = "by-hand" }', ana=""))
    write_in(house)
    assert owners(house) == [""]
    assert look(house) == 0


def test_priority_weighs_where_the_group_says_so(house: House) -> None:
    """An urgent ticket counts as four normal ones."""
    rules = '[[rule]]\nname = "u"\nwhen.subject.contains = ["About 0"]\nthen.priority = "urgent"\n'
    house.apply(desk("{ weigh_priority = true }", rules, ana="", bo=""))
    write_in(house, 5)
    assert owners(house) == ["ana", "bo", "bo", "bo", "bo"]
    assert {row.id: row.weight for row in house.rows(tables.agents)} == {"ana": 8, "bo": 8}
    house.apply(desk("", rules, ana="", bo=""))
    write_in(house, 1, first=9)
    assert owners(house)[-1] == "ana"


def test_nobody_off_shift_gets_one_and_it_is_given_when_the_shift_begins(house: House) -> None:
    """It waits until nine in Madrid, and not a second longer than the next look."""
    house.apply(desk(ana='shifts = ["day"]'))
    house.now = datetime(2026, 11, 23, 7, 59, 59, tzinfo=UTC)
    write_in(house)
    assert owners(house) == [""]
    assert reasons(house)["why_not"] == {"ana": "off shift until 2026-11-23 08:00 UTC"}
    assert look(house) == 0
    house.pass_time(seconds=1)
    assert look(house) == 1
    assert owners(house) == ["ana"]
    assert look(house) == 0
    house.now = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)
    write_in(house, first=1)
    assert owners(house)[-1] == "ana"
    house.pass_time(seconds=1)
    write_in(house, first=2)
    assert owners(house)[-1] == ""


def test_room_that_a_solved_ticket_leaves_goes_to_the_most_urgent(house: House) -> None:
    """Of two that wait, the urgent one comes first."""
    rules = '[[rule]]\nname = "u"\nwhen.subject.contains = ["About 2"]\nthen.priority = "urgent"\n'
    house.apply(desk("", rules, ana="capacity = 1"))
    write_in(house, 3)
    assert owners(house) == ["ana", "", ""]
    assert look(house) == 0
    with house.store.writing() as connection:
        connection.execute(tables.agents.update().values(open_tickets=0, weight=0))
        connection.execute(tables.tickets.update().where(tables.tickets.c.id == 1).values(status="solved"))
    assert look(house) == 1
    assert owners(house) == ["ana", "", "ana"]


def test_skills_have_levels(house: House) -> None:
    """Who knows too little gets none; the reason says so."""
    rules = '[[rule]]\nname = "s"\nthen.add_tags = ["skill:billing:3"]\n'
    house.apply(
        desk("", rules, ana="", bo="skills = { billing = 2 }", cy="skills = { billing = 3 }\ncapacity = 1")
    )
    write_in(house, 2)
    assert owners(house) == ["cy", ""]
    assert reasons(house, 2)["why_not"] == {
        "ana": "has no skill billing",
        "bo": "billing is at level 2, needed is 3",
        "cy": "full: 1 of 1",
    }


@pytest.mark.parametrize(("level", "owner"), [(3, "bo"), (4, "")])
def test_a_required_language_has_a_level(house: House, level: int, owner: str) -> None:
    """Whoever speaks it well enough gets it, else nobody."""
    assign = f'{{ language = "required", language_level = {level} }}'
    house.apply(desk(assign, ana='languages = ["es"]', bo='languages = ["en"]\nspeaks = { en = 3 }'))
    write_in(house)
    assert owners(house) == [owner]


def test_a_preferred_language_is_no_condition(house: House) -> None:
    """Who speaks it comes first; where nobody does, anybody."""
    house.apply(desk('{ language = "preferred" }', ana='languages = ["es"]', bo='languages = ["en"]'))
    write_in(house, 2)
    assert owners(house) == ["bo", "bo"]
    go_away(house, "bo")
    write_in(house, first=5)
    assert owners(house)[-1] == "ana"


def test_sticky_goes_to_whoever_knows_the_requester(house: House) -> None:
    """Also within one batch, and not to somebody who is away."""
    house.apply(desk('{ strategy = "round-robin", sticky = true }', ana="", bo=""))
    write_in(house, 2)
    write_in(house, first=2)
    assert owners(house) == ["ana", "ana", "ana"]
    assert reasons(house, 3)["because"] == "had the last ticket of kari@customer.example"
    go_away(house, "ana", keep=True)
    write_in(house, first=3)
    assert owners(house)[-1] == "bo"


def test_who_goes_away_leaves_their_tickets_to_their_backup_and_so_on(house: House) -> None:
    """A backup who is away, too, is stood in for; a circle ends."""
    house.apply(desk("", ana='backup = "bo"', bo='backup = "cy"', cy='backup = "ana"'))
    write_in(house, 3)
    assert owners(house) == ["ana", "bo", "cy"]
    go_away(house, "bo", keep=True)
    go_away(house, "ana", until=MONDAY + timedelta(hours=1))
    assert look(house) == 1
    assert owners(house) == ["cy", "bo", "cy"]
    assert reasons(house)["because"] == "stands in for bo"
    assert look(house) == 0
    assert {row.id: row.open_tickets for row in house.rows(tables.agents)} == {"ana": 0, "bo": 1, "cy": 2}


def test_where_nobody_stands_in_a_ticket_waits_until_somebody_is_back(house: House) -> None:
    """An absence ends by itself, or by being called back."""
    house.apply(desk("", ana=""))
    write_in(house)
    go_away(house, "ana", until=MONDAY + timedelta(hours=1))
    assert look(house) == 1
    assert owners(house) == [""]
    house.pass_time(minutes=59)
    assert look(house) == 0
    house.pass_time(minutes=1)
    assert look(house) == 1
    assert owners(house) == ["ana"]
    go_away(house, "ana")
    look(house)
    assert owners(house) == [""]
    with house.store.writing() as connection:
        assert absences.back(connection, "ana", house.now) == 1
    look(house)
    assert owners(house) == ["ana"]


def test_time_off_in_the_policy_moves_what_is_theirs_from_its_first_midnight_on(house: House) -> None:
    """To the backup, once: what somebody gives back to them stays; and an absence with ``keep`` keeps it."""
    off = 'time_off = ["2026-11-24"]\nbackup = "bo"'
    house.apply(desk("", ana='shifts = ["day"]\n' + off, bo=""))
    write_in(house)
    assert owners(house) == ["ana"]
    house.now = datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)
    assert look(house) == 0
    go_away(house, "ana", until=datetime(2026, 11, 24, 0, tzinfo=UTC), keep=True)
    house.pass_time(seconds=1)
    assert look(house) == 0
    house.pass_time(hours=1)
    assert look(house) == 1
    assert owners(house) == ["bo"]
    assert reasons(house)["because"] == "stands in for ana"
    assert reasons(house)["left"] == {"ana": "time off until 2026-11-24 23:00 UTC"}
    assert look(house) == 0


def test_who_is_back_before_it_is_worked_on_keeps_what_is_theirs(house: House) -> None:
    """Work may come late: what counts is who is away then."""
    house.apply(desk("", ana="", bo=""))
    write_in(house)
    go_away(house, "ana")
    policy = house.rulebooks.current().policy
    assert Attending(house.store, lambda: policy, ring=house.rung.extend, now=lambda: house.now).look() == 1
    with house.store.writing() as connection:
        absences.back(connection, "ana", house.now)
    house.work()
    assert owners(house) == ["ana"]


def test_the_most_urgent_of_what_is_left_goes_first(house: House) -> None:
    """Where there is room for one only, that is the one that gets an agent."""
    rules = '[[rule]]\nname = "u"\nwhen.subject.contains = ["About 2"]\nthen.priority = "urgent"\n'
    house.apply(desk("", rules, ana="", bo="capacity = 1\ntime_off = ['2026-11-23']"))
    write_in(house, 3)
    house.now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    go_away(house, "ana")
    assert look(house) == 3
    assert owners(house) == ["", "", "bo"]


def test_a_desk_that_says_nothing_asks_no_more_of_the_database() -> None:
    """Without shifts and time off nobody's calendar is looked at."""
    policy: Policy = load_files(desk(ana=""))
    shifts = Shifts(policy.desk)
    assert not shifts.has("ana")
    assert isinstance(policy.agent("ana"), Agent)


def test_a_shift_keeps_its_wall_clock_over_the_change_of_clocks_and_ends_for_time_off() -> None:
    """Nine in Madrid is seven in UTC in summer and eight in winter."""
    policy = load_files(desk(ana='shifts = ["day"]\ntime_off = ["2026-10-27..2026-10-28", "2026-10-30"]'))
    shifts = Shifts(policy.desk)
    found = shifts.between("ana", datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert [f"{one.start:%m-%d %H}-{one.end:%H}" for one in found] == [
        "10-23 07-15",
        "10-26 08-16",
        "10-29 08-16",
    ]
