"""Do what comes due in a ticket's life: remind whoever is waited for, close what has waited long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address
from events.types import By, DeadlineReached
from handlers.breaker import count_repeat, paused_until
from handlers.compose import Draft, common_values, send
from handlers.registry import Stage, handles
from handlers.restraint import FREE, answered_before
from handlers.status import CLOSE, REMIND, WARN, in_business_days, set_status, wait_until

if TYPE_CHECKING:
    from handlers.desk import Desk
    from store.records import TicketRecord

WARN_DAYS = 1
"""Business days before a pending ticket is closed on which its requester is told."""


@handles(DeadlineReached, stage=Stage.CONVERSE)
def waiting(event: DeadlineReached, desk: Desk) -> None:
    """Remind the requester of a pending ticket; close what is pending or solved for long enough."""
    ticket = desk.known_ticket(event.ticket)
    if ticket is None or event.which not in {REMIND, WARN, CLOSE}:
        return
    if ticket.status == "pending" and has_to_wait(desk, ticket, event.which):
        return
    if event.which == REMIND and ticket.status == "pending":
        _remind(desk, ticket)
    elif event.which == WARN and ticket.status == "pending":
        write(desk, ticket, "closing_soon")
        wait_until(desk, ticket.id, CLOSE, in_business_days(desk, ticket.id, WARN_DAYS))
    elif event.which == CLOSE and ticket.status in {"pending", "solved"}:
        _close(desk, ticket)


def has_to_wait(desk: Desk, ticket: TicketRecord, which: str) -> bool:
    """Whether this is put off: automatic mail of the mailbox is paused, and its requester had several."""
    if answered_before(desk, ticket.requester) < FREE:
        return False
    until = paused_until(desk, ticket.mailbox)
    if until is None:
        return False
    wait_until(desk, ticket.id, which, until)
    desk.trace(ticket.id, {"put_off": which, "until": until.isoformat(), "because": "the mailbox is paused"})
    return True


def _remind(desk: Desk, ticket: TicketRecord) -> None:
    """Once: what is due after it is the closing, where the desk has turned that on."""
    days = desk.policy.desk.lifecycle.close_pending_after_days
    write(desk, ticket, "pending_reminder", {"days": days} if days else {})
    if days > WARN_DAYS:
        wait_until(desk, ticket.id, WARN, in_business_days(desk, ticket.id, days - WARN_DAYS))
    elif days:
        wait_until(desk, ticket.id, CLOSE, in_business_days(desk, ticket.id, days))


def _close(desk: Desk, ticket: TicketRecord) -> None:
    """What was solved is closed in silence; of what was pending its requester is told."""
    why = "it was solved long enough ago"
    if ticket.status == "pending":
        why = "nobody has answered"
        write(desk, ticket, "closed")
    desk.acting(ticket.id, By.DESK, why=why)
    set_status(desk, ticket.id, "closed")
    desk.tell_changes(ticket.id)


def write(desk: Desk, ticket: TicketRecord, template: str, values: dict[str, object] | None = None) -> None:
    """Mail the requester, or write on the ticket why not."""
    person = desk.person(ticket.requester)
    why_not = "it has no requester with an address" if not ticket.requester else ""
    if person is not None and person.bounced_at is not None:
        why_not = f"mail to {ticket.requester} comes back"
    if why_not:
        desk.note(ticket.id, f"Not written to the requester ({template}): {why_not}.", flag="unsent")
        return
    draft = Draft(
        template=template,
        language=ticket.language,
        effect_key=f"{template}:{ticket.id}:{desk.event.id}",
        values=common_values(desk, ticket) | (values or {}),
        automatic=True,
    )
    send(desk, ticket, draft, Address(ticket.requester, person.name if person else ""))
    if answered_before(desk, ticket.requester) >= FREE:
        count_repeat(desk, ticket)
    desk.trace(ticket.id, {"wrote": template, "to": ticket.requester})
