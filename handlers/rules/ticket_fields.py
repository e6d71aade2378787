"""What rules may ask about a ticket, and about the time that is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.rules.kinds import PRIORITIES, STATUSES, Field, Type, always

if TYPE_CHECKING:
    from config.types import Policy
    from handlers.rules.kinds import Fact
    from handlers.rules.seen import Seen


def _age(seen: Seen) -> Fact:
    if seen.at is None or seen.ticket.created_at is None:
        return None
    return max(0, int((seen.at - seen.ticket.created_at).total_seconds()))


def _groups(policy: Policy) -> tuple[str, ...]:
    return tuple(group.name for group in policy.desk.groups)


def _agents(policy: Policy) -> tuple[str, ...]:
    return tuple(agent.id for agent in policy.desk.agents)


fields = (
    Field(
        "ticket.status",
        Type.CHOICE,
        "the ticket's status",
        "open",
        lambda seen: seen.ticket.status,
        always(STATUSES),
        "new",
    ),
    Field(
        "ticket.priority",
        Type.LEVEL,
        "its priority",
        "high",
        lambda seen: seen.ticket.priority,
        always(PRIORITIES),
        "normal",
    ),
    Field("ticket.group", Type.CHOICE, "its group", "billing", lambda seen: seen.ticket.group, _groups),
    Field(
        "ticket.agent", Type.CHOICE, "the agent who has it", "ana", lambda seen: seen.ticket.agent, _agents
    ),
    Field("ticket.tags", Type.TAGS, "its tags", "invoice", lambda seen: seen.ticket.tags),
    Field("ticket.sla", Type.TEXT, "the name of its SLA policy", "gold", lambda seen: seen.ticket.sla),
    Field("ticket.age", Type.DURATION, "how long ago it was opened", "2h", _age),
    Field(
        "ticket.replies",
        Type.NUMBER,
        "how often agents have answered in public",
        "1",
        lambda seen: seen.history.answers(),
    ),
    Field(
        "ticket.messages",
        Type.NUMBER,
        "how many mails of people it has",
        "2",
        lambda seen: seen.history.messages(),
    ),
    Field(
        "deadline.which",
        Type.TEXT,
        "at a deadline: which one is up",
        "first_response",
        lambda seen: seen.due.which,
    ),
    Field("deadline.level", Type.NUMBER, "at a deadline: its level", "1", lambda seen: seen.due.level),
)
