"""Take one of a ticket's mails out into a ticket of its own: two concerns are worked on one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.types import TicketOpened
from handlers import service
from store import kinds
from store.records import EntryRecord, MessageIdRecord, ParticipantRecord, TicketRecord

if TYPE_CHECKING:
    from handlers.desk import Desk

SPLIT = "split"
"""The flag of the notes that say so."""


def why_not_split(desk: Desk, entry: EntryRecord | None, number: int) -> str:
    """Why an entry cannot be taken out of a ticket, or an empty string."""
    if entry is None or entry.ticket != number:
        return "there is no such entry on it"
    if entry.kind != "message" or entry.contact is None:
        return "the entry is no mail of a requester's"
    return "" if desk.contact(entry.contact).state == "reply" else "the entry is what opened the ticket"


def split(desk: Desk, entry: EntryRecord, who: str, subject: str = "") -> int:
    """Open a ticket with what an entry says, for whoever wrote it; gives back its number.

    It is routed and acknowledged as any other. The mail counts as the new ticket's from now on; its words
    stay on the old one, too.
    """
    if entry.contact is None:
        message = "an entry without a contact opens no ticket"
        raise ValueError(message)
    old = desk.ticket(entry.ticket)
    number = _open(desk, old, entry.author, subject)
    copy = desk.add_entry(
        number,
        entry.kind,
        entry.author,
        entry.text,
        public=entry.public,
        contact=entry.contact,
        message_id=entry.message_id,
        at=entry.at,
    )
    _move(desk, copy, old.id, who)
    desk.emit(
        TicketOpened,
        f"ticket:{number}",
        f"opened:{entry.contact}",
        ticket=number,
        entry=copy.id,
        contact=entry.contact,
    )
    return number


def _open(desk: Desk, old: TicketRecord, requester: str, subject: str) -> int:
    number = desk.batch.ticket_number()
    desk.batch.shelf(kinds.TICKETS).add(
        TicketRecord(
            id=number,
            subject=subject or old.subject,
            group_name=old.group_name,
            mailbox=old.mailbox,
            channel=old.channel,
            language=old.language,
            requester=requester,
            trust=old.trust,
            created_at=desk.now,
            updated_at=desk.now,
            policy_version=desk.policy.version,
        )
    )
    return number


def _move(desk: Desk, copy: EntryRecord, old: int, who: str) -> None:
    """Let whoever wrote it take part, the mail belong to the new ticket, and both tickets say so."""
    number, person = copy.ticket, desk.person(copy.author)
    if copy.author:
        role = ParticipantRecord(
            ticket=number, address=copy.author, name=person.name if person else "", role="requester"
        )
        desk.batch.shelf(kinds.PARTICIPANTS).add(role)
    if copy.message_id:
        known = MessageIdRecord(message_id=copy.message_id, ticket=number)
        desk.batch.shelf(kinds.MESSAGE_IDS).add_once(known)
    if copy.contact is not None:
        desk.settle(copy.contact, "ticket", ticket=number, entry=copy.id)
    service.link(desk, number, old, "split_from")
    desk.note(number, f"Split from #{old} by {who}.", flag=SPLIT)
    desk.note(old, f"Split into #{number} by {who}.", flag=SPLIT)
