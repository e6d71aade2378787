"""Move what stands on a ticket to another one, and end it; what is written to it later goes on there.

A stranger must not join a ticket by a forged From: a rule merges only what a proven sender wrote, and of
others both tickets say that they may belong together. An agent merges tickets of people who may read each
other's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.vocabulary import organisation_at
from events.message import Address, Trust
from events.types import By, ReplyAdded
from handlers import service
from handlers.participants import join_people
from handlers.shifts import zone_of
from handlers.status import set_status
from store import kinds, past
from store.records import MessageIdRecord

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.doing import Doing
    from store.records import EntryRecord, TicketRecord

MERGED = "merged"
"""The flag of an entry that came from a merged ticket, and of the notes that say so."""
SAID = frozenset({"message", "reply", "resolution", "note"})
"""The kinds of entries that people wrote."""


def merge_into_latest(desk: Desk, doing: Doing) -> None:
    """Merge a ticket that just opened into its requester's newest unsolved one, where there is one."""
    ticket = desk.ticket(doing.ticket)
    number = past.latest_unsolved(desk.batch.connection, ticket)
    target = desk.known_ticket(number) if number is not None else None
    if target is None or target.mailbox != ticket.mailbox or service.is_over(target):
        desk.note(ticket.id, f"The rule {doing.rule!r} found no ticket to merge this into.", flag="unmerged")
        return
    if Trust(ticket.trust).rank < Trust.ALIGNED.rank:
        why = "the sender is not proven"
        desk.note(ticket.id, f"Possibly related: #{target.id}. Not merged: {why}.", flag="related")
        desk.note(target.id, f"Possibly related: #{ticket.id}. Not merged: {why}.", flag="related")
        return
    for entry in desk.entries(ticket.id):
        if entry.kind == "message":
            _tell(desk, _copy(desk, entry, target.id))
    _end(desk, ticket.id, target.id, f"the rule {doing.rule!r}")
    # Nothing is left to be done on it: what was written is worked on where it stands now.
    desk.end()


def why_not_merged(desk: Desk, number: int, target: int) -> tuple[str, str] | None:
    """Why an agent cannot merge a ticket into another: a key of `handlers.misread.WHY` and a hint."""
    ticket, other = desk.ticket(number), desk.known_ticket(target)
    if number == target:
        return "itself", ""
    if other is None:
        return "no_ticket", ""
    if other.merged_into is not None:
        return "merged", f"#{other.merged_into}"
    if other.mailbox != ticket.mailbox:
        return "elsewhere", other.mailbox
    return None if _may_read(desk, ticket, other) else ("strangers", "")


def merge(desk: Desk, number: int, target: int, who: str) -> None:
    """Merge a ticket into another in an agent's name; whoever takes part in it takes part there, too."""
    ticket = desk.ticket(number)
    for entry in desk.entries(number):
        if entry.kind in SAID:
            _copy(desk, entry, target)
    people = [Address(one.address, one.name) for one in desk.participants(number)]
    join_people(target, people, desk)
    for thread in desk.batch.shelf(kinds.THREADS).where("ticket", number):
        desk.keep_thread(ticket.channel, thread.key.removeprefix(f"{ticket.channel}|"), target)
    _end(desk, number, target, who or "the desk")


def _may_read(desk: Desk, ticket: TicketRecord, other: TicketRecord) -> bool:
    """Whether the ticket's requester may read the other ticket, and its requester this one."""
    if ticket.requester in {"", other.requester}:
        return True
    if any(one.address == ticket.requester for one in desk.participants(other.id)):
        return True
    ours = desk.policy.desk.organisations
    known = organisation_at(ours, Address(ticket.requester).domain)
    return known is not None and known == organisation_at(ours, Address(other.requester).domain)


def _copy(desk: Desk, entry: EntryRecord, target: int) -> EntryRecord:
    """The entry on the other ticket, too, and its thread goes on there."""
    if entry.message_id:
        record = MessageIdRecord(message_id=entry.message_id, ticket=target)
        desk.batch.shelf(kinds.MESSAGE_IDS).add_once(record)
    return desk.add_entry(
        target,
        entry.kind,
        entry.author,
        entry.text,
        public=entry.public,
        contact=entry.contact,
        message_id=entry.message_id,
        flag=MERGED,
        at=entry.at,
    )


def _tell(desk: Desk, copy: EntryRecord) -> None:
    desk.emit(
        ReplyAdded,
        f"ticket:{copy.ticket}",
        f"reply:{copy.id}",
        ticket=copy.ticket,
        entry=copy.id,
        by=By.REQUESTER,
        contact=copy.contact,
    )


def _end(desk: Desk, number: int, target: int, who: str) -> None:
    desk.note(number, f"Merged into #{target} by {who}.", flag=MERGED)
    desk.note(target, f"#{number} was merged into this by {who}.", flag=MERGED)
    service.link(desk, number, target, "merged_into")
    _move_bookings(desk, number, target)
    desk.change(number, merged_into=target)
    set_status(desk, number, "closed")


def _move_bookings(desk: Desk, number: int, target: int) -> None:
    """What time agents keep for a ticket they keep for the one that goes on."""
    shelf = desk.batch.shelf(kinds.BOOKINGS)
    for one in shelf.where("ticket", number):
        shelf.change(one, ticket=target)
        agent = desk.policy.agent(one.agent)
        zone = ZoneInfo(zone_of(agent, desk.policy.desk) if agent else desk.policy.desk.hours.zone)
        first, last = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (one.starts_at, one.ends_at))
        desk.note(
            target,
            f"Booked for {one.agent}, until now for #{number}: {first} to {last} ({zone}), booking {one.id}.",
            flag="booked",
        )
