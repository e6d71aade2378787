"""What rules look at: a message, its ticket, who asks, the moment; what costs is found only when asked."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import msgspec

from config.types import DeskText
from config.vocabulary import Organisation, organisation_at
from events.message import Message, Trust
from handlers.rules.moments import local
from handlers.rules.phrases import Phrasebook
from handlers.shifts import shifts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.types import Agent
    from handlers.shifts import Shifts


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """What rules may ask about a ticket."""

    status: str = "new"
    priority: str = "normal"
    group: str = ""
    agent: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    sla: str = ""
    mailbox: str = ""
    created_at: datetime | None = None


class RequesterView(msgspec.Struct, frozen=True, kw_only=True):
    """What rules may ask about whoever asks; the address in lower case, the tags those of their own."""

    address: str = ""
    name: str = ""
    language: str = ""
    trust: str = Trust.UNVERIFIED
    tags: tuple[str, ...] = ()


class History(Protocol):
    """What has to be looked up."""

    def tickets_before(self) -> int:
        """How many tickets the requester had before this one."""

    def unsolved_before(self) -> int:
        """How many of them are unsolved."""

    def answers(self) -> int:
        """How often agents have answered in public."""

    def messages(self) -> int:
        """How many mails of people the ticket has."""

    def field(self, name: str) -> str:
        """What one of the desk's own fields of the ticket holds; empty where nothing was said."""

    def shifts(self, desk: DeskText) -> Shifts:
        """The shifts of this desk."""

    def away(self, agents: Sequence[Agent], at: datetime) -> frozenset[str]:
        """Which of these, by id, are away at that time for other reasons than their shifts."""

    def full(self, agents: Sequence[Agent]) -> frozenset[str]:
        """Which of these, by id, have as many tickets as they can have."""


class Nothing:
    """The history of a ticket that nothing is known of."""

    def tickets_before(self) -> int:
        """None."""
        return 0

    def unsolved_before(self) -> int:
        """None."""
        return 0

    def answers(self) -> int:
        """None."""
        return 0

    def messages(self) -> int:
        """None."""
        return 0

    def field(self, name: str) -> str:  # noqa: ARG002 - the protocol's
        """Nothing."""
        return ""

    def shifts(self, desk: DeskText) -> Shifts:
        """Those in the policy; nothing is known of calendars that are kept elsewhere."""
        return shifts_of(desk, None)

    def away(self, agents: Sequence[Agent], at: datetime) -> frozenset[str]:  # noqa: ARG002 - the protocol's
        """Nobody."""
        return frozenset()

    def full(self, agents: Sequence[Agent]) -> frozenset[str]:  # noqa: ARG002 - the protocol's
        """Nobody."""
        return frozenset()


class Due(msgspec.Struct, frozen=True):
    """The time that is up."""

    which: str = ""
    level: int = 0


class Seen:
    """All that there is to be seen; a field's value is found in it by `handlers.rules.fields`."""

    __slots__ = ("at", "desk", "due", "history", "message", "phrasebook", "requester", "ticket")

    def __init__(
        self,
        message: Message | None,
        ticket: TicketView,
        requester: RequesterView,
        *,
        desk: DeskText | None = None,
        phrasebook: Phrasebook | None = None,
        history: History | None = None,
        at: datetime | None = None,
        due: Due | None = None,
    ) -> None:
        """``at`` is the moment (UTC) that time is asked of; without one it is the message's."""
        self.message = message
        self.ticket = ticket
        self.requester = requester
        self.desk = desk or DeskText(name="")
        self.phrasebook = phrasebook or Phrasebook({})
        self.history = history or Nothing()
        self.at = at or (message.received_at if message else None)
        self.due = due or Due()

    def changed(self, field: str, value: str) -> Seen:
        """The same, but for ``ticket.group`` or ``ticket.agent``, which a rule has changed."""
        other = copy.copy(self)
        other.ticket = msgspec.structs.replace(self.ticket, **{field.removeprefix("ticket."): value})
        return other

    @property
    def language(self) -> str:
        """The ticket's language, else the message's."""
        return self.ticket.language or (self.message.language if self.message else "")

    @property
    def domain(self) -> str:
        """What follows the @ in the requester's address."""
        return self.requester.address.rpartition("@")[2]

    @property
    def organisation(self) -> Organisation | None:
        """The requester's organisation, by the domain of their address."""
        return organisation_at(self.desk.organisations, self.domain) if self.desk.organisations else None

    @property
    def words(self) -> str:
        """The new words of the message, or all of them where nothing is new."""
        return (self.message.new_words or self.message.text) if self.message else ""

    def header(self, name: str) -> tuple[str, ...] | None:
        """Every value of a header, by its name in lower case."""
        if self.message is None:
            return None
        return tuple(text for known, text in self.message.headers if known.lower() == name) or None

    def moment(self, zone: str = "") -> datetime | None:
        """The moment in a zone, by default the desk's."""
        return local(self.at, zone or self.desk.hours.zone) if self.at else None
