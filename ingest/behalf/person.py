"""Make whoever has something to say the sender of a message that another brings.

Only messengers that the policy knows are believed: the forms that a mailbox names, and the desk's agents.
Whatever they say of the person is their word, so that person is ``unverified``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from config.address import entry_for
from config.types import SenderCheck
from events.message import Kind, Trust
from ingest.behalf.mailed_in import mailed_in
from ingest.behalf.original import find
from ingest.behalf.written_down import written_down
from ingest.mail import automatic, language

if TYPE_CHECKING:
    from config.types import Agent, Policy
    from events.message import Message
    from ingest.behalf.original import Original
    from ingest.mail import Context

OF_THE_MESSENGER: Final = frozenset(
    {
        "our own address",
        "null sender",
        "no-reply sender",
        "a mail robot's address",
        "X-Auto-Response-Suppress",
    }
)
"""Reasons never to answer (`ingest.mail.automatic`) that hold for a form and not for its visitor."""


def on_behalf(raw: bytes, message: Message, policy: Policy, context: Context) -> Message:
    """The message with the person whose words it brings as its sender; most bring their own sender's."""
    if message.terms.by:
        return written_down(message, policy)
    if not message.sender_certain or message.trust is Trust.FAILED:
        return message
    mailbox = policy.mailbox(message.mailbox)
    forms = mailbox.reply_to_from if mailbox is not None else ()
    if forms and entry_for(message.sender.address, forms):
        return _from_form(message, policy)
    agent = policy.agent_at(message.sender.address)
    if agent is None or message.kind is not Kind.HUMAN or _answers_us(message, context):
        return message
    written = mailed_in(message, agent, policy)
    if written is not None:
        return written
    original = find(raw, message, context)
    return message if original is None else _forwarded(message, original, agent, policy)


def _from_form(message: Message, policy: Policy) -> Message:
    """The visitor of a form: its Reply-To, where that names one person who is not of the desk."""
    if len(message.reply_to) != 1 or policy.is_staff(message.reply_to[0].address):
        return message
    person = message.reply_to[0]
    is_machine = message.kind not in {Kind.HUMAN, Kind.AUTO_GENERATED}
    of_the_mail = "" if message.never_answer in OF_THE_MESSENGER else message.never_answer
    return msgspec.structs.replace(
        message,
        sender=person,
        trust=Trust.UNVERIFIED,
        trust_found=(f"named by {message.sender.address}, a form of ours", *message.trust_found),
        kind=message.kind if is_machine else Kind.HUMAN,
        kind_because=message.kind_because if is_machine else "",
        never_answer=of_the_mail or automatic.never_answer_to(person) or _forgeable(message, policy),
        brought=f"{message.sender.shown} sent this for {person.shown}.",
    )


def _forgeable(message: Message, policy: Policy) -> str:
    """Why nobody whom a form names is answered, where forms can prove what they sent; else empty."""
    if policy.sender_check(message.channel, message.mailbox) is SenderCheck.OFF:
        return ""
    proven = message.trust.rank >= Trust.ALIGNED.rank
    return "" if proven else f"{message.sender.address} has not proven that it sent this"


def _answers_us(message: Message, context: Context) -> bool:
    """Whether a mail goes to a signed address or answers a signed Message-ID: then it is on a ticket."""
    keyring = context.keyring
    if keyring is None:
        return False
    tags = (one.rpartition("@")[0].partition("+")[2] for one in message.envelope.recipients)
    ids = (*message.in_reply_to, *message.references)
    return any(map(keyring.read_reply_tag, tags)) or any(map(keyring.read_message_id, ids))


def _forwarded(message: Message, original: Original, agent: Agent, policy: Policy) -> Message:
    """The message as its original sender wrote it; an agent whom nobody has checked has it go unanswered."""
    if not original.sender.address or policy.is_staff(original.sender.address):
        unclear = f"{agent.name} seems to forward something, and who wrote that cannot be told for certain."
        return msgspec.structs.replace(message, new_words=message.text, brought=unclear)
    checked = message.trust.rank > Trust.UNVERIFIED.rank
    unchecked = "" if checked else f"{agent.name} forwarded it, and nobody has checked that they did"
    of_the_original = original.never_answer or automatic.never_answer_to(original.sender)
    ids = (original.message_id,) if original.message_id else ()
    return msgspec.structs.replace(
        message,
        sender=original.sender,
        trust=Trust.UNVERIFIED,
        trust_found=(f"forwarded by {agent.id} ({message.trust.value})", *message.trust_found),
        subject=original.subject or message.subject,
        text=original.text,
        new_words=original.new_words,
        cut_certain=original.cut_certain,
        html="",
        language=language.detect(original.new_words, policy.desk.languages),
        sent_at=original.sent_at,
        references=(*message.references, *ids),
        kind=original.kind,
        kind_because=original.kind_because,
        never_answer=of_the_original or unchecked,
        brought=f"{agent.name} forwarded this.\n\n{original.above}".strip(),
    )
