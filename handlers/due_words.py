"""What a mail may say of the deadline that a ticket was escalated over: which, and when it is or was due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.calendar.chosen import calendar_for
from handlers.deadlines import FIRST_RESPONSE
from store import kinds

if TYPE_CHECKING:
    from datetime import datetime

    from events.types import TicketEscalated
    from handlers.desk import Desk
    from store.records import TicketRecord


def due_words(desk: Desk, ticket: TicketRecord, event: TicketEscalated) -> dict[str, str]:
    """``deadline`` with ``due`` or, once it is past, ``was_due`` (ISO 8601, UTC), and the ``zone``.

    Nothing where the deadline is gone or paused by now.
    """
    due = _due(desk, ticket, event)
    if due is None:
        return {}
    name = "due" if due > desk.now else "was_due"
    zone = calendar_for(desk.policy.desk, ticket).plan.zone
    return {"deadline": event.which, name: due.isoformat(), "zone": zone}


def _due(desk: Desk, ticket: TicketRecord, event: TicketEscalated) -> datetime | None:
    if event.sla_name:
        records = desk.batch.shelf(kinds.DEADLINES).where("ticket", ticket.id)
        return next((one.due_at for one in records if one.which == event.which), None)
    seconds = desk.policy.desk.deadlines.first_response
    if event.which != FIRST_RESPONSE or not seconds:
        return None
    return ticket.created_at + timedelta(seconds=seconds)
