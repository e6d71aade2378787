"""Keep out whom the desk has blocked, and what the operator's own filter took for spam."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from config.address import entry_for
from config.choices import SpamThen
from events.message import Trust
from events.outcome import Reason, SetAside
from events.types import ContactChecked, ContactReleased
from handlers.match import find
from handlers.registry import Stage, handles
from store.past import OVER

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk

SPAM_TAG = "spam"
"""The tag of a ticket that a filter took for spam; while it has it, nobody is acknowledged."""


class _Unwanted(NamedTuple):
    reason: Reason
    because: str


@handles(ContactChecked, stage=Stage.SCREEN)
def unwanted(event: ContactChecked, desk: Desk) -> None:
    """Set aside senders on the block list, and spam; not whom the desk allows or is talking with."""
    message = desk.message(event.contact)
    found = _unwanted(message, desk)
    if found is None or _is_spared(message, desk):
        return
    raise SetAside(found.reason, found.because)


def is_tagged(event: ContactChecked, message: Message, desk: Desk) -> bool:
    """Whether a ticket that this contact opens is tagged as spam."""
    return (
        desk.policy.desk.spam.then is SpamThen.TAG
        and not isinstance(event, ContactReleased)
        and bool(message.spam)
        and not _is_allowed(message, desk)
    )


def why_blocked(message: Message, desk: Desk) -> str:
    """Why the block list keeps this sender out, or an empty string."""
    found = _unwanted(message, desk)
    return found.because if found is not None and found.reason is Reason.BLOCKED else ""


def _unwanted(message: Message, desk: Desk) -> _Unwanted | None:
    spam = desk.policy.desk.spam
    if not (spam.block or message.spam) or _is_allowed(message, desk):
        return None
    blocked = entry_for(message.sender.address, spam.block) or entry_for(
        message.envelope.mail_from, spam.block
    )
    if blocked:
        return _Unwanted(Reason.BLOCKED, f"{blocked} is on the block list")
    if message.spam and spam.then is SpamThen.SET_ASIDE:
        return _Unwanted(Reason.SPAM, message.spam)
    return None


def _is_allowed(message: Message, desk: Desk) -> bool:
    """Whether the sender is on the allow list, and not merely named in place of them.

    Who fails authentication uses a name from the list, and so does whoever fills in a form.
    """
    known = message.sender_certain and message.trust is not Trust.FAILED and not message.brought
    return known and bool(entry_for(message.sender.address, desk.policy.desk.spam.allow))


def _is_spared(message: Message, desk: Desk) -> bool:
    """Whether this answers a signed name of ours: from an agent, or a participant of an unsolved ticket."""
    match = find(message, desk)
    ticket = desk.known_ticket(match.ticket) if match.ticket is not None else None
    if ticket is None or not match.signed:
        return False
    return bool(match.agent and not match.doubt) or (match.takes_part and ticket.status not in OVER)
