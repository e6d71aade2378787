"""``despacho coverage``: when nobody is there for what is likely to come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from cyclopts.validators import Number

from handlers.calendar.calendar import Period
from runtime.cli import FAILED, OK, app
from runtime.coverage import Usual, gaps
from runtime.duty_view import duty_desk
from runtime.listing import counted, say, say_json, say_table
from runtime.show.times import clock_in
from store.arrivals import arrivals

if TYPE_CHECKING:
    from runtime.coverage import Gap
    from runtime.duty_view import DutyDesk
    from runtime.show.times import Clock

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
    """Show when in the coming weeks nobody, or nobody with the language, is there though tickets come then.

    What usually comes is the mean of the last eight weeks by hour of the week, in the desk's zone. Shifts,
    time off and absences count.

    Exit codes: 0 somebody is always there, 1 there are gaps.

    Examples: `despacho coverage` · `despacho coverage billing --weeks 8` · `despacho coverage --json`

    Parameters
    ----------
    group
        Only this group.
    weeks
        How many weeks ahead.
    zone
        The time zone of the times shown, like Europe/Oslo; by default this machine's.
    json
        Print an object with weeks_measured and gaps: group, language (empty: any), start, end, expected;
        times in UTC.
    """
    shown_in = clock_in(zone)
    with duty_desk() as desk:
        desk.members(group)
        begin = desk.now - timedelta(weeks=WEEKS_BACK)
        with desk.store.reading() as connection:
            came = arrivals(connection, begin, desk.now)
            usual = Usual(ZoneInfo(desk.policy.desk.hours.zone), (begin, desk.now), came)
        found = _gaps(desk, group, weeks, usual)
    if json:
        say_json({"weeks_measured": usual.weeks if usual.kinds else 0, "gaps": found})
    elif not usual.kinds:
        say(f"No ticket came in the last {WEEKS_BACK} weeks, so nothing is expected.")
    elif not found:
        say("Somebody is there whenever tickets usually come.")
    else:
        _show(found, shown_in)
        say(f"Measured over {counted(usual.weeks, 'week')}; shifts are in desk.toml.")
    return FAILED if found else OK


def _gaps(desk: DutyDesk, group: str, weeks: int, usual: Usual) -> list[Gap]:
    span = Period(desk.now, desk.now + timedelta(weeks=weeks))
    there = desk.all_there(*span)
    wanted = [one for one in desk.policy.desk.groups if not group or one.name == group]
    found = [gap for one in wanted for gap in gaps(one, desk.members(one.name), there, usual, span)]
    return sorted(found, key=lambda one: (one.start, one.group, one.language))


def _show(found: list[Gap], shown_in: Clock) -> None:
    rows = [
        (
            *(one.group, one.language or "any", shown_in.show(one.start), shown_in.show(one.end)),
            f"{one.expected:.1f}",
        )
        for one in found
    ]
    columns = ("group", "language", f"from ({shown_in.name()})", "to", "expected")
    say_table(columns, rows, right=("expected",))
    expected = sum(one.expected for one in found)
    say(f"{counted(len(found), 'gap')}, in which {expected:.1f} tickets are expected.")
