"""Start and stop the clock of the promise to answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from events.types import ReplyAdded, TicketChanged, TicketOpened
from handlers.registry import Stage, handles
from store import kinds
from store.past import OVER
from store.records import TimerRecord

if TYPE_CHECKING:
    from handlers.desk import Desk

FIRST_RESPONSE = "first_response"


@handles(TicketOpened, stage=Stage.POLICY)
def deadlines(event: TicketOpened, desk: Desk) -> None:
    """Start the clock for the first answer, where the desk promises one."""
    seconds = desk.policy.desk.deadlines.first_response
    if seconds and not desk.message(event.contact).terms.past:
        due = desk.ticket(event.ticket).created_at + timedelta(seconds=seconds)
        timer = TimerRecord(ticket=event.ticket, which=FIRST_RESPONSE, due_at=due)
        desk.batch.shelf(kinds.TIMERS).add_once(timer)


@handles(ReplyAdded, TicketChanged, stage=Stage.POLICY)
def stop(event: ReplyAdded | TicketChanged, desk: Desk) -> None:
    """Stop the clock once the ticket is answered or solved."""
    ticket = desk.ticket(event.ticket)
    if ticket.answered_at is None and ticket.status not in OVER:
        return
    shelf = desk.batch.shelf(kinds.TIMERS)
    for timer in shelf.where("ticket", ticket.id):
        if timer.which == FIRST_RESPONSE:
            shelf.remove(timer)
