"""What the pages about the desk's own mail show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from console.page import frame
from store import outgoing_views, pages

if TYPE_CHECKING:
    from litestar import Response

    from console.desk import Desk

MOST: Final = 50
"""Mails on one page."""


def listed(desk: Desk, state: str, before: int | None) -> dict[str, Any]:
    """One page of mails, of one state or all."""
    with desk.store.reading() as connection:
        found = pages.mails(connection, state=state, before=before, most=MOST)
    return {
        "rows": found.mails,
        "older": found.older,
        "before": before,
        "state": state,
        "states": outgoing_views.STATES,
    }


def one(desk: Desk, number: int) -> dict[str, Any] | None:
    """A mail with what became of it; before its bytes are made, what it is to say."""
    with desk.store.reading() as connection:
        row = outgoing_views.find(connection, number)
    if row is None:
        return None
    letter = desk.letter(bytes(row.bytes)) if row.bytes is not None else None
    draft = desk.draft(row.letter) if letter is None else ()
    return {"row": row, "letter": letter, "draft": draft}


def framed(desk: Desk, number: int) -> Response[str] | None:
    """The HTML of a mail of ours, for a frame."""
    with desk.store.reading() as connection:
        row = outgoing_views.find(connection, number)
    if row is None or row.bytes is None:
        return None
    html = desk.letter(bytes(row.bytes)).html
    return frame(html) if html else None
