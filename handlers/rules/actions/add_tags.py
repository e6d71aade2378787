"""``then.add_tags``: the ticket gets these tags, in lower case."""

from handlers.rules.action import Action, check_tags, tags_now
from handlers.rules.decision import Outcome


def _apply(outcome: Outcome, value: list[str]) -> None:
    for tag in map(str.lower, value):
        if tag in outcome.remove_tags:
            outcome.remove_tags.remove(tag)
        if tag not in outcome.add_tags:
            outcome.add_tags.append(tag)


def _got(outcome: Outcome) -> list[str]:
    return outcome.add_tags


action = Action(
    name="add_tags",
    doc="the ticket gets these tags",
    example='["invoice"]',
    check=check_tags,
    apply=_apply,
    got=_got,
    facts=("ticket.tags",),
    shows=tags_now,
)
