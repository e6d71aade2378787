"""Whether a mailbox's automatic mail is paused, so that whoever looks after the desk looks for a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.listing import clock
from runtime.paused import paused
from runtime.rulebooks import Rulebooks
from store import policies

if TYPE_CHECKING:
    from datetime import datetime

    from store.engine import Store

CHECK = "automatic mail"


def look_at_paused(store: Store, now: datetime) -> list[Finding]:
    """The mailboxes that are paused, a line each; nothing where there is no policy yet."""
    with store.reading() as connection:
        if not policies.current_version(connection):
            return []
    rulebooks = Rulebooks(store)
    rulebooks.refresh()
    with store.reading() as connection:
        found = paused(connection, rulebooks, now)
    if not found:
        return [Finding(CHECK, "green", "no mailbox is paused")]
    return [
        Finding(
            CHECK,
            "red",
            f"{mailbox} is paused until {clock(until)}: many answers to the same addresses",
            f"`despacho mail held` shows to whom; `despacho mail resume {mailbox}` lets it go on",
        )
        for mailbox, until in sorted(found.items())
    ]
