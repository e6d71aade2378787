"""The facts that Despacho's parts tell each other, each named in the past tense.

An event is immutable and written once, in the transaction that made it true. ``effect_key`` is unique in the
store: telling the same fact twice is refused there, which is what makes every retry safe.
"""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from events.identity import new_id
from events.message import Trust

DEEPEST = 8
"""An event further than this from its root is refused as runaway: something answers itself."""


class By(enum.StrEnum):
    """Who acted on a ticket."""

    REQUESTER = "requester"
    AGENT = "agent"
    DESK = "desk"


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="name", tag=True):
    """What every event carries.

    ``at`` is UTC. ``stream`` orders work: of one stream only the oldest undone event is worked on. ``cause``
    is the event that led to this one, ``root`` the first of the line, ``depth`` the distance between them.
    ``traceparent`` (W3C Trace Context) is what work on it continues, where somebody records spans.
    """

    id: str = msgspec.field(default_factory=new_id)
    version: int = 1
    at: datetime
    stream: str
    cause: str | None = None
    root: str = ""
    depth: int = 0
    effect_key: str
    # Not in the JSON where it is not set: most desks record nothing.
    traceparent: str | msgspec.UnsetType = msgspec.UNSET

    @property
    def name(self) -> str:
        """The event's type in words, as the broker's routing key and the operator see it."""
        return type(self).__name__


class ContactReceived(Event, frozen=True, kw_only=True):
    """A contact is stored, and its sender's trust still has to be found out."""

    contact: int


class ContactChecked(Event, frozen=True, kw_only=True):
    """A contact is stored and its sender's trust is known; ``found`` says in words what it rests on."""

    contact: int
    trust: Trust = Trust.UNVERIFIED
    found: tuple[str, ...] = ()


class ContactReleased(ContactChecked, frozen=True, kw_only=True):
    """A person has said of a contact that was set aside that it is for the desk."""


class ContactSetAside(Event, frozen=True, kw_only=True):
    """A contact was kept without becoming a ticket or a reply."""

    contact: int
    reason: str


class TicketOpened(Event, frozen=True, kw_only=True):
    """A contact opened a ticket; ``entry`` is its first message."""

    ticket: int
    entry: int
    contact: int


class ReplyAdded(Event, frozen=True, kw_only=True):
    """Someone wrote on a ticket."""

    ticket: int
    entry: int
    by: By
    contact: int | None = None


class TicketChanged(Event, frozen=True, kw_only=True):
    """Fields of a ticket have new values; ``changes`` maps a field to (before, after).

    ``fired`` names the rules that matched on the way here: none of them matches again in this line of causes.
    ``why`` says in words what led to it, where whoever acted has said so.
    """

    ticket: int
    changes: dict[str, tuple[str | None, str | None]]
    by: By
    who: str = ""
    fired: tuple[str, ...] = ()
    # Not in the JSON where it is not set: those of earlier versions do not have it.
    why: str | msgspec.UnsetType = msgspec.UNSET


Step = tuple[str, int]
"""A deadline and a level of it; level 0 is the deadline itself."""


class DeadlineReached(Event, frozen=True, kw_only=True):
    """A ticket's timer came due; ``earlier`` are others of the ticket that came due while nobody looked."""

    ticket: int
    which: str
    level: int = 1
    # Not in the JSON where it is not set: nearly always one timer is due by itself.
    earlier: tuple[Step, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def steps(self) -> tuple[Step, ...]:
        """All that came due, in order, the latest last."""
        own = (self.which, self.level)
        return (*self.earlier, own) if isinstance(self.earlier, tuple) else (own,)


class TicketEscalated(Event, frozen=True, kw_only=True):
    """A ticket went up the ladder of an SLA policy; ``climbed`` are the levels, the highest last."""

    ticket: int
    level: int
    which: str
    # Not in the JSON where they are not set: a desk may escalate without SLA policies.
    sla: str | msgspec.UnsetType = msgspec.UNSET
    climbed: tuple[Step, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def sla_name(self) -> str:
        """The SLA policy, or an empty text."""
        return self.sla if isinstance(self.sla, str) else ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The levels in order."""
        return self.climbed if isinstance(self.climbed, tuple) else ((self.which, self.level),)


class TicketUnattended(Event, frozen=True, kw_only=True):
    """A ticket waits for an agent and somebody is there who might take it, or its ``agent`` has gone away."""

    ticket: int
    agent: str = ""


class BounceReceived(Event, frozen=True, kw_only=True):
    """A mail of ours came back."""

    contact: int
    recipients: tuple[str, ...] = ()
    status: str = ""
    permanent: bool = True
    outgoing: int | None = None


class MailFailed(Event, frozen=True, kw_only=True):
    """A mail of ours was refused for good by the relay, or ran out of time."""

    outgoing: int
    ticket: int | None
    recipient: str
    answer: str


type_of: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        ContactReceived,
        ContactChecked,
        ContactSetAside,
        ContactReleased,
        TicketOpened,
        ReplyAdded,
        TicketChanged,
        DeadlineReached,
        TicketEscalated,
        TicketUnattended,
        BounceReceived,
        MailFailed,
    )
}
"""Every event by its name, in the order in which a ticket's life meets them."""
