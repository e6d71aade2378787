"""Find an agent for a ticket: as its group says, among those who are there, have room and can do it.

Counts are read without locks and checked again when the batch is flushed, so that two workers never put an
agent over capacity. A ticket for which nobody is found waits, and is looked at again as soon as somebody is
there for it (`TicketUnattended`). Why, and for everybody else why not, is written down.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from config.duty import Strategy, weight_of
from events.types import By, ReplyAdded, TicketChanged, TicketEscalated, TicketOpened, TicketUnattended
from handlers.candidates import candidates_for, knows_requester, standing_in, why_gone_now
from handlers.choice import choose
from handlers.needs import needs_of
from handlers.registry import Stage, handles
from handlers.steps import take
from store import past

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.types import Agent, Group
    from handlers.choice import Candidate, Choice
    from handlers.desk import Desk
    from store.records import TicketRecord

_TICK = timedelta(microseconds=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


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


@handles(TicketUnattended, stage=Stage.ASSIGN)
def assign_unattended(event: TicketUnattended, desk: Desk) -> None:
    """Find an agent for a ticket that waits for one, or whose agent has gone away."""
    ticket = desk.ticket(event.ticket)
    # Somebody may have given it to another, or solved it, since this was told, or the agent may be back.
    if ticket.status in past.OVER or ticket.agent != event.agent:
        return
    if not event.agent or why_gone_now(desk, event.agent):
        assign_ticket(desk, event.ticket, leaving=event.agent)
        desk.tell_changes(event.ticket, by=By.DESK)


def assign_ticket(desk: Desk, ticket_id: int, leaving: str = "") -> None:
    """Choose an agent, count the ticket as theirs and record how the choice was made.

    ``leaving`` is the agent who has it and cannot keep it: where nobody is found it waits without one.
    """
    ticket = desk.ticket(ticket_id)
    group = desk.policy.group(ticket.group_name)
    if group is None:
        desk.trace(ticket_id, {"assigned": None, "because": "the ticket has no group"})
        _let_wait(desk, ticket, leaving, waits="")
        return
    if group.assign is not None and group.assign.strategy is Strategy.BY_HAND:
        desk.trace(ticket_id, {"assigned": None, "because": f"{group.name} takes its tickets by hand"})
        _let_wait(desk, ticket, leaving, waits="")
        return
    needs = needs_of(ticket)
    prefer = [*standing_in(desk, leaving), *knows_requester(desk, ticket, group)]
    candidates = candidates_for(desk, group, needs, [name for name, _ in prefer], without=leaving)
    choice = choose(group, needs, candidates, prefer)
    if choice.agent is None:
        _let_wait(desk, ticket, leaving, waits=needs.key)
    give(desk, ticket_id, choice, candidates)
    left = {"left": {leaving: why_gone_now(desk, leaving)}} if leaving else {}
    desk.trace(ticket_id, explained(choice, candidates, group) | left)


def give(desk: Desk, number: int, choice: Choice, candidates: Sequence[Candidate]) -> None:
    """Hand a ticket to whoever was chosen, if anybody was: within their capacity, and as their turn."""
    if choice.agent is not None:
        most, at = choice.agent.capacity, _in_turn(desk, candidates)
        hand_over(desk, desk.ticket(number), choice.agent, most=most, at=at)


def hand_over(
    desk: Desk, ticket: TicketRecord, agent: Agent, *, most: int = 0, at: datetime | None = None
) -> None:
    """Move a ticket to an agent, with both agents' counts; by name it may be more than they have room for.

    With ``most`` the flush fails where another worker has filled the agent up in the meantime. ``at`` is when
    they had their last turn by this, now where it is not said.
    """
    if ticket.agent == agent.id:
        return
    if ticket.status not in past.OVER:
        weight = weight_of(ticket.priority)
        if ticket.agent:
            desk.batch.agents.add(ticket.agent, -1, weight=-weight)
        desk.batch.agents.add(agent.id, 1, limit=most, extra=at or desk.now, weight=weight)
    desk.change(ticket.id, agent=agent.id, waits="")


def _let_wait(desk: Desk, ticket: TicketRecord, leaving: str, *, waits: str) -> None:
    if leaving and ticket.agent == leaving:
        desk.batch.agents.add(leaving, -1, weight=-weight_of(ticket.priority))
        desk.change(ticket.id, agent="", waits=waits)
    elif not ticket.agent:
        desk.change(ticket.id, waits=waits)


def _in_turn(desk: Desk, candidates: Sequence[Candidate]) -> datetime:
    """Now, or just after the latest turn: the tickets of one batch have one time, and turns are in order."""
    latest = max((one.state.assigned_at or _LONG_AGO for one in candidates), default=_LONG_AGO)
    return max(desk.now, latest + _TICK)


def explained(choice: Choice, candidates: Sequence[Candidate], group: Group) -> dict[str, object]:
    """What a trace keeps; who is told nothing of could have taken it, and came later by the strategy."""
    body: dict[str, object] = {
        "assigned": choice.agent.id if choice.agent else None,
        "because": choice.because,
    }
    if not candidates:
        return body
    weigh = group.assign is not None and group.assign.weigh_priority
    loads = {one.agent.id: one.state.open_tickets for one in candidates}
    body["loads"] = loads
    if weigh:
        body["weights"] = {one.agent.id: one.state.weight for one in candidates}
    not_them = {one.agent.id: one.why_not for one in candidates if one.why_not}
    if not_them:
        body["why_not"] = not_them
    return body
