"""``despacho report frequency``: how often people ask, by time or by kind, beside as long before."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from runtime.cli import settings
from runtime.commands.report import report
from runtime.listing import one_line
from runtime.open_desk import open_desk
from runtime.reports.asked import read
from runtime.reports.period import change, period
from runtime.reports.sheet import Column, Sheet, form_of, number, signed_percent, tell
from runtime.show.times import clock_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from runtime.reports.period import Period
    from runtime.show.times import Clock
    from store.enquiries import Enquiry

By = Literal["day", "week", "weekday", "hour", "channel", "language", "group", "mailbox"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TIMES: dict[str, Callable[[datetime], str]] = {
    "day": lambda at: f"{at:%Y-%m-%d}",
    "week": lambda at: f"{at:%G-W%V}",
    "weekday": lambda at: _DAYS[at.weekday()],
    "hour": lambda at: f"{at:%H}:00",
}
_ALWAYS = {"weekday": _DAYS, "hour": tuple(f"{hour:02}:00" for hour in range(24))}
"""Lines that are there even where nobody asked then: a quiet hour is what one looks for."""


@report.command
def frequency(
    *, since: str = "30d", by: By = "day", zone: str = "", json: bool = False, csv: bool = False
) -> int:
    """Show how often people ask: by day, week, weekday or hour, or by channel, language, group or mailbox.

    Each line stands beside that of as long before; a day stands beside the day that was as long before it.

    Examples: `despacho report frequency` · `despacho report frequency --by hour --zone Europe/Oslo` ·
    `despacho report frequency --by channel --since 12w --csv`

    Parameters
    ----------
    since
        What was asked in this time, such as 30d or 12w; it is compared with as long before it.
    by
        A line for each of these.
    zone
        The time zone of days and hours, like Europe/Oslo; by default this machine's.
    json
        Print a JSON object instead; changes are shares (0.5 is half more), null where nothing was before.
    csv
        Print CSV for a spreadsheet instead.
    """
    form, span, shown_in = form_of(json=json, csv=csv), period(since), clock_in(zone)
    with open_desk(settings()) as store:
        asked = read(store, span)
    now, before = _counts(asked, span, by, shown_in)
    names = lines_of(by, span, shown_in, now, before) if asked else []
    lines = [
        {by: name, "enquiries": now[name], "before": before[name], "change": change(now[name], before[name])}
        for name in names
    ]
    columns = (
        Column(by, one_line),
        Column("enquiries", number, right=True),
        Column("before", number, right=True),
        Column("change", signed_percent, right=True),
    )
    totals = {"since": span.since, "by": by, "enquiries": now.total(), "before": before.total()}
    return tell(Sheet(columns, lines), totals, form, f"Nobody asked anything in the last {since}.")


def _counts(asked: list[Enquiry], span: Period, by: By, clock: Clock) -> tuple[Counter[str], Counter[str]]:
    """How many by name, now and before."""
    now: Counter[str] = Counter()
    before: Counter[str] = Counter()
    for one in asked:
        if span.holds(one.created_at):
            now[_name(one, one.created_at, by, clock)] += 1
        else:
            # What was before counts under the name that it has one period later.
            before[_name(one, one.created_at + (span.until - span.since), by, clock)] += 1
    return now, before


def _name(one: Enquiry, at: datetime, by: By, clock: Clock) -> str:
    if by in {"weekday", "hour"}:
        at = one.created_at
    return _TIMES[by](at.astimezone(clock.zone)) if by in _TIMES else getattr(one, by) or "(none)"


def lines_of(by: By, span: Period, clock: Clock, now: Counter[str], before: Counter[str]) -> list[str]:
    """The lines in their order: times as they follow each other, kinds by how many."""
    if by in _ALWAYS:
        return list(_ALWAYS[by])
    if by in _TIMES:
        # Twice a day, because the day on which clocks are put forward is shorter than a whole one.
        halves = range(2 * (span.until - span.since).days + 3)
        moments = (min(span.since + timedelta(hours=12 * half), span.until) for half in halves)
        return list(dict.fromkeys(_TIMES[by](at.astimezone(clock.zone)) for at in moments))
    return sorted({*now, *before}, key=lambda name: (-now[name], -before[name], name))
