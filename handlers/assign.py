"""Give a ticket to the agent of its group who has the fewest unsolved ones.

Counts are read without locks and checked again when the batch is flushed, so that two workers never put an
agent over capacity. Among equals one who speaks the ticket's language is chosen, then the first by id: the
same state, the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.types import By, ReplyAdded, TicketChanged, TicketEscalated, TicketOpened
from handlers.registry import Stage, handles
from handlers.steps import take
from store import past

if TYPE_CHECKING:
    from config.types import Agent
    from handlers.desk import Desk
    from store.records import TicketRecord


@handles(TicketOpened, stage=Stage.ASSIGN)
def assign(event: TicketOpened, desk: Desk) -> None:
    """Find an agent for a new ticket that no rule has given to somebody."""
    ticket = desk.ticket(event.ticket)
    agent = ticket.agent
    if ticket.status in past.OVER:
        desk.trace(event.ticket, {"assigned": agent or None, "because": "the ticket was solved long ago"})
    elif agent:
        desk.trace(event.ticket, {"assigned": agent, "because": "a rule named the agent"})
    else:
        assign_ticket(desk, event.ticket)


@handles(ReplyAdded, TicketChanged, TicketEscalated, stage=Stage.ASSIGN)
def assign_again(event: ReplyAdded | TicketChanged | TicketEscalated, desk: Desk) -> None:
    """Find an agent for a ticket that has none, or whose group has changed; say what changed."""
    named, climbed = take(event, desk) if isinstance(event, TicketEscalated) else (None, False)
    ticket = desk.ticket(event.ticket)
    group = desk.policy.group(ticket.group_name)
    outside = bool(ticket.agent and group and ticket.agent not in group.agents)
    moved = climbed or (
        isinstance(event, TicketChanged) and "group_name" in event.changes and "agent" not in event.changes
    )
    if named is not None:
        hand_over(desk, ticket, named)
    elif ticket.status not in past.OVER and (not ticket.agent or (moved and outside)):
        assign_ticket(desk, event.ticket)
    if isinstance(event, TicketEscalated) and desk.rules.runs_on("deadline"):
        # The event does not say which rules matched at the deadline that led to it; none matches again.
        desk.fired = past.fired(desk.batch.connection, event.ticket, event.cause or "")
    desk.tell_changes(event.ticket, by=By.DESK)


def assign_ticket(desk: Desk, ticket_id: int) -> None:
    """Choose an agent, count the ticket as theirs and record how the choice was made."""
    ticket = desk.ticket(ticket_id)
    group = desk.policy.group(ticket.group_name)
    if group is None:
        desk.trace(ticket_id, {"assigned": None, "because": "the ticket has no group"})
        return
    agents = [agent for name in group.agents if (agent := desk.policy.agent(name)) is not None]
    desk.batch.agents.prefetch(agent.id for agent in agents)
    loads = {agent.id: desk.batch.agents.read(agent.id) for agent in agents}
    free = [agent for agent in agents if not agent.capacity or loads[agent.id] < agent.capacity]
    if not free:
        because = "the group has no agents" if not agents else "everyone in the group is at capacity"
        desk.trace(ticket_id, {"assigned": None, "because": because, "loads": loads})
        return
    chosen = min(free, key=lambda agent: (loads[agent.id], not _speaks(agent, ticket), agent.id))
    hand_over(desk, ticket, chosen, most=chosen.capacity)
    desk.trace(
        ticket_id,
        {"assigned": chosen.id, "because": f"least loaded in {group.name}", "loads": loads},
    )


def hand_over(desk: Desk, ticket: TicketRecord, agent: Agent, *, most: int = 0) -> None:
    """Move a ticket to an agent, with both agents' counts; by name it may be more than they have room for.

    With ``most`` the flush fails where another worker has filled the agent up in the meantime.
    """
    if ticket.agent == agent.id:
        return
    if ticket.status not in past.OVER:
        if ticket.agent:
            desk.batch.agents.add(ticket.agent, -1)
        desk.batch.agents.add(agent.id, 1, limit=most, extra=desk.now)
    desk.change(ticket.id, agent=agent.id)


def _speaks(agent: Agent, ticket: TicketRecord) -> bool:
    return not agent.languages or ticket.language in agent.languages
