"""Rules that are ready to run: values of ours, made from checked text."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from handlers.rules.decision import Matched
from handlers.rules.fields import FOLLOWING
from handlers.rules.legend import Line, Worded

if TYPE_CHECKING:
    from handlers.rules.action import Action
    from handlers.rules.conditions import Condition
    from handlers.rules.facts import Facts

EXCEPTED = ", which the rule excepts"
"""What follows the value of a condition that stands under ``unless``."""


class Asked:
    """One condition of a rule: its ``number`` among them, and whether it is to hold."""

    __slots__ = ("field", "holds", "number", "test", "view")

    def __init__(self, condition: Condition, number: int, *, holds: bool = True) -> None:
        self.field = condition.field
        self.view = condition.view
        self.test = condition.test
        self.number = number
        self.holds = holds


class Rule:
    """One rule, ready to be asked whether it matches."""

    __slots__ = (
        "actions",
        "alternatives",
        "any_of",
        "asked",
        "changes",
        "matched",
        "name",
        "on",
        "unless",
        "when",
    )

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
        numbers = itertools.count()
        self.asked = (
            *(Asked(one, next(numbers)) for one in when),
            *(Asked(one, next(numbers), holds=False) for one in unless),
        )
        self.alternatives = tuple(tuple(Asked(one, next(numbers)) for one in each) for each in any_of)
        changed = [field for action, _ in actions for field in action.facts]
        # The fields that it may give other values, for the rules after it.
        self.changes = frozenset(
            (*changed, *(name for field in changed for name in FOLLOWING.get(field, ())))
        )
        # The same whenever the rule matches, so it is made once.
        self.matched = Matched(name, {action.name: value for action, value in actions})

    @property
    def stops(self) -> bool:
        """Whether no rule runs after this one where it matches."""
        return any(action.name == "stop" and value for action, value in self.actions)

    @property
    def sets_aside(self) -> bool:
        """Whether it keeps a contact from becoming a ticket."""
        return any(action.name == "set_aside" and value for action, value in self.actions)

    def first_false(self, facts: Facts) -> Asked | list[Asked] | None:
        """The first condition that keeps the rule from matching; ``None`` where it matches.

        Where none of its alternatives holds, the first such condition of each.
        """
        views = facts.views
        for asked in self.asked:
            if asked.test(views[asked.view][asked.field]) != asked.holds:
                return asked
        return self._no_alternative(facts) if self.any_of else None

    def _no_alternative(self, facts: Facts) -> list[Asked] | None:
        views, failed = facts.views, []
        for alternative in self.alternatives:
            false = (one for one in alternative if not one.test(views[one.view][one.field]))
            first = next(false, None)
            if first is None:
                return None
            failed.append(first)
        return failed

    def in_words(self) -> Worded:
        """The rule as its traces are read, its conditions in the order of their numbers."""
        lines = [_line(one, one.wants) for one in self.when]
        lines += [_line(one, EXCEPTED) for one in self.unless]
        lines += [_line(one, one.wants) for alternative in self.any_of for one in alternative]
        return Worded(self.name, tuple(lines))


def _line(condition: Condition, wants: str) -> Line:
    return Line(condition.field, condition.operator, wants)
