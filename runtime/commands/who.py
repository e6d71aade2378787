"""``despacho who``: who is there now, with how much, and who comes next."""

from __future__ import annotations

import msgspec

from runtime.cli import app
from runtime.duty_view import duty_desk
from runtime.listing import say_json, say_table
from runtime.show.times import clock_in


@app.command
def who(group: str = "", /, *, zone: str = "", json: bool = False) -> int:
    """Show who is on shift now, what they have and can take, and when the others come.

    Examples: `despacho who` · `despacho who billing` · `despacho who --zone Europe/Oslo --json`

    Parameters
    ----------
    group
        Only the agents of this group.
    zone
        The time zone of the times shown; by default this machine's.
    json
        Print a list of objects instead, with times in UTC.
    """
    shown_in = clock_in(zone)
    with duty_desk() as desk:
        members = desk.members(group)
        found = [one for one in desk.on_duty() if one.agent in members]
    if json:
        say_json([msgspec.structs.asdict(one) for one in found])
        return 0
    rows = [
        (
            one.agent,
            "on" if one.on else "off",
            shown_in.show(one.until),
            f"{one.open} of {one.capacity}" if one.capacity else one.open,
            one.weight,
            "full" if one.full else one.why_not,
            shown_in.show(one.next_on),
        )
        for one in sorted(found, key=lambda one: not one.on)
    ]
    say_table(("agent", "shift", "until", "open", "weight", "why not", "next on"), rows, right=("weight",))
    return 0
