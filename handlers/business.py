"""Business days: the days on which somebody is there for a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.calendar.calendar import NeverOpenError
from handlers.calendar.chosen import calendar_for
from handlers.calendar.reference import days_after

if TYPE_CHECKING:
    from datetime import datetime

    from config.types import DeskText
    from store.records import TicketRecord


def business_days_after(desk: DeskText, ticket: TicketRecord, start: datetime, days: int) -> datetime | None:
    """The staffed moment ``days`` business days after a time (UTC), by the calendar that counts for a ticket.

    ``None`` for a desk that never opens.
    """
    try:
        return days_after(calendar_for(desk, ticket), start, days)
    except NeverOpenError:
        return None
