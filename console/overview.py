"""What the start page shows, and the lists of what needs a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from store import aside as aside_views
from store import gauges, message_views, pages
from store.views import Wanted

if TYPE_CHECKING:
    from console.desk import Desk

HOUR: Final = timedelta(hours=1)
ASIDE_SPAN: Final = timedelta(days=30)
"""How far back the list of what was set aside goes."""
ASIDE_MOST: Final = 200
DEAD_MOST: Final = 200
_LATEST: Final = 8


def look(desk: Desk) -> dict[str, Any]:
    """How the desk is: its signs, what waits, what came in the last hour, and the latest tickets."""
    now = desk.now()
    with desk.store.reading() as connection:
        waiting = gauges.read_waiting(connection)
        came = pages.came(connection, now, HOUR)
        kept = aside_views.counts(connection, now - timedelta(days=1), now)
        latest = pages.tickets(connection, Wanted(), before=None, most=_LATEST)
    signs = list(desk.signs())
    return {
        "signs": signs,
        "well": not waiting.dead and all(sign.well is not False for sign in signs),
        "waiting": waiting,
        "oldest": min(waiting.oldest.values(), default=None),
        "came": came,
        "kept": kept,
        "kept_sum": sum(kept.values()),
        "tickets": latest.tickets,
    }


def aside(desk: Desk) -> dict[str, Any]:
    """The latest that were set aside, the newest first, and how many there are of each reason."""
    now = desk.now()
    with desk.store.reading() as connection:
        reasons = aside_views.counts(connection, now - ASIDE_SPAN, now)
        latest = aside_views.latest(connection, now - ASIDE_SPAN, now, most=ASIDE_MOST)
    return {"reasons": reasons, "rows": latest[::-1], "days": ASIDE_SPAN.days}


def kept(desk: Desk, contact: int) -> dict[str, Any] | None:
    """One contact that was set aside, with its words."""
    with desk.store.reading() as connection:
        found = aside_views.find(connection, contact)
        message = message_views.of_contact(connection, contact) if found is not None else None
    return {"row": found, "message": message} if found is not None else None


def dead(desk: Desk) -> dict[str, Any]:
    """The dead letters that nobody played again, the oldest first."""
    with desk.store.reading() as connection:
        return {"rows": pages.dead_letters(connection, DEAD_MOST)}
