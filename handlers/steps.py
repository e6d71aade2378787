"""Do what the levels of a ladder ask for: hand over, raise, tag; and say whom they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.choices import PRIORITIES
from config.promised import RAISE
from handlers.agreed import sla_called
from handlers.tags import encode_tags, tags_of

if TYPE_CHECKING:
    from config.sla import Level
    from config.types import Agent
    from events.types import TicketEscalated
    from handlers.desk import Desk
    from store.records import TicketRecord


def levels_of(event: TicketEscalated, desk: Desk) -> tuple[Level, ...]:
    """The levels that a ticket climbed, as the policy has them now; none where it was under no SLA policy."""
    sla = sla_called(desk.policy.desk, event.sla_name)
    numbers = [level for _, level in event.steps]
    return tuple(level for level in sla.levels if level.number in numbers) if sla else ()


def take(event: TicketEscalated, desk: Desk) -> tuple[Agent | None, bool]:
    """Give the ticket what the levels ask for, in their order; says who is to have it and if its group moved.

    Handing over is left to `handlers.assign`, which knows who has room.
    """
    agent: Agent | None = None
    moved = False
    for level in levels_of(event, desk):
        ticket = desk.ticket(event.ticket)
        if level.group and level.group != ticket.group_name:
            desk.change(ticket.id, group_name=level.group)
            moved, agent = True, None
        if level.priority:
            desk.change(ticket.id, priority=_priority(level.priority, ticket.priority))
        if level.add_tags:
            desk.change(ticket.id, tags=encode_tags((*tags_of(ticket), *level.add_tags)))
        if level.assign:
            agent = _whom(level.assign, desk.ticket(ticket.id), desk) or agent
    if event.sla_name:
        steps = ", ".join(f"level {level} of {which}" for which, level in event.steps)
        desk.note(event.ticket, f"Escalated by the SLA policy {event.sla_name}: {steps}.", flag="escalated")
    return agent, moved


def told(event: TicketEscalated, desk: Desk) -> list[str]:
    """The ids of those whom the levels tell, each once."""
    ticket = desk.ticket(event.ticket)
    names: list[str] = []
    for level in levels_of(event, desk):
        for word in level.notify:
            names += _people(word, ticket, desk)
    return list(dict.fromkeys(names))


def _people(word: str, ticket: TicketRecord, desk: Desk) -> list[str]:
    members = _members(ticket.group_name, desk)
    if word == "agent":
        return [ticket.agent] if ticket.agent else members
    if word == "group":
        return members or [ticket.agent]
    if word == "superior":
        below = [ticket.agent] if ticket.agent else members
        return [agent.superior for name in below if (agent := desk.policy.agent(name)) and agent.superior]
    if word == "experienced":
        found = _experienced(ticket, desk)
        return [found.id] if found else []
    return _members(word, desk) or [word]


def _members(group: str, desk: Desk) -> list[str]:
    found = desk.policy.group(group)
    return list(found.agents) if found else []


def _whom(word: str, ticket: TicketRecord, desk: Desk) -> Agent | None:
    if word == "experienced":
        return _experienced(ticket, desk)
    if word == "superior":
        above = _people(word, ticket, desk)
        return desk.policy.agent(above[0]) if above else None
    return desk.policy.agent(word)


def _experienced(ticket: TicketRecord, desk: Desk) -> Agent | None:
    """Who knows most in the ticket's group, if that is more than its agent does and they have room."""
    agents = [agent for name in _members(ticket.group_name, desk) if (agent := desk.policy.agent(name))]
    now = desk.policy.agent(ticket.agent)
    above = [agent for agent in agents if agent.experience > (now.experience if now else 0)]
    desk.batch.agents.prefetch(agent.id for agent in above)
    loads = {agent.id: desk.batch.agents.read(agent.id) for agent in above}
    free = [agent for agent in above if not agent.capacity or loads[agent.id] < agent.capacity]
    return min(free, key=lambda one: (-one.experience, loads[one.id], one.id)) if free else None


def _priority(word: str, now: str) -> str:
    if word != RAISE:
        return word
    place = PRIORITIES.index(now) if now in PRIORITIES else 0
    return PRIORITIES[min(place + 1, len(PRIORITIES) - 1)]
