"""``despacho report satisfaction``: what requesters said of the desk's help, by agent or by group."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import App

from config.duration import seconds_of
from runtime.cli import OK, WRONG, Trouble, app, settings
from runtime.listing import one_line, say, say_json, say_table
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import votes

if TYPE_CHECKING:
    from store.votes import Satisfied

report = App(name="report", help="Look at how the desk does.")
app.command(report)

COMMENTS_MOST = 20


@report.command
def satisfaction(*, since: str = "30d", by: Literal["agent", "group"] = "agent", json: bool = False) -> int:
    """How satisfied requesters are, of those who were asked: 4 and 5 of 5 count as satisfied.

    Examples: `despacho report satisfaction` · `despacho report satisfaction --by group --since 90d` ·
    `despacho report satisfaction --json`

    Parameters
    ----------
    since
        Those who were asked in this time, such as 30d or 12w; a year at the most.
    by
        A line for each agent, or for each group.
    json
        Print a JSON object instead; shares are between 0 and 1, times in UTC.
    """
    seconds = seconds_of(since)
    if seconds is None:
        raise Trouble(f"{since!r} is no time; write 30d, 12w or 90d, a year at the most.", WRONG)
    start = utc_now() - timedelta(seconds=seconds)
    column = {"agent": "agent", "group": "group_name"}[by]
    with open_desk(settings()) as store, store.reading() as connection:
        lines = votes.by(connection, column, start)
        said = votes.comments(connection, start, COMMENTS_MOST)
    if json:
        say_json(
            {"since": start, "by": by, "lines": [_values(one) for one in lines], "comments": _said(said)}
        )
    elif not lines:
        say(f"Nobody was asked in the last {since}. `[satisfaction]` in desk.toml turns the question on.")
    else:
        rows = [
            (one.name or "(nobody)", one.asked, one.answered, _percent(one), one.mean or "-") for one in lines
        ]
        say_table((by, "asked", "answered", "satisfied", "mean of 5"), rows, right=("asked", "answered"))
        for row in said:
            say(f"#{row.ticket}  {row.score} of 5  {one_line(row.comment)}")
    return OK


def _values(one: Satisfied) -> dict[str, Any]:
    return {
        "name": one.name,
        "asked": one.asked,
        "answered": one.answered,
        "satisfied": one.satisfied,
        "share": one.share,
        "mean": one.mean,
    }


def _said(rows: list[Any]) -> list[dict[str, Any]]:
    names = ("ticket", "agent", "score", "comment", "voted_at")
    return [{name: getattr(row, name) for name in names} for row in rows]


def _percent(one: Satisfied) -> str:
    return "-" if one.share is None else f"{one.share:.0%}"
