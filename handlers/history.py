"""Mail of the past, which somebody hands in: it keeps its date, and is told to nobody.

An archive holds what the desk's own people wrote, too. That stands on the ticket as the answer that it was,
and never as something that is still to be sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from store import kinds
from store.records import MessageIdRecord

if TYPE_CHECKING:
    from datetime import datetime

    from events.message import Message
    from handlers.desk import Desk

SOLVED, OPEN, NEW = "solved", "open", "new"


def is_ours(message: Message, desk: Desk) -> bool:
    """Whether a past mail was written by an agent, or from one of the desk's own addresses."""
    sender = message.sender.address
    return message.terms.past and message.sender_certain and desk.policy.is_staff(sender)


def own_name(message: Message) -> tuple[str, ...]:
    """By what else a past mail is looked for: an answer to it may have been handed in before itself."""
    return (message.message_id,) if message.terms.past and message.message_id else ()


def moment(message: Message, desk: Desk) -> datetime:
    """When an entry was written: a past mail's own time, else now."""
    return message.received_at if message.terms.past else desk.now


def began(message: Message, desk: Desk) -> dict[str, Any]:
    """The times and the status of a ticket that a message opens."""
    at = moment(message, desk)
    fields: dict[str, Any] = {"created_at": at, "updated_at": at}
    if message.terms.past and message.terms.solved:
        fields |= {"status": SOLVED, "solved_at": at}
    return fields


def asked_by(message: Message, desk: Desk) -> Message:
    """One of our own past mails as if whom it went to had opened its ticket."""
    people = (one for one in (*message.to, *message.cc) if not desk.policy.is_staff(one.address))
    asked = next((one for one in people if one.address), None)
    return message if asked is None else msgspec.structs.replace(message, sender=asked)


def claim(message: Message, ticket: int, entry: int | None, contact: int, desk: Desk) -> int:
    """Keep one of our own past mails as an answer on its ticket; ``entry`` is there where it opened that."""
    agent = desk.policy.agent_at(message.sender.address)
    author = agent.id if agent is not None else message.sender.address
    if entry is None:
        text = message.new_words or message.text
        facts = {"contact": contact, "message_id": message.message_id, "at": message.received_at}
        entry = desk.add_entry(ticket, "reply", author, text, public=True, **facts).id
        _keep_ids(message, ticket, desk)
    else:
        desk.batch.shelf(kinds.ENTRIES).change(desk.entry(entry), kind="reply", author=author)
    record = desk.ticket(ticket)
    status = OPEN if record.status == NEW else record.status
    desk.change(ticket, status=status, answered_at=record.answered_at or message.received_at)
    stretch(ticket, message, desk)
    return entry


def stretch(ticket: int, message: Message, desk: Desk) -> None:
    """Let a ticket that is itself of the past last from its first mail to its last."""
    record = desk.ticket(ticket)
    if record.channel != message.channel:
        return
    at = message.received_at
    solved = record.solved_at and max(record.solved_at, at)
    desk.change(ticket, created_at=min(record.created_at, at), solved_at=solved)


def _keep_ids(message: Message, ticket: int, desk: Desk) -> None:
    shelf = desk.batch.shelf(kinds.MESSAGE_IDS)
    for name in dict.fromkeys((message.message_id, *message.in_reply_to, *message.references)):
        if name and desk.keyring.read_message_id(name) is None:
            shelf.add_once(MessageIdRecord(message_id=name, ticket=ticket))
