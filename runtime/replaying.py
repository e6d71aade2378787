"""Many contacts once more: what differs from what they became, and, where it is wanted, mend it.

Mending never doubles an effect. What has a ticket keeps it, and is only read again; what was set aside or
died becomes what it should by events whose keys the store knows but once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from events.codec import encode_message
from runtime.by_hand import at_ticket
from runtime.rehearsal import RawGoneError, Rehearsal, Stage, rehearse
from store import aside, contact_pages, deadletters, kinds, work
from store.records import ParticipantRecord

if TYPE_CHECKING:
    from handlers.desk import Desk
    from store.records import ContactRecord, TicketRecord

ON_A_TICKET = frozenset({"ticket", "reply"})
_COMPARED = ("subject", "requester", "group_name", "priority", "language", "tags")
_RESCUED = "rescued"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One contact: what it was, what it would be, in which words these differ, and what was done about it."""

    contact: int
    was: str
    would: str
    differs: tuple[str, ...] = ()
    applied: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether it cannot be handled, or not even be read."""
        return self.would in {"fault", "raw gone"}


def replay(stage: Stage, row: Any, *, apply: bool) -> Outcome:
    """Play one contact again; with ``apply`` make it so."""
    was = f"{row.state} #{row.ticket}" if row.ticket else row.state
    try:
        played = rehearse(row.id, stage, row)
    except RawGoneError:
        return Outcome(contact=row.id, was=was, would="raw gone")
    with stage.store.reading() as connection:
        ticket = contact_pages.ticket_of(connection, row) if row.ticket else None
    would = f"{played.became} #{played.joined}" if played.joined else played.became
    differs = _differences(row, played, ticket)
    applied = _apply(stage, row, played) if apply and played.became != "fault" else ""
    return Outcome(contact=row.id, was=was, would=would, differs=differs, applied=applied)


def _differences(row: Any, played: Rehearsal, ticket: TicketRecord | None) -> tuple[str, ...]:
    """What would be other than it is: what it becomes, and what its ticket would be as it opens."""
    found = []
    if row.state != played.became:
        found.append(f"{row.state} → {played.became}")
    if row.state == "aside" == played.became and row.reason != played.reason:
        found.append(f"reason {row.reason} → {played.reason}")
    if row.state == "reply" == played.became and row.ticket != played.joined:
        found.append(f"ticket #{row.ticket} → #{played.joined}")
    if row.state == "ticket" == played.became and ticket is not None and played.ticket is not None:
        for name in _COMPARED:
            before, after = getattr(ticket, name), getattr(played.ticket, name)
            if before != after:
                found.append(f"{name.removesuffix('_name')} {before or 'none'} → {after or 'none'}")
    return tuple(found)


def _apply(stage: Stage, row: Any, played: Rehearsal) -> str:
    """Make of a contact what it should be; gives back what was done, empty where there was nothing to do."""
    if row.state in ON_A_TICKET:
        return _read_again(stage, row, played)
    if row.state == "aside" and played.became in ON_A_TICKET:
        with stage.store.writing() as connection:
            return "released" if aside.release(connection, row.id, stage.now) else ""
    if row.state in {"new", "dead"}:
        return _played_again(stage, row)
    return ""


def _played_again(stage: Stage, row: Any) -> str:
    """Give a contact that died new work, where nothing came of it."""
    with stage.store.writing() as connection:
        letters = contact_pages.letters_of(connection, row.id)
        for letter in letters:
            body = work.load(connection, [letter.event])[letter.event]
            deadletters.replay(connection, letter, work.event_of(body), stage.now)
    return "played again" if letters else ""


def _read_again(stage: Stage, row: Any, played: Rehearsal) -> str:
    """Keep what is read today in place of what was read then; the ticket itself stays where it is."""
    with at_ticket(stage.store, row.ticket) as desk:
        contact = desk.contact(row.id)
        if contact.state not in ON_A_TICKET or contact.ticket != row.ticket:
            return ""
        changed = _keep_reading(desk, contact, played)
        if changed:
            desk.note(row.ticket, f"Contact {row.id} was read again: {', '.join(changed)}.", flag="replayed")
        return f"read again: {', '.join(changed)}" if changed else ""


def _keep_reading(desk: Desk, contact: ContactRecord, played: Rehearsal) -> list[str]:
    """Write the new reading down; gives back what of it is other than before."""
    message = played.message
    changed = []
    shelf = desk.batch.shelf(kinds.MESSAGES)
    record, body = shelf.get(contact.id), encode_message(message).decode()
    if record is not None and record.body != body:
        shelf.change(record, body=body)
        changed.append("its message")
    entry = desk.entry(contact.entry or 0)
    words = message.new_words or message.text
    if entry.kind == "message" and entry.text != words:
        desk.batch.shelf(kinds.ENTRIES).change(entry, text=words)
        changed.append("its words")
    if contact.state == "ticket" and _is_rescued(desk, contact) and message.sender.address:
        subject = " ".join(message.subject.split())[:500]
        ticket, sender = contact.ticket or 0, message.sender
        desk.change(ticket, subject=subject, requester=sender.address)
        if sender.address not in {one.address for one in desk.participants(ticket)}:
            person = ParticipantRecord(
                ticket=ticket, address=sender.address, name=sender.name, role="requester"
            )
            desk.batch.shelf(kinds.PARTICIPANTS).add(person)
        changed.append("its subject and requester")
    return changed


def _is_rescued(desk: Desk, contact: ContactRecord) -> bool:
    """Whether a ticket was opened from an envelope alone, and has no requester that anybody read."""
    flags = {entry.flag for entry in desk.entries(contact.ticket or 0)}
    return _RESCUED in flags and "replayed" not in flags
