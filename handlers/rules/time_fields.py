"""What rules may ask about the moment: where the desk is, or in a zone that the field names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.hours import DAYS
from handlers.calendar.chosen import hours_of, laid
from handlers.rules.kinds import Field, Type, always

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from handlers.rules.kinds import Fact
    from handlers.rules.seen import Seen

_PARTS: dict[str, Callable[[datetime], Fact]] = {
    "hour": lambda at: at.hour,
    "weekday": lambda at: DAYS[at.weekday()],
    "clock": lambda at: f"{at:%H:%M}",
    "date": lambda at: at.date().isoformat(),
}


def elsewhere(part: str, zone: str) -> Callable[[Seen], Fact] | None:
    """What gives a part of the moment in a zone, in the desk's where it is empty; ``None`` for no part."""
    get = _PARTS.get(part)
    if get is None:
        return None
    return lambda seen: get(moment) if (moment := seen.moment(zone)) is not None else None


def _here(part: str) -> Callable[[Seen], Fact]:
    get = _PARTS[part]
    return lambda seen: get(moment) if (moment := seen.moment()) is not None else None


def _staffed(seen: Seen) -> Fact:
    if seen.at is None:
        return None
    mailbox = seen.ticket.mailbox or (seen.message.mailbox if seen.message else "")
    return laid(hours_of(seen.desk, group=seen.ticket.group, mailbox=mailbox)).is_open(seen.at)


fields = (
    Field("time.hour", Type.NUMBER, "the hour, 0 to 23, where the desk is", "18", _here("hour")),
    Field("time.weekday", Type.CHOICE, "the day of the week there", "sat", _here("weekday"), always(DAYS)),
    Field("time.clock", Type.CLOCK, "the time of day there", "09:30", _here("clock")),
    Field("time.date", Type.DATE, "the day there; 12-24 is one of every year", "12-24", _here("date")),
    Field(
        "time.business_hours",
        Type.FLAG,
        "whether it is opening time, by the ticket's calendar",
        "true",
        _staffed,
        usual=True,
        follows="ticket.group",
    ),
)
