"""``despacho time log`` and ``list``: time that agents spent on tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from config.duration import seconds_of
from handlers import service
from handlers.commands import LONGEST_ACTIVITY, time_of
from runtime.cli import OK, WRONG, Trouble, app, settings
from runtime.commands.tickets import TicketNumber  # noqa: TC001 - cyclopts reads the annotations
from runtime.commands.tickets_act import acting, at_one, say_told, told_of
from runtime.listing import say, say_json, say_table
from runtime.open_desk import open_desk
from runtime.show.times import clock_in
from runtime.show.worked import duration, time_values
from runtime.wiring import utc_now
from store import spent

if TYPE_CHECKING:
    from store.records import TimeRecord

time = App(name="time", help="Write down time that was spent on tickets, and look at it.")
app.command(time)


@time.command
def log(
    number: TicketNumber,
    length: str,
    activity: str = "",
    /,
    *,
    billable: Annotated[bool, Parameter(negative="")] = False,
    agent: str = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Write down time on a ticket, from a minute to a day; each call is an entry of its own.

    Examples: `despacho time log 12 15m` · `despacho time log 12 1h30m "on site" --billable --agent ana`

    Parameters
    ----------
    number
        The ticket's number.
    length
        How long, such as 15m, 2h or 1h30m.
    activity
        What it was for, in a few words.
    billable
        Somebody is billed for it.
    agent
        The id of the agent whose time it is; by default DESPACHO_AGENT, else the ticket's agent.
    json
        Print a JSON object with what was done.
    """
    if len(activity) > LONGEST_ACTIVITY:
        raise Trouble(f"The activity is too long: at most {LONGEST_ACTIVITY} characters.", WRONG)
    found = time_of(f"{length} {activity}{' billable' if billable else ''}")
    if found is None:
        raise Trouble(f"{length!r} is no length of time: write 15m, 2h or 1h30m, 24h at the most.", WRONG)
    with at_one(number) as desk:
        record = service.spend(desk, number, acting(desk, number, agent), found)
        done = f"{duration(record.minutes)} of {record.agent}'s are on #{number} now."
        told = told_of(desk, number, done=done, time=time_values(record))
    return say_told(told, json=json)


@time.command(name="list")
def list_(
    *,
    ticket: TicketNumber | None = None,
    agent: str = "",
    since: str = "30d",
    zone: str = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """List time that was written down, the newest last, and what it comes to.

    Examples: `despacho time list` · `despacho time list --ticket 12` ·
    `despacho time list --agent ana --since 4w --json`

    Parameters
    ----------
    ticket
        Only time on this ticket.
    agent
        Only time of the agent with this id.
    since
        Only what was written down in this time, such as 30d or 12w; a year at the most.
    zone
        The time zone of the times shown, like Europe/Oslo; by default this machine's.
    json
        Print a JSON object instead, with times in UTC and lengths in minutes.
    """
    seconds = seconds_of(since)
    if seconds is None:
        raise Trouble(f"{since!r} is no time; write 30d, 12w or 90d, a year at the most.", WRONG)
    shown_in, start = clock_in(zone), utc_now() - timedelta(seconds=seconds)
    with open_desk(settings()) as store, store.reading() as connection:
        found = spent.entries(connection, since=start, ticket=ticket, agent=agent)
    if json:
        say_json({"entries": [time_values(one) for one in found], **_sums(found)})
        return OK
    if not found:
        say(f"No time was written down in the last {since}. `despacho time log 12 15m` does it.")
        return OK
    rows = [
        (shown_in.show(one.at), one.ticket, one.agent, duration(one.minutes), _mark(one), one.activity)
        for one in found
    ]
    say_table(("at", "#", "agent", "time", "billable", "activity"), rows, right=("#", "time"))
    sums = _sums(found)
    say(f"{duration(sums['minutes'])} in all, {duration(sums['billable_minutes'])} of it billable.")
    return OK


def _mark(record: TimeRecord) -> str:
    return "yes" if record.billable else "no"


def _sums(records: list[TimeRecord]) -> dict[str, Any]:
    return {
        "minutes": sum(one.minutes for one in records),
        "billable_minutes": sum(one.minutes for one in records if one.billable),
    }
