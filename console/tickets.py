"""What the pages about tickets show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from console.page import frame
from store import event_views, message_views, pages, views
from store.views import Wanted

if TYPE_CHECKING:
    from litestar import Response

    from console.desk import Desk

MOST: Final = 50
"""Tickets on one page."""
EVENTS_MOST: Final = 200
STATUSES: Final = ("new", "open", "pending", "on_hold", "solved", "closed")
FILTERS: Final = ("status", "agent", "group", "requester")


def listed(desk: Desk, wanted: dict[str, str], before: int | None) -> dict[str, Any]:
    """One page of tickets with its filters."""
    with desk.store.reading() as connection:
        found = pages.tickets(connection, Wanted(**wanted), before=before, most=MOST)
    return {
        "rows": found.tickets,
        "older": found.older,
        "before": before,
        "wanted": wanted,
        "kept": {name: value for name, value in wanted.items() if value},
        "statuses": STATUSES,
    }


def one(desk: Desk, number: int) -> dict[str, Any] | None:
    """A ticket whole: its thread, its files, its mails, why it is where it is, and its events."""
    with desk.store.reading() as connection:
        view = views.ticket(connection, number)
        if view is None:
            return None
        mails = message_views.of_ticket(connection, number)
        told = event_views.newest(connection, most=EVENTS_MOST, ticket=number)
    names = {mail.message.sender.address: mail.message.sender.name for mail in mails}
    by_entry = {mail.entry: mail for mail in mails}
    files = [(mail, file) for mail in mails for file in mail.message.attachments]
    return {
        "view": view,
        "ticket": view.ticket,
        "tags": msgspec.json.decode(view.ticket.tags),
        "by_entry": by_entry,
        "files": files,
        "names": names,
        "why": [(trace, list(desk.decisions(trace))) for trace in view.traces],
        "events": told,
        "copies": [one for one in view.participants if one.role != "requester"],
    }


def framed(desk: Desk, number: int, contact: int) -> Response[str] | None:
    """The page of one mail of this ticket, for a frame."""
    with desk.store.reading() as connection:
        mails = message_views.of_ticket(connection, number)
    mail = next((mail for mail in mails if mail.contact == contact), None)
    return frame(desk.frame(mail)) if mail is not None else None
