"""Who gets a ticket: everyone who could is looked at, and whoever does not get it has a reason.

The same state gives the same answer: what is equal otherwise is decided by who got a ticket longest ago, then
by id.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from config.duty import MOST_LEVEL, Assign, Speaking, Strategy
from config.types import Agent
from handlers.shifts import said
from store.absences import AgentState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.types import Group
    from handlers.needs import Needs
    from handlers.shifts import Shifts

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who might get a ticket, with what they have; ``why_not`` is empty for who could take it."""

    agent: Agent
    state: AgentState
    why_not: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets the ticket, or nobody, and why."""

    agent: Agent | None
    because: str


def why_away(agent: Agent, state: AgentState, shifts: Shifts, at: datetime) -> str:
    """Why an agent is not there at ``at``; empty where they are."""
    gone = why_gone(agent.id, state, shifts, at)
    if gone or shifts.on(agent.id, at):
        return gone
    begins = shifts.changes_at(agent.id, at)
    return f"off shift until {said(begins)}" if begins else "off shift"


def why_gone(agent: str, state: AgentState, shifts: Shifts, at: datetime) -> str:
    """Why an agent is not to be reached at ``at``, on shift or not; being off shift alone is no reason."""
    for away in state.absences:
        if away.covers(at):
            return f"away until {said(away.until)}" if away.until else "away until told otherwise"
    off = shifts.time_off(agent, at)
    return f"time off until {said(off.end)}" if off is not None else ""


def why_unfit(agent: Agent, needs: Needs, assign: Assign | None) -> str:
    """What an agent lacks for what a ticket needs; empty where nothing."""
    for skill, level in needs.skills:
        has = agent.duty.skills.get(skill, 0)
        if has < level:
            return f"{skill} is at level {has}, needed is {level}" if has else f"has no skill {skill}"
    if assign is not None and assign.language is Speaking.REQUIRED and needs.language:
        level = speaks(agent, needs.language)
        if level < assign.language_level:
            return f"speaks {needs.language} at level {level}, needed is {assign.language_level}"
    return ""


def why_full(agent: Agent, state: AgentState) -> str:
    """That an agent has no room; empty where they have."""
    full = agent.capacity and state.open_tickets >= agent.capacity
    return f"full: {state.open_tickets} of {agent.capacity}" if full else ""


def speaks(agent: Agent, language: str) -> int:
    """How well an agent speaks a language, from 0; who names no languages speaks any."""
    if agent.languages and language not in agent.languages:
        return 0
    return agent.duty.speaks.get(language, MOST_LEVEL)


def choose(
    group: Group, needs: Needs, candidates: Sequence[Candidate], prefer: Iterable[tuple[str, str]] = ()
) -> Choice:
    """The one of ``candidates`` who gets a ticket of ``group``.

    ``prefer`` are ids that come first in this order, where they can take it, each with why.
    """
    free = [one for one in candidates if not one.why_not]
    for agent_id, why in prefer:
        found = next((one for one in free if one.agent.id == agent_id), None)
        if found is not None:
            return Choice(agent=found.agent, because=why)
    members = [one for one in free if one.agent.id in group.agents]
    if not members:
        return Choice(agent=None, because=_nobody(candidates))
    if group.assign is None:
        # Desks that say nothing go by the number of tickets alone, as they always did.
        chosen = min(members, key=lambda one: _as_ever(one, needs.language))
        return Choice(agent=chosen.agent, because=f"least loaded in {group.name}")
    members = _speaking(members, needs, group.assign)
    if group.assign.strategy is Strategy.ROUND_ROBIN:
        return Choice(agent=min(members, key=turn).agent, because=f"next in turn in {group.name}")
    weigh = group.assign.weigh_priority
    chosen = min(members, key=lambda one: (_load(one, weigh=weigh), -_fitness(one.agent, needs), *turn(one)))
    least = "least loaded by priority" if weigh else "least loaded"
    return Choice(agent=chosen.agent, because=f"{least} in {group.name}")


def _speaking(members: list[Candidate], needs: Needs, assign: Assign) -> list[Candidate]:
    if assign.language is not Speaking.PREFERRED or not needs.language:
        return members
    fit = [one for one in members if speaks(one.agent, needs.language) >= assign.language_level]
    return fit or members


def _as_ever(one: Candidate, language: str) -> tuple[int, bool, str]:
    return one.state.open_tickets, not speaks(one.agent, language), one.agent.id


def _load(one: Candidate, *, weigh: bool) -> int:
    return one.state.weight if weigh else one.state.open_tickets


def _fitness(agent: Agent, needs: Needs) -> int:
    """How well an agent fits beyond what is needed."""
    known = sum(agent.duty.skills.get(skill, 0) for skill, _ in needs.skills)
    return known + (speaks(agent, needs.language) if needs.language else 0)


def turn(one: Candidate) -> tuple[datetime, str]:
    """What is in order of who got a ticket longest ago, then by id."""
    return one.state.assigned_at or _NEVER, one.agent.id


def _nobody(candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return "the group has no agents"
    if all(one.why_not.startswith("full") for one in candidates):
        return "everyone in the group is at capacity"
    return "nobody in the group can take it now"
