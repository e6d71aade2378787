"""``then.status``: where the ticket is in its life."""

from config.types import Policy
from handlers.rules.action import sets

SET = ("open", "pending", "on_hold", "solved", "closed")


def _statuses(_policy: Policy) -> tuple[str, ...]:
    return SET


action = sets(
    "status",
    fact="ticket.status",
    doc="where the ticket is in its life",
    example="pending",
    choices=_statuses,
)
