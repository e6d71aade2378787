"""Make a ticket of a contact that no chain could handle, so that a person sees it; its raw file is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from events.message import Address, Envelope, Message
from events.types import ContactChecked, ContactReceived
from handlers.converse import open_ticket
from handlers.match import Match

if TYPE_CHECKING:
    from handlers.desk import Desk

SUBJECT = {
    "en": "(a message that could not be read)",
    "es": "(un mensaje que no se pudo leer)",
    "nb": "(en melding som ikke kunne leses)",
}


def rescue(event: ContactChecked | ContactReceived, desk: Desk, why: str) -> None:
    """Open a ticket from the envelope alone. It is never acknowledged: nobody knows what wrote it."""
    contact = desk.contact(event.contact)
    envelope = msgspec.json.decode(contact.envelope, type=Envelope)
    language = desk.policy.desk.languages[0]
    message = Message(
        channel=contact.channel,
        source_key=contact.source_key,
        mailbox=contact.mailbox,
        received_at=contact.received_at,
        raw=contact.raw,
        envelope=envelope,
        sender=Address(envelope.mail_from.lower()),
        subject=SUBJECT.get(language, SUBJECT["en"]),
        never_answer="the message could not be read",
        defects=(why,),
    )
    checked = ContactChecked(
        id=event.id,
        at=event.at,
        stream=event.stream,
        root=event.root,
        effect_key=event.effect_key,
        contact=event.contact,
    )
    desk.keep_message(event.contact, message)
    ticket = open_ticket(checked, message, Match(), desk)
    desk.note(ticket, f"This message could not be handled ({why}); its raw file is kept.", flag="rescued")
