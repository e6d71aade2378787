"""``then.acknowledge``: whether the requester is told that the ticket was opened."""

from handlers.rules.action import Action, check_flag
from handlers.rules.decision import Outcome


def _apply(outcome: Outcome, value: bool) -> None:  # noqa: FBT001 - the value as it is written in a rule
    outcome.acknowledge = value


def _got(outcome: Outcome) -> bool:
    # A desk acknowledges unless a rule says that it should not.
    return outcome.acknowledge is not False


action = Action(
    name="acknowledge",
    doc="false: the requester is not told that the ticket was opened",
    example="false",
    check=check_flag,
    apply=_apply,
    got=_got,
)
