"""``then.set_aside``: the contact is kept and becomes no ticket."""

from handlers.rules.action import Action, check_flag
from handlers.rules.decision import Outcome


def _apply(outcome: Outcome, value: bool) -> None:  # noqa: FBT001 - the value as it is written in a rule
    outcome.set_aside = value


action = Action(
    name="set_aside",
    doc="the contact is kept and becomes no ticket; only on open",
    example="true",
    check=check_flag,
    apply=_apply,
    got=lambda outcome: outcome.set_aside,
    only_on=("open",),
)
