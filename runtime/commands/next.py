"""``despacho next``: what an agent does next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from runtime.cli import FAILED, OK, app
from runtime.duty_view import duty_desk
from runtime.listing import say, say_json
from runtime.show.times import Clock
from store import open_tickets
from store.bookings import between

if TYPE_CHECKING:
    from store.bookings import Booking
    from store.open_tickets import OpenTicket

SOON = timedelta(minutes=15)
"""A booking that begins so soon comes before everything else; dues so near to each other count as one."""
_LEVELS = ("urgent", "high", "normal", "low")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket to work on, and why it comes at this place."""

    ticket: int
    subject: str
    priority: str
    due_at: datetime | None
    why: str


@app.command(name="next")
def next_one(
    agent_id: str,
    /,
    *,
    most: Annotated[int, Parameter(validator=Number(gte=1, lte=1000))] = 5,
    json: bool = False,
) -> int:
    """Show what an agent does next, and why: what is booked now, then what is due first, then what waits.

    What is due in the same quarter of an hour goes by priority. Tickets that wait for somebody else are left
    out; those of the agent's groups that nobody has come after the agent's own.

    Exit codes: 0 there is something to do, 1 there is nothing.

    Examples: `despacho next ana` · `despacho next ana --json`

    Parameters
    ----------
    agent_id
        The agent's id in the policy.
    most
        How many tickets to show.
    json
        Print a list of ticket, subject, priority, due_at, why; times in UTC.
    """
    with duty_desk() as desk:
        agent = desk.agent(agent_id)
        groups = [one.name for one in desk.policy.desk.groups if agent.id in one.agents]
        with desk.store.reading() as connection:
            booked = [one for one in between(connection, desk.now, desk.now + SOON, agent.id) if one.stands]
            own = open_tickets.to_do(connection, agent.id)
            free = open_tickets.without_agent(connection, groups)
        clock = Clock(desk.zone(agent))
        found = in_order(own, free, booked, desk.now, clock)[:most]
    if json:
        say_json(found)
        return OK if found else FAILED
    if not found:
        say(f"{agent.id} has nothing to do. `despacho board` shows who has.")
    for index, one in enumerate(found):
        say(f"{'then' if index else 'next'}  #{one.ticket} {one.subject}: {one.why}")
    if found:
        say(f"Times are those of {agent.id}'s own clock ({clock.name()}).")
    return OK if found else FAILED


def in_order(
    own: list[OpenTicket], free: list[OpenTicket], booked: list[Booking], now: datetime, clock: Clock
) -> list[Step]:
    """Tickets in the order in which they are to be done, each once; ``clock`` is that of the reasons."""
    known = {one.id: one for one in own}
    kept: dict[int, Step] = {}
    for booking in booked:
        begun = "booked until" if booking.starts_at <= now else "booked to begin at"
        at = booking.ends_at if booking.starts_at <= now else booking.starts_at
        one = known.get(booking.ticket)
        kept.setdefault(
            booking.ticket,
            Step(
                ticket=booking.ticket,
                subject=booking.subject,
                priority=one.priority if one else "",
                due_at=one.due_at if one else None,
                why=f"{begun} {clock.show(at)}",
            ),
        )
    for one in (*sorted(own, key=_rank), *sorted(free, key=_rank)):
        why = _why(one, now, clock) + ("" if one.agent else f"; nobody in {one.group_name} has it")
        step = Step(ticket=one.id, subject=one.subject, priority=one.priority, due_at=one.due_at, why=why)
        kept.setdefault(one.id, step)
    return list(kept.values())


def _rank(one: OpenTicket) -> tuple[bool, float, int, float, int]:
    due = one.due_at.timestamp() if one.due_at else 0.0
    level = _LEVELS.index(one.priority) if one.priority in _LEVELS else _LEVELS.index("normal")
    return one.due_at is None, due // SOON.total_seconds(), level, due, one.id


def _why(one: OpenTicket, now: datetime, clock: Clock) -> str:
    if one.due_at is None:
        return f"{one.priority}, since {clock.show(one.created_at)}"
    return f"{'was due' if one.due_at < now else 'due'} {clock.show(one.due_at)}, {one.priority}"
