"""A policy's rules made ready to run: every mistake of every rule at once, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.mistakes import in_order, listed, near
from config.types import ConditionText, Mistake, Policy, RuleText
from handlers.rules.catalogue import ACTIONS
from handlers.rules.compiled import Rule
from handlers.rules.conditions import Condition, read_condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.rules.action import Action

MOST_ACTIONS = 40
"""Actions that a message lists."""


def read_rules(policy: Policy) -> tuple[list[Rule], list[Mistake]]:
    """The rules that are right, ready to run, and what is wrong with the others."""
    mistakes: list[Mistake] = []
    rules = [_read_rule(text, policy, mistakes) for text in policy.rules]
    return rules, in_order(mistakes)


def _read_rule(text: RuleText, policy: Policy, mistakes: list[Mistake]) -> Rule:
    return Rule(
        text.name,
        text.on,
        tuple(_actions(text, policy, mistakes)),
        when=_conditions(text.when, policy, mistakes),
        unless=_conditions(text.unless, policy, mistakes),
        any_of=tuple(_conditions(alternative, policy, mistakes) for alternative in text.any_of),
    )


def _conditions(
    texts: Iterable[ConditionText], policy: Policy, mistakes: list[Mistake]
) -> tuple[Condition, ...]:
    found = (read_condition(text, policy, mistakes) for text in texts)
    return tuple(condition for condition in found if condition is not None)


def _actions(rule: RuleText, policy: Policy, mistakes: list[Mistake]) -> Iterable[tuple[Action, Any]]:
    for text in rule.then:
        action = ACTIONS.get(text.name)
        if action is None:
            expected = f"one of {listed(ACTIONS, MOST_ACTIONS)}"
            mistakes.append(
                Mistake(text.place, f"unknown action {text.name!r}", expected, near(text.name, ACTIONS))
            )
            continue
        mistakes.extend(action.check(text, policy))
        others = [event for event in rule.on if action.only_on and event not in action.only_on]
        if others:
            only = f"{action.name} works on {listed(action.only_on)} only, the rule runs on {listed(others)}"
            mistakes.append(Mistake(text.place, only, "a rule of its own"))
        yield action, text.value
