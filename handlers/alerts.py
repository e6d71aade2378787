"""What an alert does to the ticket that it is on: it solves it, or opens it again, so often and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.outcome import Reason, SetAside
from events.types import By, ContactChecked, ReplyAdded
from handlers.status import set_status, solve
from store.past import OVER

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk

RESOLVED = "resolved"
AGAIN = "again"
"""The flag of an entry by which an alert opened its ticket again."""
MOST_AGAIN = 5
"""How often an alert opens its ticket again; after that the ticket stays open until a person solves it."""
FLAPS = "flaps"
"""The flag of the note that says so."""


def alert_told(event: ContactChecked, message: Message, number: int | None, desk: Desk) -> None:
    """Write down what an alert says on its ticket, and solve or open that; without one it is set aside."""
    if number is None:
        raise SetAside(Reason.NOTHING_TO_RESOLVE, "no ticket of this alert is open")
    again = message.alert != RESOLVED and desk.ticket(number).status in OVER
    entry = desk.add_entry(
        number,
        "message",
        message.sender.name,
        message.new_words,
        public=True,
        contact=event.contact,
        flag=AGAIN if again else message.alert,
    )
    desk.settle(event.contact, "reply", ticket=number, entry=entry.id)
    if message.alert == RESOLVED:
        _resolve(number, desk)
    elif again:
        _open_again(event, number, entry.id, desk)
    desk.tell_changes(number)


def _resolve(number: int, desk: Desk) -> None:
    ticket = desk.ticket(number)
    if ticket.status in OVER:
        return
    flags = [entry.flag for entry in desk.entries(number)]
    if flags.count(AGAIN) < MOST_AGAIN:
        solve(desk, number)
        desk.note(number, "The alert has resolved.", flag="resolved")
    elif FLAPS not in flags:
        text = f"The alert has come again {MOST_AGAIN} times: it does not solve this ticket any more."
        desk.note(number, text, flag=FLAPS)


def _open_again(event: ContactChecked, number: int, entry: int, desk: Desk) -> None:
    """The ticket is open at once: what resolves it may come before anybody has heard of this."""
    set_status(desk, number, "open")
    stream, key = f"ticket:{number}", f"reply:{entry}"
    by = By.REQUESTER
    desk.emit(ReplyAdded, stream, key, ticket=number, entry=entry, by=by, contact=event.contact)
