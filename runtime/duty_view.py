"""Who is there, with what: what the dispatcher's commands look at, as of one moment."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from config.mistakes import listed, near
from config.types import Policy
from handlers.calendar.calendar import Period, without
from handlers.choice import why_away, why_full, why_gone
from handlers.shifts import Shifts, shifts_of, zone_of
from runtime.cli import WRONG, Trouble, settings
from runtime.commands.tickets_act import known_agent
from runtime.open_desk import open_desk
from runtime.policy_in_force import policy_in_force
from runtime.wiring import utc_now
from store import absences
from store.absences import AgentState
from store.engine import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.types import Agent

_MOST_CHANGES = 100


class OnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """An agent at a moment; times are UTC.

    ``state`` is ``on``, ``off`` (no shift now) or ``away``; it lasts until ``until``, where that is known,
    and ``next_on`` is when who is not on is there again. ``why`` is the absence's word, or why they get
    nothing though they are on. Without a limit ``room`` is ``None``.
    """

    agent: str
    state: str
    why: str
    until: datetime | None
    next_on: datetime | None
    open: int
    capacity: int
    room: int | None
    load: int


class DutyDesk(msgspec.Struct, frozen=True, kw_only=True):
    """A desk to look at: its store, the policy in force and the moment."""

    store: Store
    policy: Policy
    shifts: Shifts
    now: datetime

    def states(self) -> dict[str, AgentState]:
        """Every agent of the policy with what is counted of them."""
        with self.store.reading() as connection:
            known = absences.states(connection)
        return {one.id: known.get(one.id) or AgentState(id=one.id) for one in self.policy.desk.agents}

    def all_there(self, start: datetime, end: datetime) -> dict[str, list[Period]]:
        """When each agent is there from ``start`` to ``end``, in order: shifts without absences."""
        found = {}
        for name, state in self.states().items():
            periods = self.shifts.between(name, start, end)
            for away in state.absences:
                gap = Period(away.since, max(away.since, away.until or end))
                periods = [piece for one in periods for piece in without(one, gap)]
            found[name] = periods
        return found

    def on_duty(self) -> list[OnDuty]:
        """Every agent of the policy, in its order."""
        states = self.states()
        return [self._one(agent, states[agent.id]) for agent in self.policy.desk.agents]

    def agent(self, agent_id: str) -> Agent:
        """The agent of this id; raises `Trouble` where there is none."""
        return known_agent(self.policy, agent_id)

    def members(self, group: str) -> list[Agent]:
        """A group's agents in the policy's order, all where none is named; raises `Trouble` for no group."""
        agents = self.policy.desk.agents
        if not group:
            return list(agents)
        found = self.policy.group(group)
        if found is None:
            names = [one.name for one in self.policy.desk.groups]
            meant = near(group, names)
            hint = f" Did you mean {meant!r}?" if meant else ""
            raise Trouble(f"There is no group {group!r}; there are {listed(names)}.{hint}", WRONG)
        return [one for one in agents if one.id in found.agents]

    def zone(self, agent: Agent) -> ZoneInfo:
        """The zone that an agent's days are in."""
        return ZoneInfo(zone_of(agent, self.policy.desk))

    def _one(self, agent: Agent, state: AgentState) -> OnDuty:
        why = why_away(agent, state, self.shifts, self.now)
        gone = why_gone(agent.id, state, self.shifts, self.now)
        back = self._next_on(agent, state) if why else None
        absence = next((one for one in state.absences if one.covers(self.now)), None)
        return OnDuty(
            agent=agent.id,
            state="away" if gone else "off" if why else "on",
            why=(absence.why if absence else "time off") if gone else why_full(agent, state),
            until=back if why else self._gone_from(agent, state),
            next_on=back,
            open=state.open_tickets,
            capacity=agent.capacity,
            room=max(0, agent.capacity - state.open_tickets) if agent.capacity else None,
            load=state.weight,
        )

    def _gone_from(self, agent: Agent, state: AgentState) -> datetime | None:
        """When an agent who is there now no longer is: the shift ends, or an absence begins."""
        ends = [self.shifts.changes_at(agent.id, self.now)]
        ends += [one.since for one in state.absences if one.since > self.now]
        return min((one for one in ends if one is not None), default=None)

    def _next_on(self, agent: Agent, state: AgentState) -> datetime | None:
        """When an agent who is not there is there again; ``None`` where that is not known."""
        at: datetime | None = self.now
        for _ in range(_MOST_CHANGES):
            if at is None or not why_away(agent, state, self.shifts, at):
                return at
            away = next((one for one in state.absences if one.covers(at)), None)
            at = away.until if away else self.shifts.changes_at(agent.id, at)
        return None


@contextlib.contextmanager
def duty_desk() -> Iterator[DutyDesk]:
    """The desk of these settings; raises `Trouble` where there is none, or its policy cannot be read."""
    chosen = settings()
    with open_desk(chosen) as store:
        policy = policy_in_force(chosen, store)
        if policy is None:
            raise Trouble("The policy in force cannot be read; `despacho policy check` says why.", WRONG)
        with store.reading() as connection:
            shifts = shifts_of(policy.desk, connection)
        yield DutyDesk(store=store, policy=policy, shifts=shifts, now=utc_now())
