"""Who is told of a ticket that nobody has: agents of the desk, or addresses such as a pager's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from config.types import Agent
from handlers.candidates import standing_in, why_gone_now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.types import Policy
    from handlers.desk import Desk
    from store.records import TicketRecord


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told, and by id why others are not who are on call as well."""

    told: list[Agent]
    why_not: dict[str, str]


def on_call(desk: Desk, ticket: TicketRecord) -> OnCall:
    """Who hears of this ticket at once where it is urgent: those of its group, else those of the desk.

    To be on call is to be called off shift, so shifts do not count. For who is away or has time off, their
    backup is told who is not; where nobody at all would be left, they are told all the same.
    """
    group = desk.policy.group(ticket.group_name)
    names = (group.watch.on_call if group else ()) or desk.policy.desk.unowned.on_call
    named = _known(desk.policy, names)
    why_not = {one.id: why for one in named if one.id and (why := why_gone_now(desk, one.id))}
    told: dict[str, Agent] = {}
    for one in named:
        instead = _stand_in(desk, one) if one.id in why_not else one
        if instead is not None:
            told.setdefault(name_of(instead), instead)
    if named and not told:
        return OnCall(told=named, why_not={})
    return OnCall(told=list(told.values()), why_not=why_not)


def lead(desk: Desk, ticket: TicketRecord) -> list[Agent]:
    """Who hears of this ticket once it has waited for too long; nobody where nobody is named."""
    group = desk.policy.group(ticket.group_name)
    name = (group.watch.lead if group else "") or desk.policy.desk.unowned.lead
    return _known(desk.policy, [name] if name else [])


def addressee(policy: Policy, name: str) -> Agent | None:
    """The agent of this id, or whoever has this address, who has no id; ``None`` for neither."""
    return policy.agent(name) or (Agent(id="", name="", address=name) if "@" in name else None)


def name_of(agent: Agent) -> str:
    """By what `addressee` finds them again."""
    return agent.id or agent.address


def _stand_in(desk: Desk, agent: Agent) -> Agent | None:
    """The first of an agent's backups who is not gone as well."""
    names = (name for name, _ in standing_in(desk, agent.id) if not why_gone_now(desk, name))
    return desk.policy.agent(next(names, ""))


def _known(policy: Policy, names: Iterable[str]) -> list[Agent]:
    return [agent for name in names if (agent := addressee(policy, name)) is not None]
