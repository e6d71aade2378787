"""Who takes part in a ticket, and the message ids by which their later mails find it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.transport import transport_of
from store import kinds
from store.records import MessageIdRecord, ParticipantRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.message import Address, Message
    from handlers.desk import Desk


def join(ticket: int, message: Message, desk: Desk, *, others: bool) -> None:
    """The sender takes part from now on, and with ``others`` To and Cc; the desk's own never do.

    A sender who could be two people takes part in nothing.
    """
    sender = message.sender
    known = {participant.address for participant in desk.participants(ticket)}
    if message.sender_certain and sender.address and sender.address not in known:
        _add(ticket, sender, "cc" if known else "requester", desk)
    if others:
        join_people(ticket, (*message.to, *message.cc), desk)
    keep_ids(ticket, message, desk)


def join_people(ticket: int, people: Iterable[Address], desk: Desk) -> None:
    """People in To and Cc take part from now on; the desk's own mailboxes and agents never do."""
    known = {participant.address for participant in desk.participants(ticket)}
    for person in people:
        # An address of a service in a mail would have whoever it names written to.
        if transport_of(person.address) or desk.policy.is_staff(person.address):
            continue
        if person.address and person.address not in known:
            known.add(person.address)
            _add(ticket, person, "cc", desk)


def _add(ticket: int, person: Address, role: str, desk: Desk) -> None:
    if not desk.is_ours(person.address):
        record = ParticipantRecord(ticket=ticket, address=person.address, name=person.name, role=role)
        desk.batch.shelf(kinds.PARTICIPANTS).add(record)


def keep_ids(ticket: int, message: Message, desk: Desk) -> None:
    """Remember every Message-ID of a message, so that a sibling of the same thread finds the ticket too."""
    shelf = desk.batch.shelf(kinds.MESSAGE_IDS)
    for message_id in dict.fromkeys((message.message_id, *message.in_reply_to, *message.references)):
        if message_id and desk.keyring.read_message_id(message_id) is None:
            shelf.add_once(MessageIdRecord(message_id=message_id, ticket=ticket))
