"""``then.language``: the language in which the desk writes to the requester."""

from config.types import Policy
from handlers.rules.action import sets


def _languages(policy: Policy) -> tuple[str, ...]:
    return policy.desk.languages


action = sets(
    "language", fact="language", doc="the language the desk writes in", example="es", choices=_languages
)
