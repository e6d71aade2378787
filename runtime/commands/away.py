"""``despacho away`` and ``despacho back``: somebody is not there although it is their shift."""

from __future__ import annotations

from typing import Annotated

import msgspec
from cyclopts import Parameter

from runtime.cli import WRONG, Trouble, app
from runtime.duty_view import duty_desk
from runtime.listing import say, say_json
from store import absences
from store.absences import Absence


@app.command
def away(
    agent_id: str,
    /,
    *,
    until: str = "",
    begin: Annotated[str, Parameter(name="--from")] = "",
    why: str = "",
    keep: bool = False,
    json: bool = False,
) -> int:
    """Say that an agent is away: they get nothing, and what they have goes to their backup, or to their group.

    A desk that runs moves their tickets within seconds; where nobody can take one, it waits without an agent.
    A second absence with the same begin replaces the first.

    Examples: `despacho away ana` · `despacho away ana --until 2026-12-01T09:00 --why dentist` ·
    `despacho away ana --from 2026-12-24 --until 2027-01-02 --keep`

    Parameters
    ----------
    agent_id
        The agent's id in the policy.
    until
        When they are back, by their own clock where no zone is said; without it until `despacho back`.
    begin
        From when on; by default now.
    why
        A word for colleagues.
    keep
        What they have stays theirs.
    json
        Print a list of all their absences that are not over, with times in UTC.
    """
    with duty_desk() as desk:
        agent = desk.agent(agent_id)
        since = desk.moment("--from", begin, agent) if begin else desk.now
        end = desk.moment("--until", until, agent) if until else None
        if end is not None and end <= max(since, desk.now):
            raise Trouble(f"--until {until} is over before it begins.", WRONG)
        with desk.store.writing() as connection:
            found = absences.away(
                connection, agent.id, Absence(since=since, until=end, why=why, keep=keep), desk.now
            )
        zone = desk.zone(agent)
    if json:
        say_json([msgspec.structs.asdict(one) for one in found])
        return 0
    back_at = f"until {end.astimezone(zone):%Y-%m-%d %H:%M} ({zone})" if end else "until `despacho back`"
    say(f"{agent.id} is away from {since.astimezone(zone):%Y-%m-%d %H:%M} {back_at}.")
    if not keep:
        say("What is theirs goes to their backup or group; --keep leaves it with them.", "dim")
    return 0


@app.command
def back(agent_id: str, /, *, json: bool = False) -> int:
    """Say that an agent is there again; they get tickets while they are on shift. Twice changes nothing more.

    Examples: `despacho back ana`

    Parameters
    ----------
    agent_id
        The agent's id in the policy.
    json
        Print an object with agent and changed.
    """
    with duty_desk() as desk:
        agent = desk.agent(agent_id)
        with desk.store.writing() as connection:
            ended = absences.back(connection, agent.id, desk.now)
    if json:
        say_json({"agent": agent.id, "changed": bool(ended)})
    else:
        say(f"{agent.id} is back." if ended else f"{agent.id} was not away.")
    return 0
