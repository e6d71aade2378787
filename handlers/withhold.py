"""Keep what automatic mail was held back, so that a person can have it sent (`handlers.release`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import kinds
from store.withheld import WithheldRecord

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.restraint import Held
    from store.records import TicketRecord

ACKNOWLEDGED = "acknowledged"
"""What is held back where nothing else is said: the template's name."""


def withhold(
    desk: Desk,
    ticket: TicketRecord,
    held: Held,
    key: str,
    contact: int | None,
    *,
    template: str = ACKNOWLEDGED,
    body: str = "",
    rule: str = "",
) -> str:
    """Keep a mail that would have answered ``contact`` under ``key``; gives back why, as the ticket says it.

    In shadow nothing is kept: what would have been sent then is never sent later.
    """
    if not desk.policy.is_live(ticket.mailbox):
        return held.why
    desk.batch.shelf(kinds.WITHHELD).add_once(
        WithheldRecord(
            effect_key=key,
            ticket=ticket.id,
            contact=contact,
            template=template,
            body=body,
            rule=rule,
            because=held.because,
            why=held.why,
            at=desk.now,
        )
    )
    return f"{held.why}; `despacho mail release {ticket.id}` sends it after all"
