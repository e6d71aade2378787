"""Let no ticket fall through: tell whoever is on call of an urgent one, and the lead of one left for long.

Each is told once for each time that a ticket comes to be without an owner: as it opens, loses its agent, or
is opened again. What is told is a note on the ticket, too; it and the mails' effect keys keep it so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from events.types import DeadlineReached, TicketChanged, TicketOpened
from handlers.calendar.amounts import after
from handlers.calendar.calendar import NeverOpenError
from handlers.calendar.chosen import calendar_for
from handlers.notify import notify_unowned
from handlers.on_call import lead, name_of, on_call
from handlers.registry import Stage, handles
from store import kinds
from store.past import OVER
from store.records import TimerRecord

if TYPE_CHECKING:
    from datetime import datetime

    from config.types import Agent
    from handlers.desk import Desk
    from store.records import TicketRecord

WHICH = "unowned:lead"
"""What the timer is called; rules do not see those with a colon."""
CALLED = "on-call"
"""The flag of the note that says who was told at once."""
LED = "lead"
"""The flag of the note that says that the lead was told."""
URGENT = "urgent"
MINUTE = 60


@handles(TicketOpened, TicketChanged, stage=Stage.REPLY, required=False)
def unowned(event: TicketOpened | TicketChanged, desk: Desk) -> None:
    """Call whoever is on call to an urgent ticket without an owner; have the lead told if it stays so."""
    ticket = desk.ticket(event.ticket)
    if _is_looked_after(ticket):
        _drop(desk, ticket)
    elif not _is_quiet(event, desk):
        begins = _begins(event)
        if ticket.priority == URGENT and (begins or CALLED not in _flags(desk, ticket)):
            _call(desk, ticket, event)
        if begins and lead(desk, ticket):
            _start(desk, ticket, ticket.created_at if isinstance(event, TicketOpened) else event.at)


@handles(DeadlineReached, stage=Stage.REPLY, required=False)
def left_for_long(event: DeadlineReached, desk: Desk) -> None:
    """Tell the group's lead of a ticket that nobody has taken for so long."""
    ticket = desk.known_ticket(event.ticket) if event.which == WHICH else None
    if ticket is None:
        return
    if _is_looked_after(ticket):
        desk.trace(ticket.id, {"unowned": [], "because": "somebody has it, or it is over"})
        return
    minutes = desk.policy.desk.unowned.after // MINUTE
    told = lead(desk, ticket)
    if told:
        text = f"Nobody has had this ticket for {minutes} minutes of opening hours: told {_names(told)}."
        desk.note(ticket.id, text, flag=LED)
        notify_unowned(desk, ticket, told, key=f"{LED}:{event.id}", minutes=minutes)
    because = f"nobody has had it for {minutes} minutes of opening hours" if told else "no lead is named now"
    desk.trace(ticket.id, {"unowned": [name_of(one) for one in told], "because": because})


def _is_looked_after(ticket: TicketRecord) -> bool:
    return bool(ticket.agent) or ticket.status in OVER


def _is_quiet(event: TicketOpened | TicketChanged, desk: Desk) -> bool:
    """Whether it is handed over from another time, or on terms on which no agent hears of it."""
    if not isinstance(event, TicketOpened):
        return False
    terms = desk.message(event.contact).terms
    return terms.past or not terms.notify


def _begins(event: TicketOpened | TicketChanged) -> bool:
    """Whether a ticket comes to be without an owner by this event."""
    if isinstance(event, TicketOpened):
        return True
    agent, status = event.changes.get("agent"), event.changes.get("status")
    return (agent is not None and not agent[1]) or (
        status is not None and status[0] in OVER and status[1] not in OVER
    )


def _call(desk: Desk, ticket: TicketRecord, event: TicketOpened | TicketChanged) -> None:
    called = on_call(desk, ticket)
    told = called.told
    if not told:
        return
    desk.note(ticket.id, f"Nobody has this urgent ticket: told {_names(told)}, on call.", flag=CALLED)
    notify_unowned(desk, ticket, told, key=f"{CALLED}:{event.id}")
    body = {"unowned": [name_of(one) for one in told], "because": "it is urgent, and nobody has it"}
    desk.trace(ticket.id, body | ({"why_not": called.why_not} if called.why_not else {}))


def _start(desk: Desk, ticket: TicketRecord, begin: datetime) -> None:
    seconds = desk.policy.desk.unowned.after
    if not seconds:
        return
    try:
        due = after(calendar_for(desk.policy.desk, ticket), begin, timedelta(seconds=seconds))
    except NeverOpenError:
        desk.trace(ticket.id, {"unowned": [], "because": "its calendar never opens: no lead will be told"})
        return
    desk.batch.shelf(kinds.TIMERS).add_once(TimerRecord(ticket=ticket.id, which=WHICH, due_at=due))


def _drop(desk: Desk, ticket: TicketRecord) -> None:
    shelf = desk.batch.shelf(kinds.TIMERS)
    for timer in shelf.where("ticket", ticket.id):
        if timer.which == WHICH:
            shelf.remove(timer)


def _flags(desk: Desk, ticket: TicketRecord) -> set[str]:
    return {entry.flag for entry in desk.entries(ticket.id)}


def _names(told: list[Agent]) -> str:
    return ", ".join(one.name or one.address for one in told)
