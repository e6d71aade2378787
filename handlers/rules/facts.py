"""What is known when rules run: one value a field, from the message, its ticket and its requester."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from events.message import Message, Trust
from handlers.rules.fields import HEADER, Type, field_named
from handlers.rules.patterns import encode
from handlers.rules.show import show
from handlers.rules.words import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact = str | int | tuple[str, ...] | None
"""A field's value; ``None`` where nothing is known."""


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """What rules may ask about a ticket."""

    status: str = "new"
    priority: str = "normal"
    group: str = ""
    agent: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()


class RequesterView(msgspec.Struct, frozen=True, kw_only=True):
    """What rules may ask about whoever asks; the address in lower case."""

    address: str = ""
    name: str = ""
    language: str = ""
    trust: str = Trust.UNVERIFIED
    tags: tuple[str, ...] = ()


class Facts:
    """Values by field name. Looking at a long text costs, so each view of it is made once, when asked for."""

    __slots__ = ("_encoded", "_folded", "_shown", "_values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values: dict[str, Fact] = dict(values)
        self._folded: dict[str, Fact] = {}
        self._encoded: dict[str, tuple[bytes, ...]] = {}
        self._shown: dict[str, str] = {}

    def raw(self, name: str) -> Fact:
        """The field's value as it came."""
        return self._values.get(name)

    def folded(self, name: str) -> Fact:
        """The field's value as words are compared (`words.fold`); no text at all is ``None``."""
        try:
            return self._folded[name]
        except KeyError:
            folded = self._folded[name] = _folded(self._values.get(name))
            return folded

    def encoded(self, name: str) -> tuple[bytes, ...]:
        """The field's texts as patterns see them (`patterns.encode`)."""
        if name not in self._encoded:
            value = self._values.get(name)
            texts = value if isinstance(value, tuple) else (value,)
            self._encoded[name] = tuple(encode(text) for text in texts if isinstance(text, str))
        return self._encoded[name]

    def shown(self, name: str) -> str:
        """The field's value for people, on one line and cut where it is long; texts stand in quotes."""
        try:
            return self._shown[name]
        except KeyError:
            field = field_named(name)
            quoted = field is not None and field.type in {Type.TEXT, Type.TEXTS}
            shown = self._shown[name] = show(self._values.get(name), quoted=quoted)
            return shown

    def copy(self) -> Facts:
        """The same facts, which may be changed by themselves; what has been looked at already is kept."""
        other = Facts(self._values)
        for view in ("_folded", "_encoded", "_shown"):
            setattr(other, view, dict(getattr(self, view)))
        return other

    def change(self, changes: Mapping[str, Fact]) -> None:
        """Gives fields new values."""
        for name, value in changes.items():
            if self._values.get(name) != value:
                self._values[name] = value
                self._folded.pop(name, None)
                self._encoded.pop(name, None)
                self._shown.pop(name, None)


def _folded(value: Fact) -> Fact:
    if isinstance(value, str):
        return fold(value) or None
    if isinstance(value, tuple):
        return tuple(fold(one) for one in value) or None
    return value


def facts_of(message: Message | None, ticket: TicketView, requester: RequesterView) -> Facts:
    """The facts of a ticket and of the message that is being looked at, where there is one."""
    values: dict[str, Fact] = {
        "language": ticket.language,
        "requester.address": requester.address,
        "requester.domain": requester.address.rpartition("@")[2],
        "requester.name": requester.name,
        "requester.language": requester.language,
        "requester.trust": str(requester.trust),
        "requester.tags": requester.tags,
        "ticket.status": ticket.status,
        "ticket.priority": ticket.priority,
        "ticket.group": ticket.group,
        "ticket.agent": ticket.agent,
        "ticket.tags": ticket.tags,
    }
    if message is not None:
        values.update(_of_message(message))
        values["language"] = ticket.language or message.language
    return Facts(values)


def _of_message(message: Message) -> dict[str, Fact]:
    values: dict[str, Fact] = {
        "subject": message.subject,
        "body": message.new_words or message.text,
        "channel": message.channel,
        "mailbox": message.mailbox,
        "kind": str(message.kind),
        "trust": str(message.trust),
        "attachments.count": len(message.attachments),
        "attachments.names": tuple(attachment.name for attachment in message.attachments),
    }
    for name, text in message.headers:
        key = HEADER + name.lower()
        before = values.get(key)
        values[key] = (*before, text) if isinstance(before, tuple) else (text,)
    return values
