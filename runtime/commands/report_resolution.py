"""``despacho report resolution``: how many enquiries are solved, and how soon people have answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from runtime.cli import settings
from runtime.commands.report import report
from runtime.listing import one_line, say
from runtime.open_desk import open_desk
from runtime.policy_in_force import policy_in_force
from runtime.reports.asked import about, named, read
from runtime.reports.figures import line, times_of
from runtime.reports.period import period
from runtime.reports.sheet import Column, Sheet, form_of, length, number, percent, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.types import DeskText
    from store.enquiries import Enquiry

By = Literal["group", "channel", "language", "topic", "agent", "mailbox"]

_FIGURES = (
    Column("enquiries", number, right=True),
    Column("answered", number, right=True),
    Column("solved", number, right=True),
    Column("solved_share", percent, right=True),
)
_BUSINESS = (
    Column("first_response_business_median", length, right=True),
    Column("first_response_business_p90", length, right=True),
    Column("resolution_business_median", length, right=True),
    Column("resolution_business_p90", length, right=True),
)
_CLOCK = (
    Column("first_response_median", length, right=True),
    Column("first_response_p90", length, right=True),
    Column("resolution_median", length, right=True),
    Column("resolution_p90", length, right=True),
)
ALL, BEFORE = "(all)", "(before)"
"""The lines of all enquiries of the period, and of all in as long before."""


@report.command
def resolution(
    *,
    since: str = "30d",
    by: By = "group",
    clock: bool = False,
    json: bool = False,
    csv: bool = False,
) -> int:
    """Show the share of enquiries that are solved, and how soon the first response and the resolution came.

    It is about the enquiries that came in during the period, as they stand now: medians and 90th percentiles
    are over those that were answered or solved. Business time is the time in which the calendar of the
    ticket's group, mailbox or desk was open; time in which a ticket waited for its requester counts.

    Examples: `despacho report resolution` · `despacho report resolution --by topic --since 90d --clock` ·
    `despacho report resolution --by channel --csv`

    Parameters
    ----------
    since
        What was asked in this time, such as 30d or 12w; the last line is of as long before it.
    by
        A line for each of these.
    clock
        In the table, show times by the clock, nights and holidays too, instead of business time.
    json
        Print a JSON object with both kinds of times, in seconds; shares are between 0 and 1.
    csv
        Print CSV with both kinds of times, in seconds.
    """
    form, span, chosen = form_of(json=json, csv=csv), period(since), settings()
    with open_desk(chosen) as store:
        asked = read(store, span)
        policy = policy_in_force(chosen, store)
    desk = policy.desk if policy is not None else None
    now = [one for one in asked if span.holds(one.created_at)]
    lines = _lines(now, by, desk)
    if lines:
        earlier = [one for one in asked if not span.holds(one.created_at)]
        lines += [_line(by, ALL, now, desk), _line(by, BEFORE, earlier, desk)]
    by_clock = clock or desk is None
    times = (*_CLOCK, *_BUSINESS) if form != "table" else _CLOCK if by_clock else _BUSINESS
    sheet = Sheet((Column(by, one_line), *_FIGURES, *times), lines)
    code = tell(sheet, {"since": span.since, "by": by}, form, f"Nobody asked anything in the last {since}.")
    if form == "table" and lines:
        say(
            "Times are by the clock." if by_clock else "Times are business time; --clock counts nights too.",
            "dim",
        )
    return code


def _lines(now: Sequence[Enquiry], by: By, desk: DeskText | None) -> list[dict[str, Any]]:
    found: dict[str, list[Enquiry]] = {}
    names = _topic_names(now) if by == "topic" else None
    for place, one in enumerate(now):
        name = names[place] if names is not None else getattr(one, by) or "(none)"
        found.setdefault(name, []).append(one)
    order = sorted(found, key=lambda name: (-len(found[name]), name))
    return [_line(by, name, found[name], desk) for name in order]


def _topic_names(now: Sequence[Enquiry]) -> dict[int, str]:
    """Each enquiry's topic, by its place; topics of one name are told apart by a ticket of theirs."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for topic in about(now):
        name = named(topic)
        name = f"{name} (#{now[topic.members[0]].ticket})" if name in taken else name
        taken.add(name)
        found |= dict.fromkeys(topic.members, name)
    return found


def _line(by: By, name: str, enquiries: Sequence[Enquiry], desk: DeskText | None) -> dict[str, Any]:
    return {by: name, **line([times_of(one, desk) for one in enquiries])}
