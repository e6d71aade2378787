"""Tell a requester that what they wrote has opened their solved ticket again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address
from events.types import By, TicketChanged
from handlers.answerable import why_unanswerable
from handlers.compose import Draft, common_values, send
from handlers.registry import Stage, handles
from handlers.restraint import Attempt, why_held
from handlers.withhold import withhold
from store.past import OVER

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk
    from store.records import TicketRecord

REOPENED = "reopened"
"""The template."""


@handles(TicketChanged, stage=Stage.REPLY, required=False)
def reopened(event: TicketChanged, desk: Desk) -> None:
    """Tell whoever opened a solved ticket again by writing that somebody works on it."""
    before, after = event.changes.get("status", (None, None))
    if event.by is not By.REQUESTER or before not in OVER or after in OVER:
        return
    ticket = desk.ticket(event.ticket)
    contact, message = _last_message(desk, event.ticket)
    if message is None or message.alert:
        return
    why_not = why_unanswerable(message, desk.policy)
    if message.sender.address not in {one.address for one in desk.participants(ticket.id)}:
        why_not = why_not or "the sender does not take part in it"
    if not why_not:
        held = why_held(desk, Attempt(ticket=ticket, message=message, address=message.sender.address))
        key = f"reopened:{event.id}"
        why_not = withhold(desk, ticket, held, key, contact, template=REOPENED) if held else ""
    if why_not:
        desk.trace(ticket.id, {"told": False, "because": why_not})
        return
    send_reopened(desk, ticket, message, f"reopened:{event.id}")


def send_reopened(desk: Desk, ticket: TicketRecord, message: Message, key: str) -> None:
    """Queue the mail that answers ``message``."""
    draft = Draft(
        template=REOPENED,
        language=ticket.language,
        effect_key=key,
        values=common_values(desk, ticket),
        automatic=True,
    )
    send(desk, ticket, draft, Address(message.sender.address, message.sender.name))


def _last_message(desk: Desk, number: int) -> tuple[int | None, Message | None]:
    """What a person wrote last on a ticket: its contact, and the message."""
    wrote = [one.contact for one in desk.entries(number) if one.kind == "message" and one.contact is not None]
    return (wrote[-1], desk.message(wrote[-1])) if wrote else (None, None)
