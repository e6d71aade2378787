"""All that a handler may touch: one event's view of the batch, in the desk's words.

Everything written here stays in memory until the whole batch is flushed in one transaction, so a handler that
raises has changed nothing. There is no I/O besides the batch's own reads.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from config.duty import weight_of
from config.types import Policy
from events.codec import decode_message, encode_message
from events.outcome import Reason, Refuse
from events.types import DEEPEST, By, Event, TicketChanged
from handlers.rules.engine import CompiledRules
from store import aside, kinds, past
from store.records import (
    ContactRecord,
    EntryRecord,
    MessageRecord,
    OutgoingRecord,
    ParticipantRecord,
    PersonRecord,
    ThreadRecord,
    TicketRecord,
    TraceRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from events.message import Message
    from events.token import Keyring
    from store.aside import Kept
    from store.batch import Batch

R = TypeVar("R")


class Rulebook(msgspec.Struct, frozen=True):
    """One version of the policy with its rules made ready to run."""

    policy: Policy
    rules: CompiledRules


E = TypeVar("E", bound=Event)


class Deed(Event, frozen=True, kw_only=True):
    """What a person does at the desk, standing where a handler has its event; it is never stored."""


class Desk:
    """What one event sees; ``now`` is the only clock (UTC)."""

    def __init__(
        self,
        batch: Batch,
        event: Event,
        *,
        now: datetime,
        rulebook: Rulebook,
        keyring: Keyring,
        parsed: Callable[[int], Message | None],
    ) -> None:
        """``parsed`` gives messages that were read from raw for this batch."""
        self.batch = batch
        self.event = event
        self.now = now
        self.policy = rulebook.policy
        self.rules = rulebook.rules
        self.keyring = keyring
        self.handler = ""
        self.ended = False
        self.fired: tuple[str, ...] = event.fired if isinstance(event, TicketChanged) else ()
        self._parsed = parsed
        self._acting: dict[int, tuple[By, str, str]] = {}
        self._changes: dict[int, dict[str, tuple[str | None, str | None]]] = {}

    @classmethod
    def by_hand(cls, batch: Batch, *, now: datetime, rulebook: Rulebook, keyring: Keyring) -> Desk:
        """The desk of a person, who acts without an event before: the first that is told here is a root."""
        deed = Deed(at=now, stream="", effect_key="")
        desk = cls(batch, deed, now=now, rulebook=rulebook, keyring=keyring, parsed=lambda _contact: None)
        desk.handler = "by_hand"
        return desk

    # What is known.

    def contact(self, contact: int) -> ContactRecord:
        """The contact; raises `Refuse` where it is gone."""
        return _there(self.batch.shelf(kinds.CONTACTS).get(contact), "contact")

    def ticket(self, ticket: int) -> TicketRecord:
        """The ticket as it is now; raises `Refuse` where it is gone."""
        return _there(self.batch.shelf(kinds.TICKETS).get(ticket), "ticket")

    def known_ticket(self, ticket: int) -> TicketRecord | None:
        """The ticket, or ``None`` where there is none of that number."""
        return self.batch.shelf(kinds.TICKETS).get(ticket)

    def entry(self, entry: int) -> EntryRecord:
        """The entry; raises `Refuse` where it is gone."""
        return _there(self.batch.shelf(kinds.ENTRIES).get(entry), "entry")

    def entries(self, ticket: int) -> list[EntryRecord]:
        """A ticket's entries in order."""
        return self.batch.shelf(kinds.ENTRIES).where("ticket", ticket)

    def message(self, contact: int) -> Message:
        """The contact's message; raises `Refuse` where none is stored."""
        parsed = self._parsed(contact)
        if parsed is not None:
            return parsed
        stored = _there(self.batch.shelf(kinds.MESSAGES).get(contact), "message")
        return decode_message(stored.body.encode())

    def sent(self, outgoing: int | None) -> OutgoingRecord | None:
        """The mail of ours with this number, or ``None`` where there is none."""
        return self.batch.shelf(kinds.OUTGOING).get(outgoing) if outgoing else None

    def person(self, address: str) -> PersonRecord | None:
        """What is known of whoever has this address."""
        return self.batch.shelf(kinds.PEOPLE).get(address)

    def participants(self, ticket: int) -> list[ParticipantRecord]:
        """Who takes part in a ticket."""
        return self.batch.shelf(kinds.PARTICIPANTS).where("ticket", ticket)

    def tickets_of(self, message_id: str) -> list[int]:
        """Tickets that a Message-ID belongs to, the oldest first: there the message itself is.

        Later ones only refer to it, and anyone can write a reference.
        """
        found = self.batch.shelf(kinds.MESSAGE_IDS).where("message_id", message_id)
        return sorted(record.ticket for record in found)

    def ticket_of_thread(self, channel: str, thread: str) -> int | None:
        """The ticket that a source's own conversation is on now."""
        found = self.batch.shelf(kinds.THREADS).get(thread_key(channel, thread))
        return found.ticket if found is not None else None

    def thread_of(self, ticket: TicketRecord) -> str:
        """The source's own name for the conversation that a ticket is; empty where it is none."""
        before = f"{ticket.channel}|"
        found = self.batch.shelf(kinds.THREADS).where("ticket", ticket.id)
        return next((one.key.removeprefix(before) for one in found if one.key.startswith(before)), "")

    def set_aside(self, since: datetime, until: datetime, most: int) -> tuple[dict[str, int], list[Kept]]:
        """What was set aside before this batch in a span of time: counts by reason, and the latest."""
        connection = self.batch.connection
        return aside.counts(connection, since, until), aside.latest(connection, since, until, most=most)

    def is_ours(self, address: str) -> bool:
        """Whether an address is one of the desk's mailboxes."""
        return self.policy.mailbox(address) is not None

    # What is done.

    def keep_thread(self, channel: str, thread: str, ticket: int) -> None:
        """A source's own conversation goes on on this ticket."""
        shelf = self.batch.shelf(kinds.THREADS)
        known = shelf.get(thread_key(channel, thread))
        if known is None:
            shelf.add(ThreadRecord(key=thread_key(channel, thread), ticket=ticket))
        else:
            shelf.change(known, ticket=ticket)

    def keep_message(self, contact: int, message: Message) -> None:
        """Keep the parsed message beside its raw."""
        body = encode_message(message).decode()
        self.batch.shelf(kinds.MESSAGES).add_once(MessageRecord(contact=contact, body=body))

    def settle(self, contact: int, state: str, **fields: Any) -> None:
        """Say what became of a contact: ``ticket``, ``reply`` or ``aside``."""
        shelf = self.batch.shelf(kinds.CONTACTS)
        shelf.change(self.contact(contact), state=state, **fields)

    def add_entry(self, ticket: int, kind: str, author: str, text: str, **fields: Any) -> EntryRecord:
        """Write on a ticket, as of now or ``at``; nothing is public unless ``public=True`` is said."""
        at = fields.pop("at", self.now)
        record = EntryRecord(
            id=self.batch.number("entries"),
            ticket=ticket,
            kind=kind,
            author=author,
            text=text,
            at=at,
            **fields,
        )
        return self.batch.shelf(kinds.ENTRIES).add(record)

    def note(self, ticket: int, text: str, flag: str = "") -> EntryRecord:
        """Write a note of the desk's own on a ticket: what it did or did not do, and why."""
        return self.add_entry(ticket, "system", "", text, flag=flag)

    def change(self, ticket: int, **fields: Any) -> TicketRecord:
        """Give a ticket new values; what really changed is told in one `TicketChanged` by `tell_changes`."""
        record = self.ticket(ticket)
        real = {name: value for name, value in fields.items() if getattr(record, name) != value}
        if not real:
            return record
        if "priority" in real and record.agent and record.status not in past.OVER:
            more = weight_of(real["priority"]) - weight_of(record.priority)
            self.batch.agents.add(record.agent, 0, weight=more)
        told = self._changes.setdefault(ticket, {})
        for name, value in real.items():
            before = told[name][0] if name in told else _text(getattr(record, name))
            told[name] = (before, _text(value))
        return self.batch.shelf(kinds.TICKETS).change(record, updated_at=self.now, **real)

    def acting(self, ticket: int, by: By, who: str = "", why: str = "") -> None:
        """Say who changes a ticket in this chain, and why; whoever says it first is named."""
        self._acting.setdefault(ticket, (by, who, why))

    def tell_changes(self, ticket: int, by: By = By.DESK, who: str = "") -> None:
        """Emit the one `TicketChanged` of this chain, where anything others care for did change."""
        by, who, why = self._acting.pop(ticket, (by, who, ""))
        told = {
            name: pair
            for name, pair in self._changes.pop(ticket, {}).items()
            if name in TOLD and pair[0] != pair[1]
        }
        if told:
            key = f"changed:{ticket}:{self.event.id}"
            self.emit(
                TicketChanged,
                f"ticket:{ticket}",
                key,
                ticket=ticket,
                changes=told,
                by=by,
                who=who,
                fired=self.fired,
                why=why or msgspec.UNSET,
            )

    def emit(self, event_type: type[E], stream: str, effect_key: str, **fields: Any) -> E:
        """Tell a new fact, one step further from the root; raises `Refuse` when that is one step too far."""
        cause = self.event
        if cause.depth >= DEEPEST:
            raise Refuse(Reason.RUNAWAY, event_type.__name__)
        told = event_type(at=self.now, stream=stream, effect_key=effect_key, **fields)
        if isinstance(cause, Deed):
            # Whatever else the person's deed leads to has this as its cause.
            self.event = told = msgspec.structs.replace(told, root=told.id)
        else:
            root = cause.root or cause.id
            told = msgspec.structs.replace(
                told, cause=cause.id, root=root, depth=cause.depth + 1, traceparent=cause.traceparent
            )
        self.batch.emit(told)
        return told

    def trace(self, ticket: int | None, body: dict[str, Any], contact: int | None = None) -> None:
        """Record what was decided and why; operators read it with ``tickets show``."""
        self.batch.shelf(kinds.TRACES).add(
            TraceRecord(
                ticket=ticket,
                contact=contact,
                event=self.event.id,
                handler=self.handler,
                at=self.now,
                policy_version=self.policy.version,
                body=msgspec.json.encode(body).decode(),
            )
        )

    def end(self) -> None:
        """Run no further handler of this chain: what there was to do is done."""
        self.ended = True


THREAD_MOST = 500
"""Characters; PostgreSQL's index takes 2,704 bytes."""
TOLD = frozenset({"status", "priority", "group_name", "agent", "tags", "language", "sla"})
"""The fields whose change is told to other handlers."""


def thread_key(channel: str, thread: str) -> str:
    """By what a conversation is found: short enough for an index, however long its name is."""
    key = f"{channel}|{thread}"
    return key if len(key) <= THREAD_MOST else f"{channel}|{hashlib.sha256(thread.encode()).hexdigest()}"


def _there(record: R | None, what: str) -> R:
    if record is None:
        raise Refuse(Reason.GONE, what)
    return record


def _text(value: object) -> str | None:
    return None if value is None else str(value)
