"""Whether what a requester writes opens a solved ticket again, or begins another that is linked to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from events.message import Kind
from handlers.thanks import is_bare_thanks
from store.past import OVER

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk

OVER_LONG = "it was solved too long ago to be opened again"
"""Why a mail is not on the ticket that it answers."""


def is_long_over(number: int, message: Message, desk: Desk) -> bool:
    """Whether a mail comes too late for its ticket; one that would not open it again is never too late.

    Past mail stays with its ticket, and conversations of services and alerts have spans of their own.
    """
    ticket, within = desk.ticket(number), desk.policy.desk.lifecycle.reopen_within
    if not within or ticket.solved_at is None or ticket.status not in OVER:
        return False
    if desk.now - ticket.solved_at <= timedelta(seconds=within) or message.thread or message.terms.past:
        return False
    return message.kind is Kind.HUMAN and not is_bare_thanks(message, desk)
