"""Whom automatic mail may go to: never a machine (RFC 3834), never ourselves, never a forged sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Kind, Message, Trust
from events.transport import transport_of

if TYPE_CHECKING:
    from config.types import Policy


def why_unanswerable(message: Message, policy: Policy) -> str:
    """Why this sender must not be answered automatically, or an empty string."""
    sender, terms = message.sender.address, message.terms
    reasons = (
        (not terms.acknowledge, "whoever handed it in said so"),
        (terms.past and policy.is_staff(sender), "one of us wrote it"),
        (not sender, "the sender has no address"),
        (message.kind is not Kind.HUMAN, f"the mail is {message.kind.value} ({message.kind_because})"),
        (bool(message.never_answer), message.never_answer),
        (policy.mailbox(sender) is not None, "the sender is one of our own mailboxes"),
        (message.trust is Trust.FAILED, "the sender failed authentication"),
        (
            transport_of(sender) not in {"", message.channel},
            "the address is of a service that this did not come by",
        ),
    )
    return next((reason for holds, reason in reasons if holds), "")
