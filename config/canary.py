"""``[canary]`` of ``desk.toml``: a mail of the desk's own that goes the whole way, to see that it is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.address import bare, is_address
from config.vocabulary import Canary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.table import Table
    from config.types import Agent, Mailbox

EVERY, LATE = 300, 120
"""Seconds between two canaries, and within which one has to come through, where the policy does not say."""
_LEAST = 30
_MOST = 86_400


def read_canary(table: Table | None, mailboxes: Sequence[Mailbox], agents: Sequence[Agent]) -> Canary | None:
    """The canary, or ``None`` for none; its address is neither the desk's own nor a person's."""
    if table is None:
        return None
    to = table.text("to", required=True, longest=1000).lower()
    every, late = table.seconds("every", EVERY), table.seconds("late", LATE)
    table.close()
    expected = 'an address that nobody reads, like "canary@acme.example"'
    if to and not is_address(to):
        table.wrong("to", f"{to[:80]!r} is no mail address", expected)
    elif any(bare(to) in (one.address, *one.aliases) for one in mailboxes):
        table.wrong("to", f"{to!r} is a mailbox of the desk: the canary would fly in a circle", expected)
    elif any(to == one.address for one in agents):
        table.wrong("to", f"{to!r} is an agent's: nobody wants a mail every few minutes", expected)
    for key, seconds in (("every", every), ("late", late)):
        if not _LEAST <= seconds <= _MOST:
            table.wrong(key, f"{key} is too short or too long", "30s to 1d")
    return Canary(to=to, every=every, late=late)
