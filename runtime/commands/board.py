"""``despacho board``: the dispatcher's view: who has time, today and this week."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from handlers.calendar.calendar import Period
from runtime.cli import app
from runtime.duty_view import duty_desk
from runtime.listing import say_json, say_table
from runtime.show.times import clock_in
from store.bookings import between, open_tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.types import Agent
    from runtime.duty_view import DutyDesk
    from store.bookings import Booking

_HOUR = 3600


@app.command
def board(group: str = "", /, *, zone: str = "", json: bool = False) -> int:
    """Show for each agent what is left of today and of this week: hours on shift, booked and free; what is open.

    Days are those of each agent's own zone; a week ends with Sunday. What is past counts for nothing.

    Examples: `despacho board` · `despacho board billing --zone Europe/Oslo` · `despacho board --json`

    Parameters
    ----------
    group
        Only the agents of this group.
    zone
        The time zone of the times shown; by default this machine's.
    json
        Print a list of objects instead: hours as numbers, times in UTC.
    """
    shown_in = clock_in(zone)
    with duty_desk() as desk:
        members = desk.members(group)
        on = {one.agent: one for one in desk.on_duty()}
        with desk.store.reading() as connection:
            booked = between(connection, desk.now, desk.now + timedelta(days=8))
            tickets = open_tickets(connection)
        there = desk.all_there(desk.now + timedelta(days=8))
        found = []
        for agent in (one for one in desk.policy.desk.agents if one.id in members):
            due = [one.due_at for one in tickets if one.agent == agent.id and one.due_at is not None]
            told = {"agent": agent.id, "on": on[agent.id].on, "why_not": on[agent.id].why_not}
            told |= {"open": on[agent.id].open, "next_due": min(due, default=None)}
            found.append(
                told | _days(desk, agent, there[agent.id], [one for one in booked if one.agent == agent.id])
            )
    if json:
        say_json(found)
        return 0
    names = ("on", "booked", "free")
    headings = [f"{name} {span}" for span in ("today", "week") for name in names]
    rows = [
        (
            one["agent"],
            "on" if one["on"] else "off",
            *(f"{one[span][name]:.1f}" for span in ("today", "week") for name in names),
            one["open"],
            shown_in.show(one["next_due"]),
        )
        for one in found
    ]
    say_table(("agent", "shift", *headings, "open", "next due"), rows, right=(*headings, "open"))
    return 0


def _days(desk: DutyDesk, agent: Agent, there: Sequence[Period], booked: Sequence[Booking]) -> dict[str, Any]:
    """The hours that are left of an agent's day and week."""
    wall = desk.now.astimezone(desk.zone(agent))
    ends = {
        "today": wall.date() + timedelta(days=1),
        "week": wall.date() + timedelta(days=7 - wall.weekday()),
    }
    found: dict[str, Any] = {}
    for span, day in ends.items():
        end = datetime.combine(day, time(), desk.zone(agent)).astimezone(UTC)
        shifts = [Period(one.start, min(one.end, end)) for one in there if one.start < end]
        found[span] = _hours(desk.now, shifts, booked, end)
    return found


def _hours(
    now: datetime, shifts: Sequence[Period], booked: Sequence[Booking], end: datetime
) -> dict[str, float]:
    """Hours from now to ``end``; what is booked outside shifts is booked, and takes nothing from what is free."""
    on = sum((one.end - one.start).total_seconds() for one in shifts)
    times = [(max(one.starts_at, now), min(one.ends_at, end)) for one in booked if one.starts_at < end]
    taken = sum((last - first).total_seconds() for first, last in times)
    inside = sum(
        max(0.0, (min(last, one.end) - max(first, one.start)).total_seconds())
        for first, last in times
        for one in shifts
    )
    hours = {"on": on, "booked": taken, "free": max(0.0, on - inside)}
    return {name: round(seconds / _HOUR, 2) for name, seconds in hours.items()}
