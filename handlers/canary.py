"""The canary: a mail of the desk's own goes the way of all mail, and out again to an address of its own.

It is no contact of anybody's: it becomes no ticket, is given to nobody, and stands in no digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address
from events.outcome import Reason
from handlers.compose import Draft, send_to_ops

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk

CANARY = "canary"
"""The channel by which it comes; no other channel can be called so."""


def effect_key(contact: int) -> str:
    """The key of the mail that a canary leads to."""
    return f"{CANARY}:{contact}"


def fly_on(contact: int, message: Message, desk: Desk) -> None:
    """Set the canary aside, and send it on; where the policy has none by now, it is only set aside."""
    desk.keep_message(contact, message)
    # Without `aside_at`: what is told of mail that was set aside is told of people's.
    desk.settle(contact, "aside", reason=Reason.CANARY.value, detail="the desk's own")
    desk.trace(None, {"set_aside": Reason.CANARY.value, "because": "the desk's own"}, contact)
    desk.end()
    canary = desk.policy.desk.canary
    if canary is None:
        return
    draft = Draft(
        template=CANARY,
        language=desk.policy.desk.languages[0],
        effect_key=effect_key(contact),
        values={"desk": desk.policy.desk.name},
        automatic=True,
    )
    send_to_ops(desk, draft, Address(canary.to), "Despacho canary")
