"""Show a person what no chain could handle: a contact as a ticket of its own, all else on its ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
import structlog

from events.message import Address, Envelope, Message
from events.types import By, ContactChecked, ContactReceived, DeadlineReached, Event, ReplyAdded, TicketOpened
from handlers.acknowledge import acknowledge
from handlers.converse import open_ticket
from handlers.deadlines import deadlines
from handlers.match import Match
from handlers.notify import GivenUp, notify_given_up
from store.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.desk import Desk

log = structlog.get_logger(__name__)

E = TypeVar("E")
SUBJECT = {
    "en": "(a message that could not be read)",
    "es": "(un mensaje que no se pudo leer)",
    "nb": "(en melding som ikke kunne leses)",
}


def rescue(event: Event, desk: Desk, why: str, handler: str | None = None) -> None:
    """Do for a dead event what can be done without its chain, or without the one ``handler`` that died.

    A contact becomes a ticket. On a ticket it stands what was given up, its agent or else its whole group is
    told, and a ticket that has just opened keeps both promises: its clock starts, and its requester is
    acknowledged. Nothing else is tried: its group is the mailbox's, and who gets it a person decides.
    """
    if isinstance(event, ContactChecked | ContactReceived):
        # Where one optional handler died the others have done their work, and the ticket is there.
        if handler is None:
            _open(event, desk, why)
        return
    ticket = desk.known_ticket(getattr(event, "ticket", None) or 0)
    if ticket is None:
        return
    desk.handler = "rescue"
    what = handler or event.name
    desk.note(ticket.id, f"Given up: {what} ({why}).", flag="given-up")
    desk.trace(ticket.id, {"given_up": what, "because": why})
    if isinstance(event, TicketOpened) and handler is None:
        _try(deadlines, event, desk)
        _try(acknowledge, event, desk)
    if handler != "notify":
        _try(notify_given_up, GivenUp(ticket.id, _undone(event, handler), f"{event.id}:{what}"), desk)


def _open(event: ContactChecked | ContactReceived, desk: Desk, why: str) -> None:
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
        traceparent=event.traceparent,
        effect_key=event.effect_key,
        contact=event.contact,
    )
    desk.keep_message(event.contact, message)
    ticket = open_ticket(checked, message, Match(), desk)
    desk.note(ticket, f"This message could not be handled ({why}); its raw file is kept.", flag="rescued")


def _undone(event: Event, handler: str | None) -> str:
    """What an agent has to know is missing, as the template ``given_up`` names it."""
    if isinstance(event, TicketOpened):
        return "acknowledgement" if handler else "opening"
    if isinstance(event, ReplyAdded):
        return "answer" if event.by is By.AGENT else "reply"
    return "deadline" if isinstance(event, DeadlineReached) else "change"


def _try(step: Callable[[E, Desk], None], subject: E, desk: Desk) -> None:
    """Do one step; where it is what the event died of, the others are done without it."""
    mark = desk.batch.mark()
    try:
        step(subject, desk)
    except DatabaseError:
        raise
    except Exception as error:
        desk.batch.undo(mark)
        log.exception("rescue_step_failed", step=step.__name__, error=type(error).__name__)
