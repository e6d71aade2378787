"""Write down what a mail will say and queue it; the sender makes the bytes later.

Everything a mail needs is frozen here, the Message-ID included, so that a second try is the same mail. One
row goes to one address; the copies of one answer share their Message-ID.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from events.message import Address
from events.token import ASKED
from events.transport import transport_of
from store import kinds
from store.going_live import SHADOWED
from store.letter import Letter, encode
from store.records import AT_ONCE, EntryRecord, OutgoingRecord, TicketRecord

if TYPE_CHECKING:
    from config.types import Agent
    from handlers.desk import Desk

REFERENCES_MOST = 20


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A mail about a ticket, before it is addressed.

    ``nonce`` makes the Message-ID: mails that share it are copies of one. Left empty, each is its own. With
    ``asked`` it is a question to an agent, whose answer is for the desk alone.
    """

    template: str
    language: str
    effect_key: str
    values: dict[str, Any]
    automatic: bool
    nonce: str = ""
    entry: int | None = None
    agent: str = ""
    asked: bool = False


def send(
    desk: Desk,
    ticket: TicketRecord,
    draft: Draft,
    recipient: Address,
    shown: Shown | None = None,
    *,
    state: str = "waiting",
) -> int:
    """Queue one mail to one address; gives back its number.

    In another ``state`` it is kept and not sent, and so is every mail of a mailbox in shadow.
    """
    mailbox = _mailbox_address(desk, ticket)
    letter = _letter(desk, ticket, draft, mailbox, shown or Shown(to=(recipient,)))
    if transport_of(recipient.address) == ticket.channel:
        letter = msgspec.structs.replace(letter, thread=desk.thread_of(ticket))
    number = desk.batch.number("outgoing")
    nonce = draft.nonce or f"{ASKED if draft.asked else 'n'}{number}"
    desk.batch.shelf(kinds.OUTGOING).add(
        OutgoingRecord(
            id=number,
            effect_key=draft.effect_key,
            ticket=ticket.id,
            entry=draft.entry,
            reason=draft.template,
            recipient=recipient.address,
            domain=recipient.domain,
            mail_from="" if draft.automatic else tagged(mailbox.address, desk.keyring.bounce_tag(number)),
            message_id=desk.keyring.message_id(ticket.id, nonce, mailbox.domain, draft.agent),
            letter=encode(letter),
            state=state if desk.policy.is_live(ticket.mailbox) else SHADOWED,
            created_at=desk.now,
            due_at=AT_ONCE,
        )
    )
    return number


def send_to_ops(desk: Desk, draft: Draft, recipient: Address, subject: str, *, reply_to: str = "") -> None:
    """Queue one mail about no ticket, to somebody of the desk's own; a retry of the same draft queues none.

    Answers go to ``reply_to``, or to whom it goes itself.
    """
    mailbox = desk.policy.desk.mailboxes[0]
    sender = Address(mailbox.address, desk.policy.desk.name)
    number = desk.batch.number("outgoing")
    letter = Letter(
        template=draft.template,
        language=draft.language,
        subject=subject,
        sender=sender,
        to=(recipient,),
        reply_to=reply_to or recipient.address,
        automatic=True,
        marker=False,
        values=draft.values,
        policy_version=desk.policy.version,
        traceparent=desk.event.traceparent or "",
    )
    desk.batch.shelf(kinds.OUTGOING).add(
        OutgoingRecord(
            id=number,
            effect_key=draft.effect_key,
            ticket=None,
            entry=None,
            reason=draft.template,
            recipient=recipient.address,
            domain=recipient.domain,
            mail_from="",
            message_id=f"<despacho.ops.{number}@{sender.domain}>",
            letter=encode(letter),
            state="waiting" if desk.policy.is_live(mailbox.address) else SHADOWED,
            created_at=desk.now,
            due_at=AT_ONCE,
        )
    )


def _letter(desk: Desk, ticket: TicketRecord, draft: Draft, mailbox: Address, shown: Shown) -> Letter:
    ids = _thread(desk, ticket, mailbox.domain, draft.entry)
    return Letter(
        template=draft.template,
        language=draft.language,
        subject=subject_of(ticket),
        sender=mailbox,
        to=shown.to,
        cc=shown.cc,
        reply_to=tagged(mailbox.address, desk.keyring.reply_tag(ticket.id, draft.agent, asked=draft.asked)),
        in_reply_to=ids[-1] if ids else "",
        references=tuple(ids[-REFERENCES_MOST:]),
        ticket=ticket.id,
        automatic=draft.automatic,
        values=draft.values,
        policy_version=desk.policy.version,
        traceparent=desk.event.traceparent or "",
        scopes=_scopes(desk, ticket),
        fallback=desk.policy.desk.languages[0] if desk.policy.templates else "",
    )


def _scopes(desk: Desk, ticket: TicketRecord) -> tuple[str, ...]:
    """Where the operator's templates for this ticket may lie: its mailbox's before its group's."""
    if not desk.policy.templates:
        return ()
    mailbox = desk.policy.mailbox(ticket.mailbox)
    wanted = (f"mailbox/{mailbox.address if mailbox else ticket.mailbox}", f"group/{ticket.group_name}")
    return tuple(one for one in wanted if any(name.startswith(f"{one}/") for name in desk.policy.templates))


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the To and Cc headers show; every copy of one answer shows the same."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()


def subject_of(ticket: TicketRecord) -> str:
    """The subject every mail about a ticket has, so that mail programs keep them together."""
    subject = ticket.subject
    tag = f"[#{ticket.id}]"
    subject = subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()
    return subject if tag in subject else f"{subject} {tag}"


def answer_nonce(entry: EntryRecord) -> str:
    """What the Message-ID of a mailed answer has of its own; all its copies share it."""
    return f"e{entry.id}"


def tagged(address: str, tag: str) -> str:
    """An address with a ``+tag`` before its domain."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}"


def common_values(desk: Desk, ticket: TicketRecord) -> dict[str, Any]:
    """What every template may name."""
    person = desk.person(ticket.requester)
    return {
        "desk": desk.policy.desk.name,
        "ticket": ticket.id,
        "subject": ticket.subject,
        "requester_name": person.name if person else "",
        "requester_address": Address(ticket.requester).shown,
    }


def agent_language(desk: Desk, agent: Agent) -> str:
    """The first of the agent's languages that the desk speaks, else the desk's first."""
    spoken = desk.policy.desk.languages
    return next((language for language in agent.languages if language in spoken), spoken[0])


def quotable(entry: EntryRecord, most: int = 10_000) -> str:
    """An entry's text, cut so that a notification stays a mail."""
    return entry.text if len(entry.text) <= most else entry.text[:most] + "…"


def _mailbox_address(desk: Desk, ticket: TicketRecord) -> Address:
    mailbox = desk.policy.mailbox(ticket.mailbox)
    name = (mailbox.name if mailbox else "") or desk.policy.desk.name
    return Address(mailbox.address if mailbox else ticket.mailbox, name)


def _thread(desk: Desk, ticket: TicketRecord, domain: str, until: int | None) -> list[str]:
    """The Message-IDs under which the requester knows what was said so far, oldest first.

    An agent's answer reached them under our Message-ID, never under the one of the agent's own mail.
    """
    ids = [
        desk.keyring.message_id(ticket.id, answer_nonce(entry), domain)
        if entry.kind == "reply"
        else entry.message_id
        for entry in desk.entries(ticket.id)
        if entry.public and entry.id != until and not (entry.kind == "reply" and entry.flag == "merged")
    ]
    return [one for one in dict.fromkeys(ids) if one]
