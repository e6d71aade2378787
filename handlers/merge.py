"""Move what opened a ticket to an older one of the same person's, and end the new one.

A stranger must not join a ticket by a forged From: only a sender who is proven is merged, of others both
tickets say that they may belong together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Trust
from events.types import By, ReplyAdded
from handlers.lifecycle import set_status
from store import kinds, past
from store.records import MessageIdRecord

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.doing import Doing


def merge_into_latest(desk: Desk, doing: Doing) -> None:
    """Merge a ticket that just opened into its requester's newest unsolved one, where there is one."""
    ticket = desk.ticket(doing.ticket)
    number = past.latest_unsolved(desk.batch.connection, ticket)
    target = desk.known_ticket(number) if number is not None else None
    if target is None or target.mailbox != ticket.mailbox or target.status == "solved":
        desk.note(ticket.id, f"The rule {doing.rule!r} found no ticket to merge this into.", flag="unmerged")
        return
    if Trust(ticket.trust).rank < Trust.ALIGNED.rank:
        why = "the sender is not proven"
        desk.note(ticket.id, f"Possibly related: #{target.id}. Not merged: {why}.", flag="related")
        desk.note(target.id, f"Possibly related: #{ticket.id}. Not merged: {why}.", flag="related")
        return
    _move(desk, ticket.id, target.id)
    desk.note(ticket.id, f"Merged into #{target.id} by the rule {doing.rule!r}.", flag="merged")
    desk.note(target.id, f"#{ticket.id} was merged into this by the rule {doing.rule!r}.", flag="merged")
    set_status(desk, ticket.id, "solved")
    # Nothing is left to be done on it: what was written is worked on where it stands now.
    desk.end()


def _move(desk: Desk, number: int, target: int) -> None:
    """Every message of the ticket stands on the other one, too, and its thread goes on there."""
    for entry in desk.entries(number):
        if entry.kind != "message":
            continue
        copy = desk.add_entry(
            target,
            entry.kind,
            entry.author,
            entry.text,
            public=entry.public,
            contact=entry.contact,
            message_id=entry.message_id,
            flag="merged",
        )
        if entry.message_id:
            record = MessageIdRecord(message_id=entry.message_id, ticket=target)
            desk.batch.shelf(kinds.MESSAGE_IDS).add_once(record)
        desk.emit(
            ReplyAdded,
            f"ticket:{target}",
            f"reply:{copy.id}",
            ticket=target,
            entry=copy.id,
            by=By.REQUESTER,
            contact=entry.contact,
        )
