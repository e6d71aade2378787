"""``despacho away``: somebody is not there although it is their shift."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from runtime.cli import OK, WRONG, Trouble, app
from runtime.duty_view import DutyDesk, duty_desk
from runtime.listing import counted, say, say_json
from runtime.named_moment import next_moment
from runtime.show.times import Clock
from store import absences
from store.absences import Absence
from store.bookings import between

if TYPE_CHECKING:
    from config.types import Agent

LONGEST_WHY = 200
"""Characters of a reason."""
YEAR = timedelta(days=366)
"""How far ahead bookings are looked for where nobody knows when they are back."""


@app.command
def away(
    agent_id: str,
    /,
    *,
    begin: Annotated[str, Parameter(name="--from")] = "",
    until: str = "",
    why: str = "",
    keep: bool = False,
    json: bool = False,
) -> int:
    """Say that an agent is away: they get nothing; what they have goes to their backup, or to their group.

    A desk that runs moves their tickets within seconds of the beginning, each once; where nobody can take
    one, it waits without an agent. Why is on each ticket. Said again, it changes the absence that is on, or
    the one with the same beginning. Times are by the agent's own clock where no zone is said; a day is its
    midnight.

    Examples: `despacho away ana` · `despacho away ana --until 15:00 --why dentist` ·
    `despacho away ana --from 2026-12-24 --until 2027-01-02 --keep`

    Parameters
    ----------
    agent_id
        The agent's id in the policy.
    begin
        From when on; by default now.
    until
        When they are back; without it until `despacho back`.
    why
        A word for colleagues, up to 200 characters.
    keep
        What they have stays theirs.
    json
        Print an object with agent, absences (all that are not over), open and bookings, with times in UTC.
    """
    if len(why) > LONGEST_WHY:
        raise Trouble(f"--why is too long: at most {LONGEST_WHY} characters.", WRONG)
    with duty_desk() as desk:
        agent = desk.agent(agent_id)
        absence = _absence(desk, agent, begin, until)
        absence = msgspec.structs.replace(absence, why=why, keep=keep)
        with desk.store.writing() as connection:
            found = absences.away(connection, agent.id, absence, desk.now)
            end = absence.until or absence.since + YEAR
            booked = [one for one in between(connection, absence.since, end, agent.id) if one.stands]
        told: dict[str, Any] = {
            "agent": agent.id,
            "absences": [msgspec.structs.asdict(one) for one in found],
            "open": desk.states()[agent.id].open_tickets,
            "bookings": booked,
        }
    if json:
        say_json(told)
    else:
        _say(agent, absence, Clock(desk.zone(agent)), told)
    return OK


def _absence(desk: DutyDesk, agent: Agent, begin: str, until: str) -> Absence:
    """What is said on the command line; without a beginning it is the absence that is on, if one is."""
    zone = desk.zone(agent)
    standing = (one.since for one in desk.states()[agent.id].absences if one.covers(desk.now))
    since = next_moment("--from", begin, zone, desk.now) if begin else next(standing, desk.now)
    end = next_moment("--until", until, zone, desk.now) if until else None
    if end is not None and end <= max(since, desk.now):
        raise Trouble(f"--until {until} is not after the beginning, or is past.", WRONG)
    return Absence(since=since, until=end)


def _say(agent: Agent, absence: Absence, clock: Clock, told: dict[str, Any]) -> None:
    end = f"until {clock.show(absence.until)}" if absence.until else "until `despacho back`"
    say(f"{agent.id} is away from {clock.show(absence.since)} {end} ({clock.name()}).")
    for one in told["absences"]:
        if one["since"] != absence.since:
            until = f"until {clock.show(one['until'])}" if one["until"] else "until `despacho back`"
            say(f"Also away from {clock.show(one['since'])} {until}.")
    instead = f"{agent.duty.backup}, or to their group" if agent.duty.backup else "their group"
    if absence.keep:
        say(f"{counted(told['open'], 'open ticket')} of theirs: kept.")
    else:
        moved = counted(told["open"], "open ticket")
        say(f"{moved} of theirs: to {instead}, within seconds of the beginning.")
    for one in told["bookings"]:
        say(f"Booked meanwhile: #{one.ticket} {one.subject}, {clock.show(one.starts_at)} (booking {one.id}).")
