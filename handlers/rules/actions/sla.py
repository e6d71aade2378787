"""``then.sla``: the SLA policy that the ticket is under, by name."""

import re
from typing import Any

from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.rules.action import Action
from handlers.rules.decision import Outcome
from handlers.rules.values import check_choice, place_of

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def _check(text: ActionText, policy: Policy) -> list[Mistake]:
    known = tuple(sla.name for sla in policy.desk.slas)
    if known and isinstance(text.value, str):
        wrong = check_choice(text.value, known, "sla", place_of(text))
        return [wrong] if wrong else []
    if isinstance(text.value, str) and _NAME.fullmatch(text.value):
        return []
    return [Mistake(place_of(text), f"sla is {in_words(text.value)}", 'a short name like "gold"')]


def _apply(outcome: Outcome, value: Any) -> None:
    outcome.changes["sla"] = value


action = Action(
    name="sla",
    doc="the name of the SLA policy that the ticket is under",
    example='"gold"',
    check=_check,
    apply=_apply,
    got=lambda outcome: outcome.changes.get("sla"),
    facts=("ticket.sla",),
    shows=lambda outcome, _facts: {"ticket.sla": outcome.changes["sla"]},
)
