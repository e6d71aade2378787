"""``despacho coverage``: when nobody is there for what is likely to come."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from runtime.cli import app
from runtime.coverage import HOUR, Usual, gaps
from runtime.duty_view import duty_desk
from runtime.listing import say, say_json, say_table
from runtime.show.times import clock_in
from store import arrivals

WEEKS_BACK = 8
"""Weeks of the past that say what is usual."""


@app.command
def coverage(
    group: str = "",
    /,
    *,
    weeks: Annotated[int, Parameter(validator=Number(gte=1, lte=26))] = 4,
    zone: str = "",
    json: bool = False,
) -> int:
    """Show when in the coming weeks nobody is on shift, or nobody with the language, though tickets usually come.

    What is usual is the mean of the last eight weeks by hour of the week, in the desk's zone.

    Exit codes: 0 somebody is always there, 1 there are gaps.

    Examples: `despacho coverage` · `despacho coverage billing --weeks 8` · `despacho coverage --json`

    Parameters
    ----------
    group
        Only this group.
    weeks
        How many weeks ahead.
    zone
        The time zone of the times shown; by default this machine's.
    json
        Print a list of group, language (empty: any), start, end, expected; times in UTC.
    """
    shown_in = clock_in(zone)
    with duty_desk() as desk:
        desk.members(group)
        usual = Usual(ZoneInfo(desk.policy.desk.hours.zone), WEEKS_BACK)
        with desk.store.reading() as connection:
            usual.add(arrivals.since(connection, desk.now - timedelta(weeks=WEEKS_BACK), desk.now))
        start = desk.now.replace(minute=0, second=0, microsecond=0) + HOUR
        span = (start, start + timedelta(weeks=weeks))
        agents = {one.id: one for one in desk.policy.desk.agents}
        there = desk.all_there(span[1])
        wanted = [one for one in desk.policy.desk.groups if not group or one.name == group]
        found = [gap for one in wanted for gap in gaps(one, agents, there, usual, span)]
    if json:
        say_json([msgspec.structs.asdict(one) for one in found])
    elif found:
        rows = [
            (
                one.group,
                one.language or "any",
                shown_in.show(one.start),
                shown_in.show(one.end),
                f"{one.expected:.1f}",
            )
            for one in found
        ]
        say_table(("group", "language", "from", "to", "expected"), rows, right=("expected",))
    else:
        say("Somebody is there whenever tickets usually come.")
    return 1 if found else 0
