"""Tell a requester that they were heard: once, in their language, and never a machine (RFC 3834)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address, Kind, Message, Trust
from events.types import TicketOpened
from handlers.compose import Draft, common_values, send
from handlers.limits import acknowledgement_windows, allow
from handlers.registry import Stage, handles
from handlers.route import tags_of
from handlers.unwanted import SPAM_TAG

if TYPE_CHECKING:
    from handlers.desk import Desk

ALL_DAY = ("00:00-24:00",)


@handles(TicketOpened, stage=Stage.REPLY, required=False)
def acknowledge(event: TicketOpened, desk: Desk) -> None:
    """Acknowledge a new ticket, or write on it why not."""
    ticket = desk.ticket(event.ticket)
    message = desk.message(event.contact)
    why_not = _why_not(message, desk)
    if SPAM_TAG in tags_of(ticket):
        why_not = why_not or "the ticket is tagged as spam"
    if ticket.unacknowledged_by:
        why_not = why_not or f"the rule {ticket.unacknowledged_by!r} says so"
    if not why_not:
        limits = desk.policy.desk.limits
        windows = acknowledgement_windows(limits, message.sender.address, ticket.subject, message.trust)
        full = allow(desk, windows)
        why_not = f"the limit {full} is reached" if full else ""
    if why_not:
        desk.note(ticket.id, f"Not acknowledged: {why_not}.", flag="not-acknowledged")
        desk.trace(ticket.id, {"acknowledged": False, "because": why_not})
        return
    draft = Draft(
        template="acknowledged",
        language=ticket.language,
        effect_key=f"ack:{ticket.id}",
        nonce="ack",
        values=common_values(desk, ticket) | _hours(desk),
        automatic=True,
    )
    number = send(desk, ticket, draft, Address(message.sender.address, message.sender.name))
    desk.trace(ticket.id, {"acknowledged": True, "outgoing": number, "language": ticket.language})


def _why_not(message: Message, desk: Desk) -> str:
    """Why this sender must not be answered automatically, or an empty string."""
    if not message.sender.address:
        return "the sender has no address"
    if message.kind is not Kind.HUMAN:
        return f"the mail is {message.kind.value} ({message.kind_because})"
    if message.never_answer:
        return message.never_answer
    if desk.is_ours(message.sender.address):
        return "the sender is one of our own mailboxes"
    if message.trust is Trust.FAILED:
        return "the sender failed authentication"
    return ""


def _hours(desk: Desk) -> dict[str, object]:
    """When the desk is staffed, for the mail to say; nothing where somebody is always there."""
    hours = desk.policy.desk.hours
    if all(spans == ALL_DAY for spans in hours.week.values()):
        return {}
    week = [f"{day} {', '.join(spans)}" for day, spans in hours.week.items()]
    return {"hours": week, "zone": hours.zone}
