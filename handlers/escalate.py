"""Take a ticket one step up when its deadline came before an answer did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.types import DeadlineReached, TicketEscalated
from handlers.deadlines import FIRST_RESPONSE
from handlers.registry import Stage, handles
from store.past import OVER

if TYPE_CHECKING:
    from handlers.desk import Desk


@handles(DeadlineReached, stage=Stage.POLICY)
def escalate(event: DeadlineReached, desk: Desk) -> None:
    """Escalate a ticket that is still without an answer."""
    if event.which != FIRST_RESPONSE:
        return
    ticket = desk.ticket(event.ticket)
    if ticket.answered_at is not None or ticket.status in OVER:
        desk.trace(ticket.id, {"escalated": False, "because": "it was answered in time"})
        return
    desk.note(ticket.id, f"Nobody has answered in time: escalated to level {event.level}.", flag="escalated")
    desk.emit(
        TicketEscalated,
        f"ticket:{ticket.id}",
        f"escalate:{ticket.id}:{event.which}:{event.level}",
        ticket=ticket.id,
        level=event.level,
        which=event.which,
    )
