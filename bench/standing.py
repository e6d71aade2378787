"""How far a desk has come: what is still to do, and whether every mail became what it should."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from store import outbox
from store.tables import outgoing, tickets, work

if TYPE_CHECKING:
    from store.engine import Store

PATIENCE = 300.0
_undone = select(func.count()).select_from(work)
_routed = select(func.count()).where(tickets.c.group_name != "", tickets.c.agent != "")
_acknowledged = select(func.count()).where(outgoing.c.reason == "acknowledged")


def undone(store: Store, *, mail: bool = False) -> int:
    """How many events are still to be worked on, and with ``mail`` how many mails to be sent."""
    with store.reading() as connection:
        left: int = connection.execute(_undone).scalar_one()
        return left + (outbox.backlog(connection).count if mail else 0)


def wait_until_done(store: Store, *, mail: bool = False, look: float = 0.004) -> None:
    """Wait for the last event, looking every ``look`` seconds; raises TimeoutError after `PATIENCE`."""
    until = time.monotonic() + PATIENCE
    while left := undone(store, mail=mail):
        if time.monotonic() > until:
            raise TimeoutError(f"{left} events or mails were not done in {PATIENCE:.0f} s")
        time.sleep(look)


def check_all_there(store: Store, mails: int) -> None:
    """Raise RuntimeError unless ``mails`` tickets are routed, assigned and acknowledged."""
    with store.reading() as connection:
        found = [connection.execute(question).scalar_one() for question in (_routed, _acknowledged)]
    if found != [mails, mails]:
        raise RuntimeError(f"of {mails} mails {found[0]} are assigned tickets and {found[1]} acknowledged")
