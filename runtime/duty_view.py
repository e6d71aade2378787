"""Who is there, with what: what commands about shifts and loads look at, as of one moment."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from config.mistakes import listed, near
from handlers.calendar.calendar import Period, without
from handlers.choice import why_away, why_full
from handlers.shifts import Shifts, shifts_of, zone_of
from runtime.cli import WRONG, Trouble, settings
from runtime.open_desk import open_desk
from runtime.policy_in_force import policy_in_force
from runtime.wiring import utc_now
from store import absences
from store.absences import AgentState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.types import Agent, Policy
    from store.engine import Store


class OnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """An agent at a moment; times are UTC. ``until`` is when the shift that is on ends, if it does."""

    agent: str
    on: bool
    why_not: str
    until: datetime | None
    next_on: datetime | None
    open: int
    capacity: int
    weight: int
    full: bool


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

    def all_there(self, end: datetime) -> dict[str, list[Period]]:
        """When each agent is there from now to ``end``, in order: shifts without absences."""
        found = {}
        for name, state in self.states().items():
            periods = self.shifts.between(name, self.now, end)
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
        found = self.policy.agent(agent_id)
        if found is None:
            ids = [one.id for one in self.policy.desk.agents]
            meant = near(agent_id, ids)
            hint = f" Did you mean {meant!r}?" if meant else ""
            raise Trouble(f"There is no agent {agent_id!r}; there are {listed(ids)}.{hint}", WRONG)
        return found

    def members(self, group: str) -> tuple[str, ...]:
        """The ids of a group's agents, of all where no group is named; raises `Trouble` for an unknown one."""
        if not group:
            return tuple(one.id for one in self.policy.desk.agents)
        found = self.policy.group(group)
        if found is None:
            names = [one.name for one in self.policy.desk.groups]
            meant = near(group, names)
            hint = f" Did you mean {meant!r}?" if meant else ""
            raise Trouble(f"There is no group {group!r}; there are {listed(names)}.{hint}", WRONG)
        return found.agents

    def zone(self, agent: Agent) -> ZoneInfo:
        """The zone that an agent's days are in."""
        return ZoneInfo(zone_of(agent, self.policy.desk))

    def moment(self, flag: str, text: str, agent: Agent) -> datetime:
        """A moment that a person names, in UTC; without a zone it is the agent's own clock that is meant."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Trouble(
                f"{flag} {text} is no moment; say something like 2026-01-31T09:00.", WRONG
            ) from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone(agent))).astimezone(UTC)

    def _one(self, agent: Agent, state: AgentState) -> OnDuty:
        why_not = why_away(agent, state, self.shifts, self.now)
        changes = self.shifts.changes_at(agent.id, self.now)
        return OnDuty(
            agent=agent.id,
            on=not why_not,
            why_not=why_not,
            until=None if why_not else changes,
            next_on=self._next_on(agent, state) if why_not else None,
            open=state.open_tickets,
            capacity=agent.capacity,
            weight=state.weight,
            full=bool(why_full(agent, state)),
        )

    def _next_on(self, agent: Agent, state: AgentState) -> datetime | None:
        """When an agent who is not there is there again; ``None`` where that is not known."""
        at: datetime | None = self.now
        for _ in range(100):
            if at is None or not why_away(agent, state, self.shifts, at):
                break
            away = next((one for one in state.absences if one.covers(at)), None)
            at = away.until if away else self.shifts.changes_at(agent.id, at)
        return at


@contextlib.contextmanager
def duty_desk() -> Iterator[DutyDesk]:
    """The desk of these settings; raises `Trouble` where there is none, or its policy cannot be read."""
    chosen = settings()
    with open_desk(chosen) as store:
        policy = policy_in_force(chosen, store)
        if policy is None:
            raise Trouble("The policy in force cannot be read; `despacho policy check` says why.", WRONG)
        yield DutyDesk(store=store, policy=policy, shifts=shifts_of(policy.desk), now=utc_now())
