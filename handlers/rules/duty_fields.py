"""What rules may ask about who is there: of the ticket's group, and the agent who has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.rules.kinds import Field, Type

if TYPE_CHECKING:
    from config.types import Agent
    from handlers.rules.kinds import Fact
    from handlers.rules.seen import Seen


def _there(seen: Seen, names: tuple[str, ...]) -> list[Agent]:
    """Those of these agents who are on shift and not away at the moment."""
    if seen.at is None:
        return []
    at, shifts = seen.at, seen.history.shifts(seen.desk)
    agents = [agent for agent in seen.desk.agents if agent.id in names and shifts.on(agent.id, at)]
    away = seen.history.away(agents, at) if agents else frozenset()
    return [agent for agent in agents if agent.id not in away]


def _members(seen: Seen) -> tuple[str, ...]:
    group = next((one for one in seen.desk.groups if one.name == seen.ticket.group), None)
    return group.agents if group is not None else ()


def _on_shift(seen: Seen) -> Fact:
    return bool(_there(seen, _members(seen))) if seen.at is not None else None


def _has_room(seen: Seen) -> Fact:
    there = _there(seen, _members(seen))
    full = seen.history.full(there) if there else frozenset()
    return any(agent.id not in full for agent in there) if seen.at is not None else None


def _agent_on_shift(seen: Seen) -> Fact:
    if seen.at is None or not seen.ticket.agent:
        return None
    return bool(_there(seen, (seen.ticket.agent,)))


fields = (
    Field(
        "group.on_shift",
        Type.FLAG,
        "whether anybody of its group is on shift and not away",
        "true",
        _on_shift,
        usual=True,
        follows="ticket.group",
    ),
    Field(
        "group.has_room",
        Type.FLAG,
        "whether one of those has room for one more ticket",
        "true",
        _has_room,
        usual=True,
        follows="ticket.group",
    ),
    Field(
        "agent.on_shift",
        Type.FLAG,
        "whether the agent who has it is there; neither where nobody has it",
        "true",
        _agent_on_shift,
        follows="ticket.agent",
    ),
)
