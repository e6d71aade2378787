"""``then.group``: the ticket goes to this group."""

from config.types import Policy
from handlers.rules.action import sets


def _groups(policy: Policy) -> tuple[str, ...]:
    return tuple(group.name for group in policy.desk.groups)


action = sets(
    "group", fact="ticket.group", doc="the ticket goes to this group", example="billing", choices=_groups
)
