"""``then.acknowledge``: whether the requester is told that the ticket was opened, and in which words."""

from config.types import ActionText, Mistake, Policy
from handlers.rules.action import Action
from handlers.rules.decision import Outcome
from handlers.rules.texts import check_template


def _check(text: ActionText, policy: Policy) -> list[Mistake]:
    if isinstance(text.value, bool):
        return []
    return check_template(text, text.value, policy, "true, false or a template's name")


def _apply(outcome: Outcome, value: bool | str) -> None:  # noqa: FBT001 - the value as it is written in a rule
    outcome.acknowledge = value


def _got(outcome: Outcome) -> bool | str:
    # A desk acknowledges unless a rule says that it should not.
    return True if outcome.acknowledge is None else outcome.acknowledge


action = Action(
    name="acknowledge",
    doc="false: the requester is not told that the ticket was opened; or the name of a template of yours",
    example="false",
    check=_check,
    apply=_apply,
    got=_got,
)
