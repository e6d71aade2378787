"""``despacho book``: keep a time in an agent's calendar for a ticket."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Annotated

from cyclopts import Parameter

from config.duration import seconds_of
from runtime.by_hand import at_ticket
from runtime.cli import FAILED, WRONG, Trouble, app
from runtime.commands.tickets import TicketNumber, no_ticket
from runtime.duty_view import duty_desk
from runtime.listing import say, say_json
from store import bookings

LONGEST = 12 * 3600
"""Seconds of one booking."""


@app.command
def book(
    ticket: TicketNumber,
    agent_id: str,
    time: str,
    /,
    *,
    length: Annotated[str, Parameter(name="--for")] = "45m",
    json: bool = False,
) -> int:
    """Keep a time in an agent's calendar for a ticket; the ticket says so, and stays whose it is.

    A time that is taken already is refused; the same booking twice changes nothing more. Outside their shift it
    is kept, and you are told. `despacho bookings` exports calendars.

    Exit codes: 0 it is booked, 1 the time is taken, 2 the call is wrong.

    Examples: `despacho book 12 ana 2026-12-01T09:00` · `despacho book 12 ana 2026-12-01T09:00+01:00 --for 2h`

    Parameters
    ----------
    ticket
        The ticket's number.
    agent_id
        The agent's id in the policy.
    time
        When it begins, by the agent's own clock where no zone is said.
    length
        For how long, up to 12h.
    json
        Print an object with the booking, its remarks, and whether anything changed.
    """
    seconds = seconds_of(length) or 0
    if not 0 < seconds <= LONGEST:
        raise Trouble(f"--for {length} is no such time; say something like 45m, at most 12h.", WRONG)
    with duty_desk() as view:
        agent = view.agent(agent_id)
        start = view.moment("TIME", time, agent)
        end = start + timedelta(seconds=seconds)
        with at_ticket(view.store, ticket) as desk:
            if desk.known_ticket(ticket) is None:
                raise no_ticket(ticket)
            connection = desk.batch.connection
            taken = bookings.between(connection, start, end, agent.id)
            same = [one for one in taken if (one.ticket, one.starts_at, one.ends_at) == (ticket, start, end)]
            if taken and not same:
                one = taken[0]
                raise Trouble(
                    f"{agent.id} has #{one.ticket} from {one.starts_at:%Y-%m-%d %H:%M} UTC on.", FAILED
                )
            if not same:
                bookings.book(connection, ticket, agent.id, start, end)
                said = f"Booked: {agent.id}, {start.astimezone(UTC):%Y-%m-%d %H:%M} to {end:%H:%M} UTC."
                desk.note(ticket, said, flag="booked")
        there = view.shifts.between(agent.id, start, end)
        within = len(there) == 1 and (there[0].start, there[0].end) == (start, end)
    remarks = [] if within else [f"{agent.id} is not on shift all that time."]
    booking = {"ticket": ticket, "agent": agent.id, "starts_at": start, "ends_at": end}
    if json:
        say_json({"changed": not same, "remarks": remarks, "booking": booking})
        return 0
    say(
        f"#{ticket} is booked already."
        if same
        else f"#{ticket} is booked: {agent.id}, {start:%Y-%m-%d %H:%M} UTC."
    )
    for remark in remarks:
        say(remark, "yellow")
    return 0
