"""``despacho bookings``: what is booked, as a table or as a calendar for other programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from runtime.cli import OK, WRONG, Trouble, app
from runtime.duty_view import duty_desk
from runtime.listing import say, say_bytes, say_json, say_table
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
        The time zone of the times shown, like Europe/Oslo; by default this machine's.
    ics
        Write iCalendar (RFC 5545) to standard output; importing it again replaces what was there.
    json
        Print a list of objects instead, with times in UTC.
    """
    if ics and json:
        raise Trouble("--ics and --json are two forms of one thing; say one of them.", WRONG)
    shown_in = clock_in(zone)
    with duty_desk() as desk:
        agent = desk.agent(agent_id).id if agent_id else ""
        begin, end = desk.now - timedelta(days=1), desk.now + timedelta(days=days)
        with desk.store.reading() as connection:
            found = between(connection, begin, end, agent)
        told = desk.policy.desk
    if ics:
        say_bytes(calendar(found, told.name, _domain(told.mailboxes[0].address), desk.now))
        return OK
    if json:
        say_json(found)
        return OK
    if not found:
        say("Nothing is booked. `despacho book 12 ana 14:30` keeps a time for a ticket.")
        return OK
    rows = [
        (
            *(one.id, one.agent, shown_in.show(one.starts_at), shown_in.show(one.ends_at)),
            *(one.ticket, one.status, one.subject),
        )
        for one in found
    ]
    columns = ("booking", "agent", f"from ({shown_in.name()})", "to", "#", "status", "subject")
    say_table(columns, rows, right=("booking", "#"))
    return OK


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
