"""``despacho coverage``: when nobody is there for what is likely to come."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from cyclopts.validators import Number

from handlers.calendar.calendar import Period
from handlers.calendar.chosen import hours_of
from runtime.cli import FAILED, OK, WRONG, Trouble, app
from runtime.coverage import Found, Usual, look
from runtime.duty_view import duty_desk
from runtime.listing import counted, say, say_json, say_table
from runtime.show.times import clock_in
from store.arrivals import arrivals

if TYPE_CHECKING:
    from runtime.duty_view import DutyDesk
    from runtime.show.times import Clock

WEEKS_BACK = 8
"""Weeks of the past that say what is usual."""
AT_LEAST = 0.25
"""Tickets an hour from which on an hour without anybody is a gap: two in that hour in eight weeks."""


@app.command
def coverage(
    group: str = "",
    /,
    *,
    weeks: Annotated[int, Parameter(validator=Number(gte=1, lte=26))] = 4,
    at_least: float = AT_LEAST,
    zone: str = "",
    json: bool = False,
) -> int:
    """Show when in the coming weeks nobody, or nobody with the language, is there though tickets come then.

    What usually comes is the mean of the last eight weeks by hour of the week, in the zone of the group's
    calendar, else in the desk's. Shifts, time off and absences count. Hours without anybody in which little
    comes are no gaps: they are summed up.

    Exit codes: 0 there is no gap, 1 there are gaps, 2 the call is wrong.

    Examples: `despacho coverage` · `despacho coverage billing --weeks 8` ·
    `despacho coverage --at-least 0` · `despacho coverage --json`

    Parameters
    ----------
    group
        Only this group.
    weeks
        How many weeks ahead.
    at_least
        How many tickets an hour have to be usual for an hour without anybody to be a gap; 0 lists each.
    zone
        The time zone of the times shown, like Europe/Oslo; by default this machine's.
    json
        Print an object with weeks_measured, at_least, gaps (group, language (empty: any), start, end,
        expected) and rest (group, language, hours, expected); times in UTC.
    """
    shown_in = clock_in(zone)
    if not (math.isfinite(at_least) and at_least >= 0):
        raise Trouble("--at-least is a number of tickets an hour, like 0.25 or 2; 0 lists each gap.", WRONG)
    with duty_desk() as desk:
        desk.members(group)
        begin = desk.now - timedelta(weeks=WEEKS_BACK)
        told = desk.policy.desk
        with desk.store.reading() as connection:
            came = arrivals(connection, begin, desk.now)
            zones = {one.name: ZoneInfo(hours_of(told, group=one.name).zone) for one in told.groups}
            other = ZoneInfo(told.hours.zone)
            usual = Usual(lambda name: zones.get(name, other), (begin, desk.now), came)
        found = _find(desk, group, weeks, usual, at_least)
    if json:
        measured = usual.weeks if usual.kinds else 0
        say_json({"weeks_measured": measured, "at_least": at_least, "gaps": found.gaps, "rest": found.rest})
    elif not usual.kinds:
        say(f"No ticket came in the last {WEEKS_BACK} weeks, so nothing is expected.")
    else:
        _show(found, shown_in, at_least)
        if found.gaps or found.rest:
            say(f"Measured over {counted(usual.weeks, 'week')}; shifts are in desk.toml.")
    return FAILED if found.gaps else OK


def _find(desk: DutyDesk, group: str, weeks: int, usual: Usual, at_least: float) -> Found:
    span = Period(desk.now, desk.now + timedelta(weeks=weeks))
    there = desk.all_there(*span)
    found = [
        look(one, desk.members(one.name), there, usual, span, at_least=at_least)
        for one in desk.policy.desk.groups
        if not group or one.name == group
    ]
    gaps = [gap for one in found for gap in one.gaps]
    return Found(
        gaps=sorted(gaps, key=lambda one: (one.start, one.group, one.language)),
        rest=[rest for one in found for rest in one.rest],
    )


def _show(found: Found, shown_in: Clock, at_least: float) -> None:
    if found.gaps:
        rows = [
            (
                *(one.group, one.language or "any", shown_in.show(one.start), shown_in.show(one.end)),
                f"{one.expected:.1f}",
            )
            for one in found.gaps
        ]
        columns = ("group", "language", f"from ({shown_in.name()})", "to", "expected")
        say_table(columns, rows, right=("expected",))
        expected = sum(one.expected for one in found.gaps)
        say(f"{counted(len(found.gaps), 'gap')}, in which {expected:.1f} tickets are expected.")
    elif found.rest:
        say("Somebody is there whenever many tickets usually come.")
    else:
        say("Somebody is there whenever tickets usually come.")
    for rest in found.rest:
        whose = f"{rest.group} ({rest.language or 'any language'})"
        say(
            f"{whose}: {rest.hours:.1f} hours more without anybody, each with fewer than {at_least:g} tickets"
            f" expected, together {rest.expected:.1f}."
        )
