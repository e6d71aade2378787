"""Who is told of a ticket that nobody has: agents of the desk, or addresses such as a pager's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.types import Agent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.types import Policy
    from handlers.desk import Desk
    from store.records import TicketRecord


def on_call(desk: Desk, ticket: TicketRecord) -> list[Agent]:
    """Who hears of this ticket at once where it is urgent: those of its group, else those of the desk."""
    group = desk.policy.group(ticket.group_name)
    names = (group.watch.on_call if group else ()) or desk.policy.desk.unowned.on_call
    return _known(desk.policy, names)


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


def _known(policy: Policy, names: Iterable[str]) -> list[Agent]:
    return [agent for name in names if (agent := addressee(policy, name)) is not None]
