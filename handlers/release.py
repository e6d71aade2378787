"""Send automatic mail that was held back, or let it go: by a person's word, once, and never to a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handlers.acknowledge import ACKNOWLEDGED_LATER, send_acknowledgement
from handlers.answerable import why_unanswerable
from handlers.mail_by_rule import Words, send_words
from handlers.reopened import send_reopened
from handlers.restraint import MUCH_ALIKE, Attempt, why_not_released
from handlers.tags import tags_of
from handlers.unwanted import SPAM_TAG, why_blocked
from handlers.withhold import ACKNOWLEDGED
from store import kinds
from store.past import OVER

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk
    from store.records import TicketRecord
    from store.withheld import WithheldRecord

RELEASED = "released"
"""The flag of the note that says that a mail that was held back was sent after all."""
DROPPED = "dropped"
"""The flag of the note that says that it never will be."""


class Decided(msgspec.Struct, frozen=True):
    """What became of a mail that was held back, ``sent`` or ``dropped``; empty where it still is, and why."""

    became: str
    why: str = ""


def held_on(desk: Desk, ticket: int) -> list[WithheldRecord]:
    """What is held back on a ticket, the oldest first."""
    found = desk.batch.shelf(kinds.WITHHELD).where("ticket", ticket)
    return sorted((one for one in found if not one.became), key=lambda one: (one.at, one.effect_key))


def release(desk: Desk, held: WithheldRecord, *, by: str = "", named: bool = False) -> Decided:
    """Queue a mail that was held back, or say why not.

    What nobody needs any more is dropped. Who writes much the same each time is most likely a machine: they
    are answered only where a person has ``named`` the ticket. ``by`` is the agent who acts, if it is known.
    """
    ticket = desk.ticket(held.ticket)
    unneeded = _why_unneeded(desk, held, ticket)
    if unneeded:
        return drop(desk, held, because=unneeded)
    message = _answered_message(desk, held)
    why_not = _why_never(desk, ticket, message)
    if not why_not and held.because == MUCH_ALIKE and not named:
        why_not = f"{held.why}; name the ticket to have it sent all the same"
    if message is not None and not why_not:
        address = ticket.requester if held.rule else message.sender.address
        why_not = why_not_released(desk, Attempt(ticket=ticket, message=message, address=address))
    if message is None or why_not:
        return Decided("", why_not)
    _send(desk, ticket, held, message)
    desk.batch.shelf(kinds.WITHHELD).change(held, became="sent", done_at=desk.now)
    flag = ACKNOWLEDGED_LATER if _acknowledges(held) else RELEASED
    desk.note(ticket.id, f"{what(held)} that was held back was sent after all{_by(by)}.", flag=flag)
    desk.trace(ticket.id, {"released": held.template, "held_since": held.at.isoformat(), "by": by})
    return Decided("sent")


def drop(desk: Desk, held: WithheldRecord, *, by: str = "", because: str = "a person said so") -> Decided:
    """Say of a mail that was held back that it is never sent."""
    desk.batch.shelf(kinds.WITHHELD).change(held, became="dropped", done_at=desk.now)
    desk.note(held.ticket, f"{what(held)} that was held back is not sent{_by(by)}: {because}.", flag=DROPPED)
    desk.trace(held.ticket, {"dropped": held.template, "because": because, "by": by})
    return Decided("dropped", because)


def what(held: WithheldRecord) -> str:
    """Which mail it is, in words."""
    if held.rule:
        return f"The mail of the rule {held.rule!r}"
    return "The acknowledgement" if _acknowledges(held) else f"The mail {held.template!r}"


def _acknowledges(held: WithheldRecord) -> bool:
    return held.template == ACKNOWLEDGED and not held.rule


def _by(who: str) -> str:
    return f" by {who}" if who else ""


def _why_unneeded(desk: Desk, held: WithheldRecord, ticket: TicketRecord) -> str:
    if ticket.status in OVER:
        return f"the ticket is {ticket.status}"
    answers = (entry.at for entry in desk.entries(ticket.id) if entry.kind == "reply")
    return "somebody has answered since" if any(at > held.at for at in answers) else ""


def _answered_message(desk: Desk, held: WithheldRecord) -> Message | None:
    """What the mail answers, or ``None`` where it is not kept any more."""
    if held.contact is None or desk.batch.shelf(kinds.MESSAGES).get(held.contact) is None:
        return None
    return desk.message(held.contact)


def _why_never(desk: Desk, ticket: TicketRecord, message: Message | None) -> str:
    """Why nobody is answered on this ticket at all, by what is known now."""
    if message is None:
        return "the mail that it answers is not kept any more"
    if SPAM_TAG in tags_of(ticket):
        return "the ticket is tagged as spam"
    person = desk.person(message.sender.address)
    if person is not None and person.bounced_at is not None:
        return f"mail to {message.sender.address} comes back"
    return why_unanswerable(message, desk.policy) or why_blocked(message, desk)


def _send(desk: Desk, ticket: TicketRecord, held: WithheldRecord, message: Message) -> None:
    """Write it anew, as of now: an acknowledgement names the next hour in which somebody is there."""
    if _acknowledges(held):
        send_acknowledgement(desk, ticket, message)
    elif held.rule:
        words = Words(key=held.effect_key, rule=held.rule, template=held.template, text=held.body)
        send_words(desk, ticket, words)
    else:
        send_reopened(desk, ticket, message, held.effect_key)
