"""``despacho unbook``: give a booked time back."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from cyclopts.validators import Number

from runtime.by_hand import at_ticket
from runtime.cli import FAILED, OK, Trouble, app
from runtime.duty_view import duty_desk
from runtime.listing import say, say_json
from runtime.show.times import Clock
from store import bookings


@app.command
def unbook(
    booking: Annotated[int, Parameter(validator=Number(gte=1, lt=2**63))], /, *, json: bool = False
) -> int:
    """Give a booked time back; the ticket says so, and stays whose it is.

    Exit codes: 0 it is given back, 1 there is no such booking.

    Examples: `despacho unbook 7`

    Parameters
    ----------
    booking
        The booking's number, as `despacho bookings` shows it.
    json
        Print an object with the booking that was.
    """
    with duty_desk() as view:
        with view.store.reading() as connection:
            found = bookings.find(connection, booking)
        if found is None:
            raise Trouble(
                f"There is no booking {booking}; `despacho bookings` shows those there are.", FAILED
            )
        agent = view.policy.agent(found.agent)
        clock = Clock(view.zone(agent) if agent else ZoneInfo(view.policy.desk.hours.zone))
        when = f"{clock.show(found.starts_at)} ({clock.name()})"
        with at_ticket(view.store, found.ticket) as desk:
            bookings.cancel(desk.batch.connection, booking)
            if desk.known_ticket(found.ticket) is not None:
                desk.note(found.ticket, f"No longer booked for {found.agent}: {when}.", flag="booked")
    if json:
        say_json({"booking": found})
    else:
        say(f"#{found.ticket} is no longer booked for {found.agent}: {when}.")
    return OK
