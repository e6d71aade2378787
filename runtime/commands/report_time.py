"""``despacho report time``: where the time goes, by agent, requester, activity, or billable or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from runtime.busy import steps
from runtime.cli import settings
from runtime.commands.report import report
from runtime.listing import one_line, say
from runtime.open_desk import open_desk
from runtime.reports.period import change, period
from runtime.reports.sheet import Column, Sheet, form_of, number, signed_percent, tell
from runtime.show.worked import duration
from store.spent import Worked, worked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.reports.period import Period

By = Literal["agent", "requester", "activity", "billable", "group"]

_FIGURES = (
    Column("minutes", duration, right=True),
    Column("billable_minutes", duration, right=True),
    Column("tickets", number, right=True),
    Column("before_minutes", duration, right=True),
    Column("change", signed_percent, right=True),
)


@report.command
def time(*, since: str = "30d", by: By = "agent", json: bool = False, csv: bool = False) -> int:
    """Show the time that was written down, and on how many tickets, beside as long before.

    Examples: `despacho report time` · `despacho report time --by requester --since 90d` ·
    `despacho report time --by billable --csv`

    Parameters
    ----------
    since
        What was written down in this time, such as 30d or 12w; it is compared with as long before it.
    by
        A line for each of these.
    json
        Print a JSON object instead; lengths are in minutes, changes are shares.
    csv
        Print CSV for a spreadsheet instead; lengths are in minutes.
    """
    form, span = form_of(json=json, csv=csv), period(since)
    with open_desk(settings()) as store, steps("reading time") as step:
        found = list(worked(store, span.before, span.until, step))
    lines = _lines(found, by, span)
    total = sum(one["minutes"] for one in lines)
    billable = sum(one["billable_minutes"] for one in lines)
    totals = {"since": span.since, "by": by, "minutes": total, "billable_minutes": billable}
    nothing = f"No time was written down in the last {since}. `despacho time log 12 15m` does it."
    code = tell(Sheet((Column(by, one_line), *_FIGURES), lines), totals, form, nothing)
    if form == "table" and lines:
        say(f"{duration(total)} in all, {duration(billable)} of it billable.", "dim")
    return code


def _lines(found: Sequence[Worked], by: By, span: Period) -> list[dict[str, Any]]:
    names: dict[str, list[Worked]] = {}
    for one in found:
        names.setdefault(_name(one, by), []).append(one)
    lines = [_line(by, name, mine, span) for name, mine in names.items()]
    return sorted(lines, key=lambda one: (-one["minutes"], -one["before_minutes"], str(one[by])))


def _line(by: By, name: str, mine: Sequence[Worked], span: Period) -> dict[str, Any]:
    now = [one for one in mine if span.holds(one.at)]
    minutes = sum(one.minutes for one in now)
    before = sum(one.minutes for one in mine) - minutes
    return {
        by: name,
        "minutes": minutes,
        "billable_minutes": sum(one.minutes for one in now if one.billable),
        "tickets": len({one.ticket for one in now}),
        "before_minutes": before,
        "change": change(minutes, before),
    }


def _name(one: Worked, by: By) -> str:
    if by == "billable":
        return "billable" if one.billable else "not billable"
    return str(getattr(one, by)) or "(none)"
