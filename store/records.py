"""Rows as values: one frozen struct a table that handlers read and write, with the table's column names.

Records change only through `store.batch.Batch`, which journals every change so that a failed handler's are
taken back without asking the database.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec


class ContactRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One contact per mailbox; ``state`` is new, ticket, reply, aside (since ``aside_at``) or dead."""

    id: int
    content_key: str
    channel: str
    mailbox: str
    source_key: str
    raw: str
    envelope: str
    stream: str
    received_at: datetime
    state: str = "new"
    reason: str = ""
    detail: str = ""
    ticket: int | None = None
    entry: int | None = None
    aside_at: datetime | None = None


class MessageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A contact's parsed message, as JSON; raw stays the truth."""

    contact: int
    body: str


class PersonRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who wrote or was written to, by address in lower case; ``tags`` are a JSON list.

    ``asked_at`` is when they were last asked how satisfied they are.
    """

    address: str
    name: str = ""
    language: str = ""
    first_seen: datetime
    bounced_at: datetime | None = None
    bounce_status: str = ""
    tags: str = "[]"
    asked_at: datetime | None = None


class TicketRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket; ``requester`` is a person's address, ``agent`` an agent's id, ``tags`` a JSON list.

    ``unacknowledged_by`` names the rule, or the setting, that switched the acknowledgement off,
    ``acknowledge_with`` the template of the policy's that it is written with, ``sla`` the SLA policy that a
    rule put it under, ``waits`` what it waits for while no agent could be found (`store.waiting`). One that
    is ``merged_into`` another goes on there.
    """

    id: int
    subject: str
    status: str = "new"
    priority: str = "normal"
    group_name: str = ""
    agent: str = ""
    mailbox: str
    channel: str
    language: str
    requester: str
    trust: str
    tags: str = "[]"
    created_at: datetime
    updated_at: datetime
    answered_at: datetime | None = None
    solved_at: datetime | None = None
    unacknowledged_by: str = ""
    acknowledge_with: str = ""
    sla: str = ""
    waits: str = ""
    policy_version: int | None = None
    merged_into: int | None = None


class EntryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A message or note on a ticket; only public ones leave.

    ``kind`` is message, reply, resolution (what was done, said as the ticket is solved), note or system.
    """

    id: int
    ticket: int
    contact: int | None = None
    kind: str
    author: str
    text: str
    public: bool = False
    at: datetime
    message_id: str = ""
    flag: str = ""


class ParticipantRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who takes part in a ticket: ``role`` is requester, cc or agent."""

    ticket: int
    address: str
    name: str = ""
    role: str


class MessageIdRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A Message-ID that belongs to a ticket, ours or foreign."""

    message_id: str
    ticket: int


class ThreadRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A source's own name for a conversation, after its channel, and the ticket that it is on now."""

    key: str
    ticket: int


class TraceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a handler decided and why, as JSON; ``id`` is given by the database."""

    ticket: int | None
    contact: int | None
    event: str
    handler: str
    at: datetime
    policy_version: int | None
    body: str


class TimerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A due time of a ticket; firing deletes it in the transaction that writes ``DeadlineReached``."""

    ticket: int
    which: str
    level: int = 1
    due_at: datetime


class DeadlineRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A promise on a ticket, of one kind (``which``), by the SLA policy ``sla``.

    ``round`` counts how often it began, ``pauses`` is a JSON list of (from, to), ``taken`` one of the levels
    that were taken. ``due_at`` is null while it is paused, ``met_at`` the time at which it was kept or over.
    """

    ticket: int
    which: str
    sla: str
    round: int = 1
    started_at: datetime
    paused_at: datetime | None = None
    pauses: str = "[]"
    due_at: datetime | None = None
    met_at: datetime | None = None
    taken: str = "[]"


AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When new work and new mail are due: before any time that a clock may be set back to."""


class OutgoingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one address; ``letter`` is the frozen `store.letter.Letter` as JSON.

    ``state`` is waiting, sending, sent, captured or failed; held; digest or digested for notifications that
    one digest stands for; forgotten for one whose words went before it was sent; shadowed for what was
    written in shadow, and is never sent.
    """

    id: int
    effect_key: str
    ticket: int | None
    entry: int | None
    reason: str
    recipient: str
    domain: str
    mail_from: str
    message_id: str
    letter: str
    state: str = "waiting"
    created_at: datetime
    due_at: datetime


class AgentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How many unsolved tickets an agent has."""

    id: str
    open_tickets: int = 0
    assigned_at: datetime | None = None


class TicketFieldRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a field holds that only this desk's tickets have."""

    ticket: int
    name: str
    value: str


class TimeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Time that an agent spent on a ticket, in minutes; ``number`` counts from 1 on each ticket."""

    ticket: int
    number: int
    agent: str
    activity: str = ""
    minutes: int
    billable: bool = False
    at: datetime


class ResolutionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong on a ticket, and what was done about it: for the desk, and not for its customers."""

    ticket: int
    wrong: str = ""
    done: str = ""
    agent: str = ""
    at: datetime


class LinkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """That a ticket belongs to another: each link stands in two rows, one from either side."""

    ticket: int
    other: int
    kind: str
    at: datetime


class SuggestionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An article found for a ticket (``score`` in per cent, ``why``: shared words), or that a ``rule`` named.

    ``why_not`` says why its requester is not told; ``answer`` is solved, unhelpful or empty.
    """

    ticket: int
    number: int
    name: str
    language: str
    title: str = ""
    score: int = 0
    public: bool = False
    why: str = ""
    passage: str = ""
    rule: str = ""
    why_not: str = ""
    shown: bool = False
    answer: str = ""
    at: datetime
    answered_at: datetime | None = None


class SatisfactionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The one question after a ticket, and what its requester answered: 1 to 5, and a comment."""

    ticket: int
    agent: str = ""
    group_name: str = ""
    score: int | None = None
    comment: str = ""
    asked_at: datetime
    voted_at: datetime | None = None


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One call of another system that waits to be made; ``webhook`` is its name in the policy."""

    effect_key: str
    ticket: int | None
    webhook: str
    body: str
    policy_version: int | None
    created_at: datetime
    due_at: datetime


class LedgerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Something that did not go the usual way."""

    at: datetime
    event: str
    handler: str | None = None
    what: str
    reason: str = ""
    detail: str = ""
