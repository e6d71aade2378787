"""Tell a requester that what they wrote has opened their solved ticket again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address
from events.types import By, TicketChanged
from handlers.answerable import why_unanswerable
from handlers.compose import Draft, common_values, send
from handlers.limits import acknowledgement_windows, allow
from handlers.registry import Stage, handles
from store.past import OVER

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk


@handles(TicketChanged, stage=Stage.REPLY, required=False)
def reopened(event: TicketChanged, desk: Desk) -> None:
    """Tell whoever opened a solved ticket again by writing that somebody works on it."""
    before, after = event.changes.get("status", (None, None))
    if event.by is not By.REQUESTER or before not in OVER or after in OVER:
        return
    ticket = desk.ticket(event.ticket)
    message = _last_message(desk, event.ticket)
    if message is None or message.alert:
        return
    limits = desk.policy.desk.limits
    why_not = why_unanswerable(message, desk.policy)
    if message.sender.address not in {one.address for one in desk.participants(ticket.id)}:
        why_not = why_not or "the sender does not take part in it"
    if not why_not:
        windows = acknowledgement_windows(limits, message.sender.address, ticket.subject, message.trust)
        full = allow(desk, windows)
        why_not = f"the limit {full} is reached" if full else ""
    if why_not:
        desk.trace(ticket.id, {"told": False, "because": why_not})
        return
    draft = Draft(
        template="reopened",
        language=ticket.language,
        effect_key=f"reopened:{event.id}",
        values=common_values(desk, ticket),
        automatic=True,
    )
    send(desk, ticket, draft, Address(message.sender.address, message.sender.name))


def _last_message(desk: Desk, number: int) -> Message | None:
    """What a person wrote last on a ticket."""
    wrote = [one for one in desk.entries(number) if one.kind == "message" and one.contact is not None]
    return desk.message(wrote[-1].contact) if wrote and wrote[-1].contact is not None else None
