"""``despacho bookings``: what is booked, as a table or as a calendar for other programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from runtime.cli import app
from runtime.duty_view import duty_desk
from runtime.listing import say_bytes, say_json, say_table
from runtime.show.icalendar import calendar
from runtime.show.times import clock_in
from store.bookings import between


@app.command
def bookings(
    agent_id: str = "",
    /,
    *,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=366))] = 28,
    zone: str = "",
    ics: bool = False,
    json: bool = False,
) -> int:
    """Show what is booked from yesterday on, or write it as iCalendar.

    Examples: `despacho bookings ana` · `despacho bookings ana --ics > ana.ics` · `despacho bookings --json`

    Parameters
    ----------
    agent_id
        Only of this agent.
    days
        How many days ahead.
    zone
        The time zone of the times shown; by default this machine's.
    ics
        Write iCalendar (RFC 5545) to standard output; importing it again replaces what was there.
    json
        Print a list of objects instead, with times in UTC.
    """
    shown_in = clock_in(zone)
    with duty_desk() as desk:
        agent = desk.agent(agent_id).id if agent_id else ""
        with desk.store.reading() as connection:
            begin, end = desk.now - timedelta(days=1), desk.now + timedelta(days=days)
            found = between(connection, begin, end, agent)
        name, now = desk.policy.desk.name, desk.now
    if ics:
        say_bytes(calendar(found, name, now).encode("utf-8", "replace"))
    elif json:
        say_json([msgspec.structs.asdict(one) for one in found])
    else:
        rows = [
            (
                one.agent,
                shown_in.show(one.starts_at),
                shown_in.show(one.ends_at),
                f"#{one.ticket}",
                one.subject,
            )
            for one in found
        ]
        say_table(("agent", "from", "to", "ticket", "subject"), rows)
    return 0
