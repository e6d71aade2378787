"""What forgetting and a restore have left for somebody to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.listing import counted
from store import restored
from store.forgetting import record

if TYPE_CHECKING:
    from store.engine import Store


def look_at_privacy(store: Store) -> list[Finding]:
    """Forgettings that were broken off, bytes that may be left, mails that are held since a restore."""
    with store.reading() as connection:
        undone, uncleaned = record.open_ones(connection)
        held = restored.held(connection)
    found = []
    if undone:
        says = (
            f"{counted(undone, 'person', 'people')} not wholly forgotten: it was broken off, or work waited"
        )
        found.append(Finding("forgetting", "yellow", says, "say `despacho forget ADDRESS` once more"))
    if uncleaned:
        says = "bytes of forgotten rows may be left in free pages of the database's file"
        found.append(Finding("forgetting", "yellow", says, "`despacho forget --clean` in a quiet hour"))
    if held:
        says = f"{counted(held, 'mail')} held since a backup was put back: they may have been sent after it"
        advice = "`despacho outgoing list --state held`, then `despacho restore --send`"
        found.append(Finding("held", "yellow", says, advice))
    return found
