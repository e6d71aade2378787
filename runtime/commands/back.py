"""``despacho back``: somebody who was away is there again."""

from __future__ import annotations

from runtime.cli import OK, app
from runtime.duty_view import duty_desk
from runtime.listing import say, say_json
from runtime.show.times import Clock
from store import absences


@app.command
def back(agent_id: str, /, *, later: bool = False, json: bool = False) -> int:
    """Say that an agent is there again: they get tickets while they are on shift.

    The absence that is on ends; later ones stand, unless --later calls them off, and so does time off in the
    policy. What was given to others stays theirs. Twice changes nothing more.

    Examples: `despacho back ana` · `despacho back ana --later`

    Parameters
    ----------
    agent_id
        The agent's id in the policy.
    later
        Call off the absences that are to come, too.
    json
        Print an object with agent and changed.
    """
    with duty_desk() as desk:
        agent = desk.agent(agent_id)
        with desk.store.writing() as connection:
            ended = absences.back(connection, agent.id, desk.now, later=later)
        off = desk.shifts.time_off(agent.id, desk.now)
        left = [one for one in desk.states()[agent.id].absences if one.since > desk.now]
        clock = Clock(desk.zone(agent))
    if json:
        say_json({"agent": agent.id, "changed": bool(ended)})
        return OK
    say(f"{agent.id} is back." if ended else f"{agent.id} was not away.")
    for one in left:
        say(f"Away again from {clock.show(one.since)} ({clock.name()}); --later calls that off.", "yellow")
    if off is not None:
        say(f"Their time_off in the policy lasts until {off.end:%Y-%m-%d %H:%M} UTC all the same.", "yellow")
    return OK
