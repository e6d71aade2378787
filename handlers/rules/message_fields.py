"""What rules may ask about a message: its words, how it came, how far its sender is known, its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.message import Kind
from handlers.rules.kinds import TRUSTS, Field, Type, always

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.types import Policy
    from handlers.rules.kinds import Fact
    from handlers.rules.seen import Seen


def _of_message(get: Callable[[Any], Fact]) -> Callable[[Seen], Fact]:
    return lambda seen: get(seen.message) if seen.message is not None else None


def _phrases(seen: Seen) -> Fact:
    if seen.message is None or not seen.phrasebook.names:
        return ()
    # The message's own language, not the ticket's: its words are what is looked at.
    return seen.phrasebook.found(f"{seen.message.subject} {seen.words}", seen.message.language)


def _mailboxes(policy: Policy) -> tuple[str, ...]:
    return tuple(mailbox.address for mailbox in policy.desk.mailboxes)


def _languages(policy: Policy) -> tuple[str, ...]:
    return policy.desk.languages


def _lists(policy: Policy) -> tuple[str, ...]:
    return tuple(policy.phrases)


fields = (
    Field(
        "subject",
        Type.TEXT,
        "the subject of the message",
        "My invoice is wrong",
        _of_message(lambda message: message.subject),
    ),
    Field(
        "body",
        Type.TEXT,
        "the new words of the message, without quotes and signature",
        "Please help",
        lambda seen: seen.words if seen.message is not None else None,
    ),
    Field(
        "phrases",
        Type.CHOICES,
        "the lists in phrases.toml of which subject or body has a phrase",
        "urgent",
        _phrases,
        _lists,
    ),
    Field(
        "channel",
        Type.TEXT,
        "the channel it came by",
        "smtp",
        _of_message(lambda message: message.channel),
        usual="smtp",
    ),
    Field(
        "mailbox",
        Type.CHOICE,
        "the address it was written to",
        "support@acme.example",
        _of_message(lambda message: message.mailbox),
        _mailboxes,
    ),
    Field(
        "kind",
        Type.CHOICE,
        "what wrote it",
        "human",
        _of_message(lambda message: str(message.kind)),
        always(tuple(Kind)),
        "human",
    ),
    Field(
        "language", Type.CHOICE, "the language of the ticket", "es", lambda seen: seen.language, _languages
    ),
    Field(
        "trust",
        Type.LEVEL,
        "how far this sender is known",
        "aligned",
        _of_message(lambda message: str(message.trust)),
        always(TRUSTS),
        "unverified",
    ),
    Field(
        "attachments.count",
        Type.NUMBER,
        "how many files are attached",
        "1",
        _of_message(lambda message: len(message.attachments)),
    ),
    Field(
        "attachments.names",
        Type.TEXTS,
        "the names of the attached files",
        "invoice.pdf",
        _of_message(lambda message: tuple(one.name for one in message.attachments)),
    ),
    Field(
        "attachments.types",
        Type.TEXTS,
        "their media types",
        "application/pdf",
        _of_message(lambda message: tuple(one.type for one in message.attachments)),
    ),
    Field(
        "attachments.largest",
        Type.SIZE,
        "the size of the largest of them",
        "10 MB",
        _of_message(lambda message: max((one.size for one in message.attachments), default=0)),
    ),
    Field(
        "attachments.size",
        Type.SIZE,
        "the size of all of them",
        "25 MB",
        _of_message(lambda message: sum(one.size for one in message.attachments)),
    ),
)
