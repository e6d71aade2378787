"""Hand a ticket over to somebody who knows more of a skill, among those who are there and have room.

A skill is named as in a tag: ``skill:billing``, or ``skill:billing:4`` for at least level 4; the word before
the first colon may be left out where no agent and no group has the skill's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from config.types import Group
from handlers.assign import explained, give
from handlers.candidates import candidates_for
from handlers.choice import Candidate, Choice, turn, why_unfit
from handlers.needs import TAGGED, Needs, skills_in

if TYPE_CHECKING:
    from config.types import Agent, Policy
    from handlers.desk import Desk


class Skill(msgspec.Struct, frozen=True):
    """A skill by name, and the least level that is wanted."""

    name: str
    least: int = 1


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to have a ticket for a skill, or nobody, and everyone who was looked at.

    ``able`` are the ids of those who know enough, there or not, who knows most first.
    """

    choice: Choice
    candidates: tuple[Candidate, ...]
    group: Group
    able: tuple[str, ...]


def skills_of(policy: Policy) -> list[str]:
    """Every skill that an agent of the desk has."""
    return sorted({name for agent in policy.desk.agents for name in agent.duty.skills})


def read_skill(word: str, policy: Policy) -> Skill | None:
    """A skill that somebody has and the least level, 1 where none is said; ``None`` for anything else."""
    tag = word.casefold()
    found = skills_in((tag if tag.startswith(TAGGED) else f"{TAGGED}{tag}",))
    return Skill(*found[0]) if found and found[0][0] in skills_of(policy) else None


def who_knows_more(desk: Desk, number: int, skill: Skill) -> Found:
    """Who knows most of a skill, enough and more than who has the ticket, is there and has room.

    Among equals it is one of the ticket's group, then who has the fewest tickets, then who had their last
    turn longest ago. The group's word on languages counts; what else the ticket needs does not.
    """
    ticket = desk.ticket(number)
    group = desk.policy.group(ticket.group_name) or Group(name="")
    holder = desk.policy.agent(ticket.agent)
    above = max(skill.least, level_of(holder, skill) + 1)
    needs = Needs(group=group.name, language=ticket.language, skills=((skill.name, above),))
    skilled = [one for one in desk.policy.desk.agents if level_of(one, skill)]
    # Of the group only those are looked at who have the skill, as of all others.
    anyone = msgspec.structs.replace(group, agents=())
    candidates = candidates_for(desk, anyone, needs, [one.id for one in skilled], without=ticket.agent)
    able = [one for one in skilled if one.id != ticket.agent and not why_unfit(one, needs, group.assign)]
    free = [one for one in candidates if not one.why_not]
    best = min(free, key=lambda one: _order(one, skill, group)).agent if free else None
    return Found(
        choice=Choice(agent=best, because=_because(best, skill, above)),
        candidates=tuple(candidates),
        group=group,
        able=tuple(one.id for one in sorted(able, key=lambda one: -level_of(one, skill))),
    )


def hand_to_skilled(desk: Desk, number: int, found: Found) -> None:
    """Give a ticket to the one who was found, within their capacity, and write down how they were chosen."""
    give(desk, number, found.choice, found.candidates)
    desk.trace(number, explained(found.choice, found.candidates, found.group))


def level_of(agent: Agent | None, skill: Skill) -> int:
    """How much an agent knows of a skill, from 0; nobody knows nothing."""
    return agent.duty.skills.get(skill.name, 0) if agent is not None else 0


def _order(one: Candidate, skill: Skill, group: Group) -> tuple[object, ...]:
    in_group = one.agent.id in group.agents
    return -level_of(one.agent, skill), not in_group, one.state.open_tickets, *turn(one)


def _because(best: Agent | None, skill: Skill, above: int) -> str:
    wanted = f"more than level {above - 1}" if above > skill.least else f"at least level {above}"
    if best is None:
        return f"nobody who is there with room knows {skill.name}; wanted was {wanted}"
    return f"knows {skill.name} at level {level_of(best, skill)}; wanted was {wanted}"
