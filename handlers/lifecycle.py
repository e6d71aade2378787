"""Move a ticket from new to open to solved, and back when its requester writes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.types import By, ReplyAdded
from handlers.registry import Stage, handles

if TYPE_CHECKING:
    from handlers.desk import Desk


@handles(ReplyAdded, stage=Stage.CONVERSE)
def lifecycle(event: ReplyAdded, desk: Desk) -> None:
    """A public answer opens a new ticket, ``#solve`` solves it, a requester's words reopen one that waits."""
    ticket = desk.ticket(event.ticket)
    entry = desk.entry(event.entry)
    if event.by is By.REQUESTER:
        if ticket.status in {"solved", "pending"}:
            set_status(desk, ticket.id, "open")
        return
    if entry.public:
        desk.change(
            ticket.id,
            status="open" if ticket.status == "new" else ticket.status,
            answered_at=ticket.answered_at or desk.now,
        )
    if entry.flag == "solve":
        solve(desk, ticket.id)


def solve(desk: Desk, ticket_id: int) -> None:
    """Mark a ticket solved, and take it off its agent's count; does nothing to a solved one."""
    ticket = desk.ticket(ticket_id)
    if ticket.status == "solved":
        return
    desk.change(ticket_id, status="solved", solved_at=desk.now)
    count_open(desk, ticket.agent, -1)


def set_status(desk: Desk, ticket_id: int, status: str) -> None:
    """Give a ticket a status, and keep its agent's count right; does nothing where it has it already."""
    ticket = desk.ticket(ticket_id)
    if status == "solved":
        solve(desk, ticket_id)
    elif ticket.status == "solved":
        desk.change(ticket_id, status=status, solved_at=None)
        count_open(desk, ticket.agent, 1)
    else:
        desk.change(ticket_id, status=status)


def count_open(desk: Desk, agent: str, amount: int) -> None:
    """Keep the number of unsolved tickets that assignment goes by."""
    if agent:
        desk.batch.agents.add(agent, amount)
