"""``despacho book``: keep a time in an agent's calendar for a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from config.duration import seconds_of
from runtime.by_hand import at_ticket
from runtime.cli import FAILED, OK, WRONG, Trouble, app
from runtime.commands.tickets import TicketNumber, no_ticket
from runtime.duty_view import duty_desk
from runtime.listing import say, say_json
from runtime.named_moment import next_moment
from runtime.show.times import Clock
from store import absences, bookings, past

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.desk import Desk
    from runtime.duty_view import DutyDesk
    from store.bookings import Booking

SHORTEST, LONGEST = 60, 12 * 3600
"""Seconds of one booking."""


@app.command
def book(
    ticket: TicketNumber,
    agent_id: str,
    start: str,
    /,
    *,
    length: Annotated[str, Parameter(name="--for")] = "45m",
    json: bool = False,
) -> int:
    """Keep a time in an agent's calendar for a ticket; the ticket says so, and stays whose it is.

    A time that is taken already is refused; the same booking twice changes nothing more. Outside their shift
    it is kept, and you are told. `despacho bookings` shows and exports what is booked, `despacho unbook`
    gives a time back.

    Exit codes: 0 it is booked, 1 the time is taken or there is no such ticket, 2 the call is wrong.

    Examples: `despacho book 12 ana 14:30` · `despacho book 12 ana 2026-12-01T09:00+01:00 --for 2h`

    Parameters
    ----------
    ticket
        The ticket's number.
    agent_id
        The agent's id in the policy.
    start
        When it begins, by the agent's own clock where no zone is said; 14:30 is the next time that it is.
    length
        For how long, from 1m to 12h.
    json
        Print an object with the booking, its remarks, and whether anything changed; times in UTC.
    """
    seconds = seconds_of(length) or 0
    if not SHORTEST <= seconds <= LONGEST:
        raise Trouble(f"--for {length} is no such time; say something like 45m, from 1m to 12h.", WRONG)
    with duty_desk() as view:
        agent = view.agent(agent_id)
        zone = view.zone(agent)
        first = next_moment("START", start, zone, view.now)
        last = first + timedelta(seconds=seconds)
        if last <= view.now:
            raise Trouble(f"{start} is past.", WRONG)
        with at_ticket(view.store, ticket) as desk:
            booking, changed = _keep(desk, ticket, agent.id, (first, last), Clock(zone))
        remarks = _remarks(view, booking)
    if json:
        say_json({"changed": changed, "remarks": remarks, "booking": booking})
        return OK
    clock = Clock(zone)
    when = f"{agent.id}, {clock.show(first)} to {clock.show(last)} ({clock.name()}), booking {booking.id}"
    say(f"#{ticket} is booked{'' if changed else ' already'}: {when}.")
    for remark in remarks:
        say(remark, "yellow")
    return OK


def _keep(
    desk: Desk, ticket: int, agent: str, span: tuple[datetime, datetime], clock: Clock
) -> tuple[Booking, bool]:
    """Book it, or find it booked; nobody else books this agent until the transaction ends."""
    known = desk.known_ticket(ticket)
    if known is None:
        raise no_ticket(ticket)
    connection = desk.batch.connection
    absences.hold(connection, agent)
    taken = bookings.between(connection, *span, agent)
    for one in taken:
        if (one.ticket, one.starts_at, one.ends_at) == (ticket, *span):
            return one, False
    if taken:
        one = taken[0]
        when = f"{clock.show(one.starts_at)} to {clock.show(one.ends_at)} ({clock.name()})"
        hint = f"`despacho unbook {one.id}` gives it back"
        raise Trouble(f"{agent} has #{one.ticket} from {when}; {hint}.", FAILED)
    if known.merged_into is not None:
        raise Trouble(f"#{ticket} was merged into #{known.merged_into}: book that one.", FAILED)
    if known.status in past.OVER:
        raise Trouble(f"#{ticket} is {known.status}; `despacho tickets status {ticket} open` first.", FAILED)
    number = bookings.book(connection, ticket, agent, *span)
    when = f"{clock.show(span[0])} to {clock.show(span[1])} ({clock.name()})"
    desk.note(ticket, f"Booked for {agent}: {when}, booking {number}.", flag="booked")
    booking = bookings.Booking(
        id=number,
        ticket=ticket,
        agent=agent,
        starts_at=span[0],
        ends_at=span[1],
        subject=known.subject,
        status=known.status,
    )
    return booking, True


def _remarks(view: DutyDesk, booking: Booking) -> list[str]:
    there = view.all_there(booking.starts_at, booking.ends_at)[booking.agent]
    whole = len(there) == 1 and (there[0].start, there[0].end) == (booking.starts_at, booking.ends_at)
    return [] if whole else [f"{booking.agent} is not there all that time."]
