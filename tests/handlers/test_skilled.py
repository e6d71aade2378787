"""Whoever knows more of a skill gets a ticket: by level, on shift, with room; and why nobody does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest

from config.loader import load_files
from handlers.desk import Desk
from handlers.skilled import Skill, read_skill, who_knows_more
from store import tables
from store.batch import Batch
from store.numbers import numbers_for
from tests.handlers.test_assign_duty import desk
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
NIGHT = DAY.replace(hour=2)

AGENTS = {
    "ana": "skills = { returns = 2 }",
    "bo": "skills = { returns = 4 }\ncapacity = 1",
    "cy": 'skills = { returns = 5 }\nshifts = ["day"]',
    "dan": 'skills = { returns = 4, french = 3 }\nlanguages = ["es"]',
    "eve": "",
}


def files(assign: str = "") -> dict[str, str]:
    """The desk of these agents, of whom dan is in no group."""
    made = desk(assign, **AGENTS)
    return made | {"desk.toml": made["desk.toml"].replace(', "dan", ', ", ")}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with two tickets of nobody's."""
    house = House(f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path)
    house.now = DAY
    house.apply(files('{ strategy = "by-hand" }'))
    for name in ("m1", "m2"):
        house.accept(mail(name, subject=f"About {name}"), received_at=house.now)
    house.work()
    yield house
    house.close()


class Case(NamedTuple):
    """Who has the ticket, when, who is full, what is asked for; who is to get it, and in which words."""

    holder: str
    at: datetime
    full: str
    word: str
    agent: str
    because: str


NOBODY = "nobody who is there with room knows returns"
CASES = {
    "nobody has it": Case("", DAY, "", "returns", "cy", "level 5; wanted was at least level 1"),
    "more than now": Case("ana", DAY, "", "returns", "cy", "level 5; wanted was more than level 2"),
    "on shift": Case("ana", NIGHT, "", "returns", "bo", "level 4; wanted was more than level 2"),
    "with room": Case("ana", NIGHT, "bo", "returns", "dan", "level 4; wanted was more than level 2"),
    "of a level": Case("ana", NIGHT, "", "returns:4", "bo", "level 4; wanted was at least level 4"),
    "nobody there": Case("dan", NIGHT, "", "returns", "", f"{NOBODY}; wanted was more than level 4"),
    "nobody better": Case("cy", DAY, "", "returns", "", f"{NOBODY}; wanted was more than level 5"),
    "outside the group": Case("eve", DAY, "", "french", "dan", "level 3; wanted was at least level 1"),
}


@pytest.mark.parametrize("name", CASES)
def test_who_knows_more(house: House, name: str) -> None:
    """Who knows most of those who are there with room; a group's own agent among equals."""
    case = CASES[name]
    first, second = (row.id for row in house.rows(tables.tickets))
    with house.store.writing() as connection:
        acting = by_hand(house, connection, case.at)
        for ticket, agent in ((first, case.holder), (second, case.full)):
            if agent:
                acting.change(ticket, agent=agent)
                acting.batch.agents.add(agent, 1)
        skill = read_skill(case.word, acting.policy)
        assert skill is not None
        chosen = who_knows_more(acting, first, skill).choice
    assert (chosen.agent.id if chosen.agent else "") == case.agent
    assert chosen.because.endswith(case.because)


def test_everybody_who_is_passed_over_has_a_reason(house: House) -> None:
    """Off shift, full, or knows too little; those who know enough are named, who knows most first."""
    ticket = house.rows(tables.tickets)[0].id
    with house.store.writing() as connection:
        acting = by_hand(house, connection, NIGHT)
        acting.batch.agents.add("bo", 1)
        found = who_knows_more(acting, ticket, Skill("returns", 4))
    reasons = {one.agent.id: one.why_not for one in found.candidates}
    assert reasons == {
        "ana": "returns is at level 2, needed is 4",
        "bo": "full: 1 of 1",
        "cy": "off shift until 2026-11-23 08:00 UTC",
        "dan": "",
    }
    assert found.able == ("cy", "bo", "dan")


def test_a_group_that_requires_the_language_requires_it_here_too(house: House) -> None:
    """Dan speaks no English: he neither gets the ticket nor is named as somebody who could."""
    house.apply(files('{ strategy = "by-hand", language = "required" }'))
    with house.store.writing() as connection:
        acting = by_hand(house, connection, DAY)
        found = who_knows_more(acting, house.rows(tables.tickets)[0].id, Skill("french"))
    assert found.choice.agent is None
    assert found.able == ()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("returns", Skill("returns", 1)),
        ("skill:returns", Skill("returns", 1)),
        ("SKILL:Returns:5", Skill("returns", 5)),
        ("returns:1", Skill("returns", 1)),
        ("returns:0", None),
        ("returns:6", None),
        ("return", None),
        ("", None),
        ("skill:", None),
    ],
)
def test_a_skill_by_name(word: str, expected: Skill | None) -> None:
    """Only one that somebody has, with a level from 1 to 5."""
    assert read_skill(word, load_files(files())) == expected


def by_hand(house: House, connection: object, at: datetime) -> Desk:
    """A desk at this moment, of which nothing is written."""
    batch = Batch(connection, numbers_for(house.store.dialect))  # type: ignore[arg-type]
    return Desk.by_hand(batch, now=at, rulebook=house.rulebooks.current(), keyring=house.keyring)
