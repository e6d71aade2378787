"""``despacho who``: who is there now, with how much, and who comes next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runtime.cli import OK, app
from runtime.duty_view import duty_desk
from runtime.listing import counted, say, say_json, say_table
from runtime.show.times import clock_in
from store.open_tickets import count_without_agent

if TYPE_CHECKING:
    from runtime.duty_view import OnDuty

_STATES = ("on", "off", "away")
_NEVER = datetime.max.replace(tzinfo=UTC)


@app.command
def who(group: str = "", /, *, zone: str = "", json: bool = False) -> int:
    """Show who is on shift now, what they have and have room for, and when the others come.

    Load is what their open tickets weigh: low 1, normal 2, high 4, urgent 8.

    Examples: `despacho who` · `despacho who billing` · `despacho who --zone Europe/Oslo --json`

    Parameters
    ----------
    group
        Only the agents of this group.
    zone
        The time zone of the times shown, like Europe/Oslo; by default this machine's.
    json
        Print an object with agents and without_agent (how many tickets wait), with times in UTC.
    """
    shown_in = clock_in(zone)
    with duty_desk() as desk:
        members = {one.id for one in desk.members(group)}
        found = [one for one in desk.on_duty() if one.agent in members]
        with desk.store.reading() as connection:
            waiting = count_without_agent(connection)
    if json:
        say_json({"agents": found, "without_agent": waiting})
        return OK
    rows = [
        (
            one.agent,
            one.state,
            shown_in.show(one.until) or ("" if one.state == "on" else "not known"),
            f"{one.open} of {one.capacity}" if one.capacity else one.open,
            "any" if one.room is None else one.room,
            one.load,
            one.why,
        )
        for one in sorted(found, key=_first_on)
    ]
    columns = ("agent", "shift", f"until ({shown_in.name()})", "open", "room", "load", "why")
    say_table(columns, rows, right=("open", "room", "load"))
    first = min((one for one in found if one.next_on), key=_comes, default=None)
    if first is not None:
        say(f"Next on: {first.agent} at {shown_in.show(first.next_on)}.")
    say_waiting(waiting)
    return OK


def say_waiting(count: int) -> None:
    """Say how many tickets nobody has, where there are any."""
    if count:
        say(f"{counted(count, 'unsolved ticket')} without an agent.", "yellow")


def _first_on(one: OnDuty) -> tuple[int, datetime]:
    return _STATES.index(one.state), _comes(one)


def _comes(one: OnDuty) -> datetime:
    return one.next_on or _NEVER
