"""``then.priority``: how urgent the ticket is."""

from config.types import Policy
from handlers.rules.action import sets
from handlers.rules.kinds import PRIORITIES


def _priorities(_policy: Policy) -> tuple[str, ...]:
    return PRIORITIES


action = sets(
    "priority", fact="ticket.priority", doc="how urgent the ticket is", example="high", choices=_priorities
)
