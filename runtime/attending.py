"""Sees when somebody is there for tickets that wait, and who has gone away from theirs.

It looks at what is, and not for what has changed: a shift that begins, a ticket that is solved, a capacity
that is raised, an agent who is back. So nothing can be missed, however often processes start and end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from handlers.choice import why_away, why_full, why_unfit
from handlers.needs import read_key
from handlers.shifts import shifts_of
from store import absences, waiting
from store.absences import AgentState
from store.faults import is_outage

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from config.types import Agent, Policy
    from events.types import Event
    from handlers.shifts import Shifts
    from store.engine import Store
    from store.waiting import Waiting

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
"""A ticket that waits is told of so soon after somebody is there for it; the promise is a minute."""


class Attending:
    """One thread; any number of processes may run one at once."""

    def __init__(
        self,
        store: Store,
        policy: Callable[[], Policy],
        *,
        ring: Callable[[Sequence[Event]], None],
        now: Callable[[], datetime],
    ) -> None:
        """``policy`` gives the one in force; ``ring`` is told of new events; ``now`` is the one clock."""
        self._store = store
        self._policy = policy
        self._ring = ring
        self._now = now

    def run(self, stop: threading.Event) -> None:
        """Look every `LOOK_SECONDS` until ``stop`` is set; a database that is away is waited for."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as error:
                # Tickets would wait for ever without it: whatever it was, the next look may go well.
                log.warning("attending_waits", error=type(error).__name__, exc_info=not is_outage(error))

    def look(self) -> int:
        """Tell of what can be given to somebody now; gives back of how many tickets."""
        now, policy = self._now(), self._policy()
        with self._store.reading() as connection:
            states = absences.states(connection)
            queue = waiting.waiting(connection)
            shifts = shifts_of(policy.desk, connection)
        left = [(one.id, since) for one in states.values() if (since := _left_since(one, shifts, now))]
        called = _called(queue, policy, states, shifts, now) if queue else []
        if not left and not called:
            return 0
        told: list[Event] = []
        with self._store.writing() as connection:
            for agent, since in left:
                told += waiting.tell_left(connection, agent, since, now=now)
            for key, most in called:
                told += waiting.call_up(connection, key, most, now=now)
        if told:
            self._ring(told)
        return len(told)


def _left_since(state: AgentState, shifts: Shifts, now: datetime) -> datetime | None:
    """Since when an agent is away who still has tickets that are not to stay theirs."""
    if not state.open_tickets:
        return None
    absence = next((one for one in state.absences if one.covers(now)), None)
    if absence is not None:
        return None if absence.keep else absence.since
    off = shifts.time_off(state.id, now)
    return off.start if off is not None else None


def _called(
    queue: Sequence[Waiting],
    policy: Policy,
    states: dict[str, AgentState],
    shifts: Shifts,
    now: datetime,
) -> list[tuple[str, int]]:
    """Which tickets to tell of, as keys with how many: never many more than there is room for."""
    there: dict[str, Agent] = {}
    room: dict[str, int] = {}
    for agent in policy.desk.agents:
        state = states.get(agent.id) or AgentState(id=agent.id)
        if not why_away(agent, state, shifts, now) and not why_full(agent, state):
            there[agent.id] = agent
            room[agent.id] = agent.capacity - state.open_tickets if agent.capacity else waiting.MOST
    called = []
    for one in queue:
        most = _take(one, policy, there, room)
        if most:
            called.append((one.key, most))
    return called


def _take(one: Waiting, policy: Policy, there: dict[str, Agent], room: dict[str, int]) -> int:
    """How many of these tickets those who are there can take, out of the ``room`` that is left."""
    needs = read_key(one.key)
    group = policy.group(needs.group)
    wanted = min(one.count, waiting.MOST)
    taken = 0
    for name in group.agents if group is not None else ():
        if name in there and room[name] and group and not why_unfit(there[name], needs, group.assign):
            more = min(room[name], wanted - taken)
            room[name] -= more
            taken += more
    return taken
