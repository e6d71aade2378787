"""Decide whether a contact is for the desk at all: machine mail about our own mail is set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Kind, Message
from events.outcome import Reason, SetAside
from events.types import BounceReceived, ContactChecked
from handlers.aside import put_aside
from handlers.canary import CANARY, fly_on
from handlers.not_written import tell_not_written
from handlers.registry import Stage, handles

if TYPE_CHECKING:
    from handlers.desk import Desk

_SET_ASIDE = {
    Kind.DELAY: Reason.DELAY,
    Kind.ARF: Reason.RECEIPT,
    Kind.MDN: Reason.RECEIPT,
}


@handles(ContactChecked, stage=Stage.SCREEN)
def screen(event: ContactChecked, desk: Desk) -> None:
    """Set aside our own mail, loops and receipts; turn delivery reports into BounceReceived."""
    message = desk.message(event.contact)
    if message.channel == CANARY:
        fly_on(event.contact, message, desk)
        return
    if desk.keyring.read_message_id(message.message_id) is not None:
        raise SetAside(Reason.OWN_MAIL, "its Message-ID carries our signature")
    if message.hops > desk.policy.desk.loops_after_received:
        raise SetAside(Reason.LOOP, f"it passed {message.hops} hosts")
    if message.asked is not None:
        tell_not_written(event.contact, message, message.asked, desk)
    elif message.kind is Kind.BOUNCE:
        _take_bounce(event, message, desk)
    elif message.kind in _SET_ASIDE:
        raise SetAside(_SET_ASIDE[message.kind], message.kind_because)


def _take_bounce(event: ContactChecked, message: Message, desk: Desk) -> None:
    """A bounce is no ticket and is never answered; the mail that bounced is marked instead."""
    bounce = message.bounce
    put_aside(event.contact, message, SetAside(Reason.BOUNCE, message.kind_because), desk)
    desk.end()
    if message.terms.past:
        return
    desk.emit(
        BounceReceived,
        event.stream,
        f"bounce:{event.contact}",
        contact=event.contact,
        recipients=bounce.recipients if bounce else (),
        status=bounce.status if bounce else "",
        permanent=bounce.permanent if bounce else True,
        outgoing=bounce.outgoing if bounce else None,
    )
