"""Tell a requester now and then that their ticket is still worked on, where the desk wants that.

Every so many business days in which they heard nothing, while somebody is there, and only who is written to
on this ticket already: whom no acknowledgement went to, a machine or a forged sender, gets none of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.types import DeadlineReached, ReplyAdded, TicketChanged, TicketOpened
from handlers.acknowledge import is_silent
from handlers.business import business_days_after
from handlers.calendar.chosen import calendar_for
from handlers.registry import Stage, handles
from handlers.status import in_business_days, wait_until
from handlers.waiting import has_to_wait, write
from store import kinds

if TYPE_CHECKING:
    from handlers.desk import Desk
    from store.records import TicketRecord

WHICH = "progress:"
"""What the timer is called; rules do not see those with a colon."""
WORKED_ON = frozenset({"new", "open", "on_hold"})
"""The statuses in which it is the requester who waits."""


@handles(TicketOpened, ReplyAdded, TicketChanged, stage=Stage.REPLY, required=False)
def hearing(event: TicketOpened | ReplyAdded | TicketChanged, desk: Desk) -> None:
    """Have the next word about progress come due, counted anew from each public answer."""
    days = desk.policy.desk.lifecycle.progress_after_days
    if not days or _is_past(event, desk):
        return
    ticket = desk.ticket(event.ticket)
    answered = isinstance(event, ReplyAdded) and desk.entry(event.entry).kind == "reply"
    if answered or ticket.status not in WORKED_ON:
        _drop(desk, ticket)
    if ticket.status in WORKED_ON:
        wait_until(desk, ticket.id, WHICH, in_business_days(desk, ticket.id, days))


@handles(DeadlineReached, stage=Stage.REPLY, required=False)
def progress(event: DeadlineReached, desk: Desk) -> None:
    """Say that the ticket is still worked on; once somebody is there again, where nobody is now."""
    days = desk.policy.desk.lifecycle.progress_after_days
    ticket = desk.known_ticket(event.ticket) if event.which == WHICH else None
    if ticket is None or not days or ticket.status not in WORKED_ON:
        return
    if not calendar_for(desk.policy.desk, ticket).is_open(desk.now):
        wait_until(desk, ticket.id, WHICH, business_days_after(desk.policy.desk, ticket, desk.now, 0))
        return
    if has_to_wait(desk, ticket, WHICH):
        return
    if _is_written_to(desk, ticket):
        write(desk, ticket, "progress")
    else:
        desk.trace(ticket.id, {"wrote": None, "because": "nothing was written to its requester before"})
    wait_until(desk, ticket.id, WHICH, in_business_days(desk, ticket.id, days))


def _is_past(event: TicketOpened | ReplyAdded | TicketChanged, desk: Desk) -> bool:
    """Whether it is handed over from another time: nobody who wrote long ago waits for a word of ours."""
    contact = None if isinstance(event, TicketChanged) else event.contact
    return contact is not None and desk.message(contact).terms.past


def _is_written_to(desk: Desk, ticket: TicketRecord) -> bool:
    """Whether the requester was acknowledged, or somebody answered them."""
    return ticket.answered_at is not None or not is_silent(desk, ticket)


def _drop(desk: Desk, ticket: TicketRecord) -> None:
    shelf = desk.batch.shelf(kinds.TIMERS)
    for timer in shelf.where("ticket", ticket.id):
        if timer.which == WHICH:
            shelf.remove(timer)
