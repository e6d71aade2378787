"""How old a mail is: a mailbox full of old mail must not be answered all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from events.message import Message

SETTING = "acknowledge_within"
"""The key of ``desk.toml`` that says how old a mail may be that is acknowledged."""


def written_at(message: Message) -> datetime:
    """When a mail was written: the newer of its Date and of when the first host on its way took it (UTC).

    A customer's clock that is wrong makes no mail old: the first host's is asked, too. Where no host is named
    the mail came straight to us, and is as old as its arrival.
    """
    if message.entered_at is None:
        return message.received_at
    return max(message.entered_at, message.sent_at or message.entered_at)


def too_old(message: Message, within: int, now: datetime) -> str:
    """Why a mail was too old to be acknowledged ``within`` so many seconds (0: never), or an empty string.

    Asked is how old it was when it came. What lay here because the desk was down, or whose handling a jump of
    the clock puts days later, is still new to its sender, who has heard nothing. What is imported came long
    ago, and is as old as it is now.
    """
    age = (now if message.terms.past else message.received_at) - written_at(message)
    if not within or age <= timedelta(seconds=within):
        return ""
    days = age // timedelta(days=1)
    old = f"{days} days" if days > 1 else f"{age // timedelta(hours=1)} hours"
    told = f"is {old} old" if message.terms.past else f"was {old} old when it came"
    return f"the mail {told}, and {SETTING} in desk.toml says that such mail is not"
