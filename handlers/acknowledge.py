"""Tell a requester that they were heard: once, in their language, and never a machine (RFC 3834)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address
from events.types import TicketOpened
from handlers.age import SETTING, too_old
from handlers.answerable import why_unanswerable
from handlers.calendar.chosen import calendar_for
from handlers.calendar.opening import said
from handlers.compose import Draft, common_values, send
from handlers.registry import Stage, handles
from handlers.restraint import Attempt, why_held
from handlers.suggest import for_requester, mark_shown, values_for_requester
from handlers.tags import tags_of
from handlers.unwanted import SPAM_TAG
from handlers.withhold import withhold

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk
    from store.records import TicketRecord

FORM = "form"
"""The channel of the web form."""
CONFIRM = "confirm"
"""What the link is signed for."""
NOT_ACKNOWLEDGED = "not-acknowledged"
"""The flag of the note that says why nobody was told that they were heard."""

ACKNOWLEDGED_LATER = "acknowledged-later"
"""The flag of the note that says that an acknowledgement that was held back was sent after all."""


@handles(TicketOpened, stage=Stage.REPLY, required=False)
def acknowledge(event: TicketOpened, desk: Desk) -> None:
    """Acknowledge a new ticket, or write on it why not."""
    ticket = desk.ticket(event.ticket)
    message = desk.message(event.contact)
    why_not = why_unanswerable(message, desk.policy)
    if SPAM_TAG in tags_of(ticket):
        why_not = why_not or "the ticket is tagged as spam"
    if ticket.unacknowledged_by:
        why_not = why_not or f"the rule {ticket.unacknowledged_by!r} says so"
    old = too_old(message, desk.policy.desk.acknowledge_within, desk.now)
    if old and not why_not:
        desk.change(ticket.id, unacknowledged_by=SETTING)
        why_not = old
    if not why_not:
        held = why_held(desk, Attempt(ticket=ticket, message=message, address=message.sender.address))
        why_not = withhold(desk, ticket, held, f"ack:{ticket.id}", event.contact) if held else ""
    if why_not:
        desk.note(ticket.id, f"Not acknowledged: {why_not}.", flag=NOT_ACKNOWLEDGED)
        desk.trace(ticket.id, {"acknowledged": False, "because": why_not})
        return
    send_acknowledgement(desk, ticket, message)


def send_acknowledgement(desk: Desk, ticket: TicketRecord, message: Message) -> None:
    """Queue the acknowledgement of a ticket that ``message`` opened."""
    articles = for_requester(desk, ticket)
    draft = Draft(
        template=ticket.acknowledge_with or "acknowledged",
        language=ticket.language,
        effect_key=f"ack:{ticket.id}",
        nonce="ack",
        values=common_values(desk, ticket)
        | said(calendar_for(desk.policy.desk, ticket), desk.now)
        | _confirmation(desk, ticket)
        | values_for_requester(desk, articles),
        automatic=True,
    )
    number = send(desk, ticket, draft, Address(message.sender.address, message.sender.name))
    mark_shown(desk, ticket, articles)
    desk.trace(ticket.id, {"acknowledged": True, "outgoing": number, "language": ticket.language})


def is_silent(desk: Desk, ticket: TicketRecord) -> bool:
    """Whether nobody was told that this ticket was heard of."""
    flags = {entry.flag for entry in desk.entries(ticket.id)}
    held = NOT_ACKNOWLEDGED in flags and ACKNOWLEDGED_LATER not in flags
    return held or bool(ticket.unacknowledged_by)


def _confirmation(desk: Desk, ticket: TicketRecord) -> dict[str, object]:
    """The link by which whoever wrote by the form says that the address is theirs."""
    form = desk.policy.form
    if form is None or ticket.channel != FORM:
        return {}
    token = desk.keyring.sign(CONFIRM, str(ticket.id))
    return {"confirm": f"{form.url}/confirm/{token}?lang={ticket.language}"}
