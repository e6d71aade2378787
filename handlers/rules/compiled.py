"""Rules that are ready to run: values of ours, made from checked text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.rules.decision import Matched, Missed
from handlers.rules.fields import FOLLOWING

if TYPE_CHECKING:
    from handlers.rules.action import Action
    from handlers.rules.conditions import Condition
    from handlers.rules.facts import Facts

LONGEST_WHY = 300
"""Characters in one explanation."""


class Rule:
    """One rule, ready to be asked whether it matches."""

    __slots__ = ("actions", "any_of", "matched", "name", "on", "unless", "when")

    def __init__(
        self,
        name: str,
        on: tuple[str, ...],
        actions: tuple[tuple[Action, Any], ...],
        *,
        when: tuple[Condition, ...] = (),
        unless: tuple[Condition, ...] = (),
        any_of: tuple[tuple[Condition, ...], ...] = (),
    ) -> None:
        self.name = name
        self.on = frozenset(on)
        self.actions = actions
        self.when = when
        self.unless = unless
        self.any_of = any_of
        # The same whenever the rule matches, so it is made once.
        self.matched = Matched(name, {action.name: value for action, value in actions})

    @property
    def stops(self) -> bool:
        """Whether no rule runs after this one where it matches."""
        return any(action.name == "stop" and value for action, value in self.actions)

    @property
    def changes(self) -> frozenset[str]:
        """The fields that it may give other values, for the rules after it."""
        changed = [field for action, _ in self.actions for field in action.facts]
        return frozenset((*changed, *(name for field in changed for name in FOLLOWING.get(field, ()))))

    @property
    def sets_aside(self) -> bool:
        """Whether it keeps a contact from becoming a ticket."""
        return any(action.name == "set_aside" and value for action, value in self.actions)

    def first_false(self, facts: Facts) -> Missed | None:
        """The first condition that keeps the rule from matching; ``None`` where it matches."""
        for condition in self.when:
            if not condition.check(facts):
                return self._missed(condition, condition.why(facts))
        for condition in self.unless:
            if condition.check(facts):
                return self._missed(condition, condition.why_excepted(facts))
        return self._no_alternative(facts) if self.any_of else None

    def _missed(self, condition: Condition, why: str) -> Missed:
        if len(why) > LONGEST_WHY:
            why = why[:LONGEST_WHY]
        return Missed(self.name, why, condition.field, condition.operator)

    def _no_alternative(self, facts: Facts) -> Missed | None:
        reasons = []
        for alternative in self.any_of:
            failed = next((condition for condition in alternative if not condition.check(facts)), None)
            if failed is None:
                return None
            reasons.append(failed.why(facts))
        why = f"none of its {len(reasons)} alternatives holds: {'; '.join(reasons)}"
        return Missed(self.name, why[:LONGEST_WHY])
