"""Who might get a ticket, with what the batch knows of each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.choice import Candidate, why_away, why_full, why_gone, why_unfit
from handlers.shifts import shifts_of
from store import kinds, past
from store.absences import AgentState, decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.types import Group
    from handlers.desk import Desk
    from handlers.needs import Needs
    from store.records import TicketRecord


def candidates_for(
    desk: Desk, group: Group, needs: Needs, others: Sequence[str], *, without: str = ""
) -> list[Candidate]:
    """The group's agents and ``others``, each with why they cannot take the ticket, if they cannot."""
    names = dict.fromkeys([*group.agents, *others])
    agents = [agent for name in names if name != without and (agent := desk.policy.agent(name)) is not None]
    desk.batch.agents.prefetch(agent.id for agent in agents)
    shifts = shifts_of(desk.policy.desk, desk.batch.connection)
    found = []
    for agent in agents:
        state = state_of(desk, agent.id)
        why_not = why_away(agent, state, shifts, desk.now) or why_unfit(agent, needs, group.assign)
        found.append(Candidate(agent=agent, state=state, why_not=why_not or why_full(agent, state)))
    return found


def state_of(desk: Desk, agent: str) -> AgentState:
    """An agent's counts and absences, this batch's changes included."""
    tally = desk.batch.agents
    weight, assigned_at, absences = tally.beside(agent) or (0, None, "[]")
    added = tally.added(agent)
    return AgentState(
        id=agent,
        open_tickets=tally.read(agent),
        weight=weight + added.weight,
        assigned_at=added.extra or assigned_at,
        absences=decode(absences),
    )


def why_gone_now(desk: Desk, agent: str) -> str:
    """Why an agent is not to be reached now; empty where they are, or are only off shift."""
    shifts = shifts_of(desk.policy.desk, desk.batch.connection)
    return why_gone(agent, state_of(desk, agent), shifts, desk.now)


def standing_in(desk: Desk, leaving: str) -> Iterator[tuple[str, str]]:
    """The backup of an agent who is leaving, then the backup's, and so on; each once."""
    seen = {leaving, ""}
    agent = desk.policy.agent(leaving) if leaving else None
    while agent is not None and agent.duty.backup not in seen:
        backup = agent.duty.backup
        yield backup, f"stands in for {agent.id}"
        seen.add(backup)
        agent = desk.policy.agent(backup)


def knows_requester(desk: Desk, ticket: TicketRecord, group: Group) -> Iterator[tuple[str, str]]:
    """The agent of the requester's last ticket, where the group wants that."""
    if group.assign is None or not group.assign.sticky or not ticket.requester:
        return
    before = [
        one
        for one in desk.batch.shelf(kinds.TICKETS).added()
        if one.requester == ticket.requester and one.agent and one.id < ticket.id
    ]
    known = before[-1].agent if before else past.agent_before(desk.batch.connection, ticket)
    if known in group.agents:
        yield known, f"had the last ticket of {ticket.requester}"
