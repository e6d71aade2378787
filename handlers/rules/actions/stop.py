"""``then.stop``: no rule after this one runs."""

from handlers.rules.action import Action, check_flag
from handlers.rules.decision import Outcome


def _apply(outcome: Outcome, value: bool) -> None:  # noqa: FBT001 - the value as it is written in a rule
    outcome.stop = value


def _got(outcome: Outcome) -> bool:
    return outcome.stop


action = Action(
    name="stop",
    doc="no rule after this one runs",
    example="true",
    check=check_flag,
    apply=_apply,
    got=_got,
)
