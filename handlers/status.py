"""Give a ticket another status: keep its agent's count right, and wait for what is due in that status."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from config.duty import weight_of
from handlers.business import business_days_after
from store import kinds
from store.past import OVER
from store.records import TimerRecord

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.desk import Desk
    from store.records import TicketRecord

LIFE = "life:"
"""What timers of a ticket's life are called, before what is due; rules do not see those with a colon."""
REMIND, WARN, CLOSE = f"{LIFE}remind", f"{LIFE}warn", f"{LIFE}close"


def set_status(desk: Desk, number: int, status: str) -> None:
    """Give a ticket a status; does nothing where it has it already.

    ``solved_at`` is when it was first over, solved or closed; one that opens again has none.
    """
    ticket = desk.ticket(number)
    if ticket.status == status:
        return
    was_over, over = ticket.status in OVER, status in OVER
    solved_at = (ticket.solved_at if was_over else desk.now) if over else None
    desk.change(number, status=status, solved_at=solved_at, waits="" if over else ticket.waits)
    if was_over != over:
        count_open(desk, ticket, -1 if over else 1)
    _stop(desk, number)
    _start(desk, number, status)


def solve(desk: Desk, number: int) -> None:
    """Mark a ticket solved; does nothing to one that is solved or closed."""
    if desk.ticket(number).status not in OVER:
        set_status(desk, number, "solved")


def count_open(desk: Desk, ticket: TicketRecord, amount: int) -> None:
    """Keep the number of its agent's unsolved tickets, and what they weigh: assignment goes by it."""
    if ticket.agent:
        desk.batch.agents.add(ticket.agent, amount, weight=amount * weight_of(ticket.priority))


def wait_until(desk: Desk, number: int, which: str, due: datetime | None) -> None:
    """Have a step of a ticket's life come due; without a time it never does."""
    if due is not None:
        timer = TimerRecord(ticket=number, which=which, due_at=due)
        desk.batch.shelf(kinds.TIMERS).add_once(timer)


def in_business_days(desk: Desk, number: int, days: int) -> datetime | None:
    """The staffed moment so many business days from now; ``None`` for 0, and where nobody is ever there."""
    return business_days_after(desk.policy.desk, desk.ticket(number), desk.now, days) if days else None


def _stop(desk: Desk, number: int) -> None:
    shelf = desk.batch.shelf(kinds.TIMERS)
    for timer in shelf.where("ticket", number):
        if timer.which.startswith(LIFE):
            shelf.remove(timer)


def _start(desk: Desk, number: int, status: str) -> None:
    terms = desk.policy.desk.lifecycle
    if status == "pending":
        wait_until(desk, number, REMIND, in_business_days(desk, number, terms.remind_after_days))
    elif status == "solved" and terms.close_solved_after:
        wait_until(desk, number, CLOSE, desk.now + timedelta(seconds=terms.close_solved_after))
