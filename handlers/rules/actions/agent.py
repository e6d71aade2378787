"""``then.agent``: the ticket goes to this agent, by id."""

from config.types import Policy
from handlers.rules.action import sets


def _agents(policy: Policy) -> tuple[str, ...]:
    return tuple(agent.id for agent in policy.desk.agents)


action = sets(
    "agent", fact="ticket.agent", doc="the ticket goes to this agent", example="ana", choices=_agents
)
