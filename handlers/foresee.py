"""Read with a few statements what the events of a batch will ask for one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.types import ContactChecked, Event
from handlers.converse import subject_for
from handlers.restraint import foreseen
from store import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from config.limits import Limits
    from config.types import DeskText
    from events.message import Message
    from events.token import Keyring
    from store.batch import Batch


def foresee(
    batch: Batch,
    events: Iterable[Event],
    parsed: Mapping[int, Message],
    *,
    keyring: Keyring,
    desk: DeskText,
    now: datetime,
) -> None:
    """Fill the batch's shelves; whatever is not foreseen here is read when it is asked for."""
    happened = list(events)
    contacts = {event.contact for event in happened if getattr(event, "contact", None) is not None}  # type: ignore[attr-defined]
    tickets = {event.ticket for event in happened if getattr(event, "ticket", None) is not None}  # type: ignore[attr-defined]
    batch.shelf(kinds.CONTACTS).prefetch("id", contacts)
    batch.shelf(kinds.MESSAGES).prefetch("contact", contacts - parsed.keys())
    messages = [
        parsed[event.contact]
        for event in happened
        if isinstance(event, ContactChecked) and event.contact in parsed
    ]
    tickets |= _tokens(messages, keyring)
    batch.shelf(kinds.MESSAGE_IDS).prefetch("message_id", _message_ids(messages))
    batch.shelf(kinds.PEOPLE).prefetch("address", {message.sender.address for message in messages})
    batch.shelf(kinds.TICKETS).prefetch("id", tickets)
    batch.shelf(kinds.PARTICIPANTS).prefetch("ticket", tickets)
    batch.shelf(kinds.ENTRIES).prefetch("ticket", tickets)
    batch.shelf(kinds.TIMERS).prefetch("ticket", tickets)
    if desk.slas:
        batch.shelf(kinds.DEADLINES).prefetch("ticket", tickets)
    asked = {ticket.requester for number in tickets if (ticket := batch.shelf(kinds.TICKETS).get(number))}
    batch.shelf(kinds.PEOPLE).prefetch("address", asked)
    batch.throttles.prefetch(key for message in messages for key in _throttles(message, desk.limits, now))


def _throttles(message: Message, limits: Limits, now: datetime) -> Iterable[str]:
    """The counts that an acknowledgement would be under, if this message opens a ticket."""
    return foreseen(limits, message, subject_for(message), now)


def _message_ids(messages: list[Message]) -> set[str]:
    """What their threads are found by, and their own: the same mail may have come to another mailbox."""
    names = (
        name
        for message in messages
        for name in (message.message_id, *message.in_reply_to, *message.references)
    )
    return {name for name in names if name}


def _tokens(messages: list[Message], keyring: Keyring) -> set[int]:
    """The tickets that signed names point to."""
    tickets = set()
    for message in messages:
        for address in message.envelope.recipients:
            token = keyring.read_reply_tag(address.rpartition("@")[0].partition("+")[2])
            if token is not None:
                tickets.add(token.ticket)
        for name in (*message.in_reply_to, *message.references):
            token = keyring.read_message_id(name)
            if token is not None:
                tickets.add(token.ticket)
    return tickets
