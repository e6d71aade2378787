"""A contact that somebody of the desk wrote down: its sender is whom it is about, its words are all new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from events.message import Address, Kind
from ingest.by_hand import CALLER, PHONE
from ingest.mail import automatic

if TYPE_CHECKING:
    from config.types import Policy
    from events.message import Message


def written_down(message: Message, policy: Policy) -> Message:
    """The message of whom it is about, with a word on who wrote it down.

    Only a channel of the desk's own can say so (`events.message.Terms`); the fields of the mail that it was
    made into count for nothing anywhere else.
    """
    told = {name.lower(): value for name, value in message.headers}
    caller = message.sender if message.sender.address else Address("", told.get(CALLER.lower(), ""))
    agent = policy.agent(message.terms.by)
    who = " ".join(one for one in (caller.name, caller.shown, told.get(PHONE.lower(), "")) if one)
    when = f"{message.sent_at or message.received_at:%Y-%m-%d %H:%M} UTC"
    by = agent.name if agent is not None else message.terms.by
    return msgspec.structs.replace(
        message,
        sender=caller,
        sender_certain=bool(caller.address),
        new_words=message.text,
        cut_certain=True,
        language=message.terms.language or message.language,
        kind=Kind.HUMAN,
        kind_because="",
        never_answer=automatic.never_answer_to(caller) if caller.address else "",
        brought=f"{by} wrote this down: {message.channel}, {who or 'nobody named'}, {when}.",
    )
