"""``despacho board``: the dispatcher's view: who has time, today and this week."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec

from handlers.calendar.calendar import Period
from runtime.cli import OK, app
from runtime.commands.who import say_waiting
from runtime.duty_view import duty_desk
from runtime.listing import say_json, say_table
from runtime.show.times import clock_in
from store import open_tickets
from store.bookings import between

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from runtime.duty_view import DutyDesk
    from store.bookings import Booking

HOUR = 3600
WEEK = timedelta(days=8)
"""What is read: a week, and the day by which an agent's zone may be apart."""


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """Hours that are left of a day or a week: on shift, booked, and on shift without being booked."""

    on: float
    booked: float
    free: float


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One agent; ``next_due`` (UTC) is the nearest deadline or step of the ladder on what they have."""

    agent: str
    state: str
    why: str
    today: Hours
    week: Hours
    open: int
    room: int | None
    next_due: datetime | None
    next_due_ticket: int | None


@app.command
def board(group: str = "", /, *, zone: str = "", json: bool = False) -> int:
    """Show for each agent the hours left today and this week, on shift, booked and free, and what is open.

    Days are those of each agent's own zone; a week ends with Sunday. What is past counts for nothing. A
    booking outside shifts is booked, and takes nothing from what is free.

    Examples: `despacho board` · `despacho board billing --zone Europe/Oslo` · `despacho board --json`

    Parameters
    ----------
    group
        Only the agents of this group.
    zone
        The time zone of the times shown, like Europe/Oslo; by default this machine's.
    json
        Print an object with agents (hours as numbers, times in UTC) and without_agent.
    """
    shown_in = clock_in(zone)
    with duty_desk() as desk:
        found = _lines(desk, group)
        with desk.store.reading() as connection:
            waiting = open_tickets.count_without_agent(connection)
    if json:
        say_json({"agents": found, "without_agent": waiting})
        return OK
    headings = [f"{name} {span}" for span in ("today", "week") for name in Hours.__struct_fields__]
    rows = [
        (
            one.agent,
            one.state,
            *(f"{hours:.1f}" for span in (one.today, one.week) for hours in msgspec.structs.astuple(span)),
            one.open,
            "any" if one.room is None else one.room,
            f"{shown_in.show(one.next_due)}  #{one.next_due_ticket}" if one.next_due else "",
        )
        for one in found
    ]
    columns = ("agent", "shift", *headings, "open", "room", f"next due ({shown_in.name()})")
    say_table(columns, rows, right=(*headings, "open", "room"))
    say_waiting(waiting)
    return OK


def _lines(desk: DutyDesk, group: str) -> list[Line]:
    duty = {one.agent: one for one in desk.on_duty()}
    there = desk.all_there(desk.now, desk.now + WEEK)
    with desk.store.reading() as connection:
        booked = [one for one in between(connection, desk.now, desk.now + WEEK) if one.stands]
        due = [(one.due_at, one.id, one.agent) for one in open_tickets.of_agents(connection) if one.due_at]
    found = []
    for agent in desk.members(group):
        due_at, ticket, _ = min((one for one in due if one[2] == agent.id), default=(None, None, ""))
        mine = [one for one in booked if one.agent == agent.id]
        today, week = (left(desk.now, there[agent.id], mine, end) for end in ends(desk.now, desk.zone(agent)))
        found.append(
            Line(
                agent=agent.id,
                state=duty[agent.id].state,
                why=duty[agent.id].why,
                today=today,
                week=week,
                open=duty[agent.id].open,
                room=duty[agent.id].room,
                next_due=due_at,
                next_due_ticket=ticket,
            )
        )
    return found


def ends(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When today and this week end in a zone, in UTC: at midnight, and at the midnight after Sunday."""
    wall = now.astimezone(zone)
    days = (wall.date() + timedelta(days=1), wall.date() + timedelta(days=7 - wall.weekday()))
    today, week = (datetime.combine(day, time(), zone).astimezone(UTC) for day in days)
    return today, week


def left(now: datetime, there: Sequence[Period], booked: Sequence[Booking], end: datetime) -> Hours:
    """The hours that are left from now to ``end``; ``there`` begins no earlier than now."""
    shifts = [Period(one.start, min(one.end, end)) for one in there if one.start < end]
    taken = [Period(max(one.starts_at, now), min(one.ends_at, end)) for one in booked if one.starts_at < end]
    inside = [
        max(0.0, (min(one.end, shift.end) - max(one.start, shift.start)).total_seconds())
        for one in taken
        for shift in shifts
    ]
    on = _seconds(shifts)
    return Hours(on=_hours(on), booked=_hours(_seconds(taken)), free=_hours(on - sum(inside)))


def _seconds(periods: Sequence[Period]) -> float:
    return sum((one.end - one.start).total_seconds() for one in periods)


def _hours(seconds: float) -> float:
    return round(seconds / HOUR, 2)
