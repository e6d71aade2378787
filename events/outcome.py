"""How a handler says that it did not go the usual way; operators read the same words.

`Refuse` gives up without a retry, `Defer` comes back later and is no error, `SetAside` keeps a contact
without a ticket. Anything else that is raised is a fault of ours, and is tried again.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Reason(enum.StrEnum):
    """Why something was set aside, refused, suppressed or given up."""

    RUNAWAY = "runaway"
    """An event is more than eight steps from its root: rules answer each other."""
    GONE = "gone"
    """What the event speaks of is not in the store any more."""
    UNREADABLE = "unreadable"
    """A stored event or message is no longer understood by this version."""
    TRIED_OUT = "tried-out"
    """Eight attempts failed."""
    DEADLY = "deadly"
    """The worker died three times while it worked on this event alone."""
    OWN_MAIL = "own-mail"
    """A mail that this desk sent came back to it."""
    AUTO_REPLY = "auto-reply"
    """An automatic reply that belongs to no ticket."""
    BOUNCE = "bounce"
    """A delivery report; the mail that bounced is marked instead."""
    DELAY = "delay"
    """A mail system says that a mail of ours is late; nothing to do yet."""
    RECEIPT = "receipt"
    """A reading receipt or a feedback report."""
    LOOP = "loop"
    """The mail passed too many hosts or carries our loop mark."""
    NOTHING_TO_RESOLVE = "nothing-to-resolve"
    """An alert has resolved of which no ticket is open."""
    SPAM = "spam"
    """A filter before the desk took it for spam, and the policy says to set such mail aside."""
    BLOCKED = "blocked"
    """The sender is on the policy's block list."""
    CANARY = "canary"
    """The desk's own mail that tries whether the way is free; nobody wrote it."""
    NOT_WRITTEN = "not-written"
    """An agent's mail wanted a contact written down and had mistakes in it; the agent was told which."""
    RULE = "rule"
    """A rule of the policy says so."""


class Refuse(Exception):
    """The event cannot be done, now or later; it becomes a dead letter with the reason."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """``detail`` is for operators and holds no personal data."""
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Defer(Exception):
    """The event is due again at ``until`` (UTC); this counts as no attempt."""

    def __init__(self, until: datetime) -> None:
        """``until`` is aware and in UTC."""
        super().__init__(until.isoformat())
        self.until = until


class SetAside(Exception):
    """The contact is kept, becomes no ticket, and is never answered."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """``detail`` says which signal decided, in words for operators."""
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
