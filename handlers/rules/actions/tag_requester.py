"""``then.tag_requester``: the person who asks gets these tags, on this ticket and on all that follow."""

from collections.abc import Mapping

from handlers.rules.action import Action, check_tags
from handlers.rules.decision import Outcome
from handlers.rules.facts import Facts
from handlers.rules.kinds import Fact


def _apply(outcome: Outcome, value: list[str]) -> None:
    outcome.tag_requester += [tag for tag in map(str.lower, value) if tag not in outcome.tag_requester]


def _shows(outcome: Outcome, facts: Facts) -> Mapping[str, Fact]:
    before = facts.raw["requester.tags"]
    tags = (*(before if isinstance(before, tuple) else ()), *outcome.tag_requester)
    return {"requester.tags": tuple(dict.fromkeys(tags))}


action = Action(
    name="tag_requester",
    doc="whoever asks gets these tags, for good",
    example='["vip"]',
    check=check_tags,
    apply=_apply,
    got=lambda outcome: outcome.tag_requester,
    facts=("requester.tags",),
    shows=_shows,
)
