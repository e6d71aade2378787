"""The fields that a rule can ask about: their types, what they may hold, and an example of each."""

from __future__ import annotations

import enum
from collections.abc import Callable

import msgspec

from config.types import Policy
from events.message import Kind, Trust

PRIORITIES = ("low", "normal", "high", "urgent")
"""A ticket's priorities, least first."""
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed")
"""A ticket's statuses, in the order of its life."""
TRUSTS = tuple(sorted(Trust, key=lambda trust: trust.rank))
"""The trust grades, least first."""
HEADER = "header."
"""What stands before a header's name: ``header.x-spam-flag``."""


class Type(enum.StrEnum):
    """What a field holds; it decides which operators there are."""

    TEXT = "text"
    """Words; compared in any case."""
    TEXTS = "texts"
    """Several texts, as of a header that is there twice; one of them is enough."""
    TAGS = "tags"
    """A set of tags."""
    CHOICE = "choice"
    """One of known words."""
    LEVEL = "level"
    """One of known words that have an order, least first."""
    NUMBER = "number"
    """A whole number from 0."""


class Field(msgspec.Struct, frozen=True):
    """One field; ``choices`` gives the known words of a choice or a level, which may depend on the policy."""

    name: str
    type: Type
    doc: str
    example: str
    choices: Callable[[Policy], tuple[str, ...]] | None = None
    usual: str = ""
    """What a rule's test takes the field to hold where it does not say."""


def _always(words: tuple[str, ...]) -> Callable[[Policy], tuple[str, ...]]:
    return lambda _policy: words


def _mailboxes(policy: Policy) -> tuple[str, ...]:
    return tuple(mailbox.address for mailbox in policy.desk.mailboxes)


def _languages(policy: Policy) -> tuple[str, ...]:
    return policy.desk.languages


def _groups(policy: Policy) -> tuple[str, ...]:
    return tuple(group.name for group in policy.desk.groups)


def _agents(policy: Policy) -> tuple[str, ...]:
    return tuple(agent.id for agent in policy.desk.agents)


_all = (
    Field("subject", Type.TEXT, "the subject of the message", "My invoice is wrong"),
    Field("body", Type.TEXT, "the new words of the message, without quotes and signature", "Please help"),
    Field("channel", Type.TEXT, "the channel it came by", "smtp", usual="smtp"),
    Field("mailbox", Type.CHOICE, "the address it was written to", "support@acme.example", _mailboxes),
    Field("kind", Type.CHOICE, "what wrote it", "human", _always(tuple(Kind)), "human"),
    Field("language", Type.CHOICE, "the language of the ticket", "es", _languages),
    Field("trust", Type.LEVEL, "how far this sender is known", "aligned", _always(TRUSTS), "unverified"),
    Field("requester.address", Type.TEXT, "the requester's address", "kari@customer.example"),
    Field("requester.domain", Type.TEXT, "what follows the @ in it", "customer.example"),
    Field("requester.name", Type.TEXT, "the requester's name", "Kari Nordmann"),
    Field("requester.language", Type.CHOICE, "the requester's usual language", "nb", _languages),
    Field("requester.trust", Type.LEVEL, "how far they are known", "aligned", _always(TRUSTS), "unverified"),
    Field("requester.tags", Type.TAGS, "the tags of the requester", "vip"),
    Field("attachments.count", Type.NUMBER, "how many files are attached", "1"),
    Field("attachments.names", Type.TEXTS, "the names of the attached files", "invoice.pdf"),
    Field("ticket.status", Type.CHOICE, "the ticket's status", "open", _always(STATUSES), "new"),
    Field("ticket.priority", Type.LEVEL, "its priority", "high", _always(PRIORITIES), "normal"),
    Field("ticket.group", Type.CHOICE, "its group", "billing", _groups),
    Field("ticket.agent", Type.CHOICE, "the agent who has it", "ana", _agents),
    Field("ticket.tags", Type.TAGS, "its tags", "invoice"),
)

FIELDS: dict[str, Field] = {field.name: field for field in _all}
"""Every field by its name, but for headers, of which there are as many as there are names."""


def field_named(name: str) -> Field | None:
    """The field of that name; a header's name may be written in any case."""
    if name.startswith(HEADER) and len(name) > len(HEADER):
        return Field(name.lower(), Type.TEXTS, "a header of the message", "YES")
    return FIELDS.get(name)
