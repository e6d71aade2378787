"""``then.remove_tags``: the ticket loses these tags."""

from handlers.rules.action import Action, check_tags, tags_now
from handlers.rules.decision import Outcome


def _apply(outcome: Outcome, value: list[str]) -> None:
    for tag in map(str.lower, value):
        if tag in outcome.add_tags:
            outcome.add_tags.remove(tag)
        if tag not in outcome.remove_tags:
            outcome.remove_tags.append(tag)


def _got(outcome: Outcome) -> list[str]:
    return outcome.remove_tags


action = Action(
    name="remove_tags",
    doc="the ticket loses these tags",
    example='["unchecked"]',
    check=check_tags,
    apply=_apply,
    got=_got,
    facts=("ticket.tags",),
    shows=tags_now,
)
