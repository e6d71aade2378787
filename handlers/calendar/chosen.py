"""Which calendar counts for whom: the one way by which handlers come to a `Calendar`.

The closest word decides: the SLA policy's, then the group's, then the mailbox's, then the desk's ``[hours]``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from config.hours import DAYS
from config.spans import span_of
from handlers.calendar.calendar import Calendar, Plan, Span
from handlers.calendar.holidays import PublicHolidays

if TYPE_CHECKING:
    from config.opening import Hours
    from config.types import DeskText
    from store.records import TicketRecord

_MOST_KEPT = 256
_DAY_OF_YEAR = 5
"""Characters of ``12-24``."""
_kept: dict[int, tuple[Hours, Calendar]] = {}


def calendar_for(desk: DeskText, ticket: TicketRecord | None = None) -> Calendar:
    """The calendar that counts for a ticket, or the desk's own where there is none.

    Give it ``desk.policy.desk``. The same calendar comes back each time, with what it has worked out.
    """
    return laid(hours_for(desk, ticket))


def hours_for(desk: DeskText, ticket: TicketRecord | None = None) -> Hours:
    """The hours that count for a ticket, as the policy has them."""
    if ticket is None or not desk.calendars:
        return desk.hours
    return hours_of(desk, group=ticket.group_name, mailbox=ticket.mailbox)


def hours_of(desk: DeskText, *, group: str = "", mailbox: str = "") -> Hours:
    """The hours that count for a group, else for a mailbox, else for the desk."""
    names = [one.calendar for one in desk.groups if one.name == group]
    names += [one.calendar for one in desk.mailboxes if one.address == mailbox]
    return named(desk, next((name for name in names if name), ""))


def named(desk: DeskText, name: str) -> Hours:
    """The hours of the calendar with this name; the desk's own for an empty or unknown one."""
    return next((one for one in desk.calendars if one.name == name), desk.hours) if name else desk.hours


def laid(hours: Hours) -> Calendar:
    """The calendar of these hours. The policy's text is kept with it, so its identity is its own."""
    known = _kept.get(id(hours))
    if known is None or known[0] is not hours:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        known = _kept[id(hours)] = (hours, Calendar(plan_of(hours)))
    return known[1]


def plan_of(hours: Hours) -> Plan:
    """The policy's words as what is counted with: a date's own hours come before its holiday and weekday."""
    own = {day: _spans(spans) for day, spans in hours.dates.items()}
    dates = {date.fromisoformat(day): spans for day, spans in own.items() if len(day) != _DAY_OF_YEAR}
    yearly = {day: spans for day, spans in own.items() if len(day) == _DAY_OF_YEAR}
    return Plan(
        zone=hours.zone,
        week={DAYS.index(day): _spans(spans) for day, spans in hours.week.items()},
        dates=dates,
        yearly=yearly,
        holidays=PublicHolidays(hours.holidays, but=hours.dates) if hours.holidays else frozenset(),
    )


def _spans(written: tuple[str, ...]) -> tuple[Span, ...]:
    found = (span_of(text) for text in written)
    return tuple(Span(one[0] * 60, one[1] * 60) for one in found if one)
