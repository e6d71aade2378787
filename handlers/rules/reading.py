"""A policy's rules made ready to run: every mistake of every rule at once, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.mistakes import in_order, listed, near
from config.types import ActionText, ConditionText, Mistake, Policy, RuleText
from handlers.rules.catalogue import ACTIONS
from handlers.rules.compiled import Rule
from handlers.rules.conditions import Condition, read_condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.rules.action import Action


def read_rules(policy: Policy) -> tuple[list[Rule], list[Mistake]]:
    """The rules that are right, ready to run, and what is wrong with the others."""
    mistakes: list[Mistake] = []
    rules = [_read_rule(text, policy, mistakes) for text in policy.rules]
    return rules, in_order(mistakes)


def _read_rule(text: RuleText, policy: Policy, mistakes: list[Mistake]) -> Rule:
    return Rule(
        text.name,
        text.on,
        tuple(_actions(text.then, policy, mistakes)),
        when=_conditions(text.when, policy, mistakes),
        unless=_conditions(text.unless, policy, mistakes),
        any_of=tuple(_conditions(alternative, policy, mistakes) for alternative in text.any_of),
    )


def _conditions(
    texts: Iterable[ConditionText], policy: Policy, mistakes: list[Mistake]
) -> tuple[Condition, ...]:
    found = (read_condition(text, policy, mistakes) for text in texts)
    return tuple(condition for condition in found if condition is not None)


def _actions(
    texts: Iterable[ActionText], policy: Policy, mistakes: list[Mistake]
) -> Iterable[tuple[Action, Any]]:
    for text in texts:
        action = ACTIONS.get(text.name)
        if action is None:
            expected = f"one of {listed(ACTIONS)}"
            mistakes.append(
                Mistake(text.place, f"unknown action {text.name!r}", expected, near(text.name, ACTIONS))
            )
            continue
        mistakes.extend(action.check(text, policy))
        yield action, text.value
